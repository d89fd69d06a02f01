"""Small things that every page draws many times over: icons, and components that depend on their words alone.

Each is drawn once and kept. What somebody wrote never passes through here: it would stay in memory.
"""

from collections.abc import Callable
from functools import lru_cache

from django.template import Library
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from heroicons.templatetags import heroicons

register = Library()

type Word = str | int | bool


@lru_cache(maxsize=512)
def _icon(draw: Callable[..., SafeString], name: str, words: tuple[tuple[str, Word], ...]) -> SafeString:
    return draw(name, **dict(words))


@register.simple_tag
def heroicon_micro(name: str, **words: Word) -> SafeString:
    return _icon(heroicons.heroicon_micro, name, tuple(words.items()))


@register.simple_tag
def heroicon_mini(name: str, **words: Word) -> SafeString:
    return _icon(heroicons.heroicon_mini, name, tuple(words.items()))


@register.simple_tag
def heroicon_outline(name: str, **words: Word) -> SafeString:
    return _icon(heroicons.heroicon_outline, name, tuple(words.items()))


@register.simple_tag
def drawn(template: str, **words: Word) -> SafeString:
    """`{% include template with … only %}`, drawn once for the same words. For words of ours, and few of them."""
    return _drawn(template, tuple(words.items()))


@lru_cache(maxsize=256)
def _drawn(template: str, words: tuple[tuple[str, Word], ...]) -> SafeString:
    return render_to_string(template, dict(words))
