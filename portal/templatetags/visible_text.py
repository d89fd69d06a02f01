"""Every word of a stranger passes one of these filters on its way into a page."""

from django.template import Library
from django.utils.safestring import SafeString

from portal import markdown, plain_text

register = Library()


@register.filter
def visible_text(value: object) -> SafeString:
    return plain_text.visible_text("" if value is None else str(value))


@register.filter(name="markdown")
def rendered_markdown(value: object) -> SafeString:
    return markdown.render("" if value is None else str(value))
