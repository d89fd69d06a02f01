"""What templates need to say about time, urgency and place. A built-in library: no `{% load %}` is needed."""

from datetime import datetime
from typing import TypedDict

from django.conf import settings
from django.template import Context, Library
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import moments
from portal.moments import Tone
from portal.templatetags import drawn

register = Library()

ICONS = {Tone.CALM: "clock", Tone.SOON: "bell-alert", Tone.LATE: "exclamation-triangle"}

UNITS = ("bytes", "KB", "MB", "GB")
KILO = 1024
TEN = 10
"""Below it, one digit after the point tells something."""


class NavLinkContext(TypedDict):
    url: str
    label: str
    current: str


MOMENT = (
    '<time class="moment" datetime="{}" data-relative>'
    '<span class="words">{}</span><span class="exact"> {}</span></time>'
)
DEADLINE = (
    '<time class="badge {} moment" datetime="{}" data-relative="deadline">{}{}'
    '<span class="words">{}</span><span class="exact"> {}{}</span></time>'
)


# The next two stand many times on a page of many rows: written here, they cost a tenth of what a template of their own
# does. The classes are those of signs.css, the data those of times.js.


@register.simple_tag
def moment(at: datetime, *, focusable: bool = True) -> SafeString:
    """How far away a moment is; exactly when on hover and focus. `focusable=False` inside a link."""
    now, zone = timezone.now(), settings.POLICY.calendar.zone
    return format_html(
        _stopping(MOMENT) if focusable else MOMENT,
        at.astimezone(zone).isoformat(timespec="minutes"),
        moments.distance(at, now=now, zone=zone),
        moments.exact(at, zone=zone),
    )


@register.simple_tag
def deadline(due: datetime, *, warn: datetime, what: str = "", passes: str = "", focusable: bool = True) -> SafeString:
    """A badge: `what` is due, when, and what happens when it `passes`."""
    now, zone = timezone.now(), settings.POLICY.calendar.zone
    tone = moments.tone(due, warn=warn, now=now)
    ahead = f"due {moments.distance(due, now=now, zone=zone)}"
    return format_html(
        _stopping(DEADLINE) if focusable else DEADLINE,
        tone,
        due.astimezone(zone).isoformat(timespec="minutes"),
        drawn.heroicon_micro(ICONS[tone], size=14),
        f"{what} " if what else "",
        moments.overdue(due, now=now) if tone is Tone.LATE else ahead,
        moments.exact(due, zone=zone),
        format_html("<br>{}", passes) if passes else "",
    )


def _stopping(shape: str) -> str:
    """Reachable by keyboard."""
    return shape.replace("<time", '<time tabindex="0"', 1)


@register.filter
def exactly(at: datetime) -> str:
    """The exact moment in the organisation's zone, for a sentence."""
    return moments.exact(at, zone=settings.POLICY.calendar.zone)


@register.filter
def size(count: int) -> str:
    """Bytes for people: "312 bytes", "1.4 KB", "25 MB". The words are those of upload.js."""
    amount = float(count)
    for unit in UNITS:
        if amount < KILO or unit == UNITS[-1]:
            break
        amount /= KILO
    number = f"{amount:.1f}".removesuffix(".0") if unit != UNITS[0] and amount < TEN else f"{amount:.0f}"
    return f"{number} {unit}"


@register.inclusion_tag("components/nav_link.html", takes_context=True)
def nav_link(context: Context, name: str, label: str, *, also: str = "", under: bool = False) -> NavLinkContext:
    """A link of the header, marked as current on its own page, on the pages named in `also`, and with `under` on all
    whose address begins with its own.
    """
    request, url = context.get("request"), reverse(name)
    match = getattr(request, "resolver_match", None)
    here = match.view_name if match else ""
    is_under = under and request is not None and request.path.startswith(url)
    current = "page" if here == name else "true" if is_under or here in also.split() else ""
    return {"url": url, "label": label, "current": current}
