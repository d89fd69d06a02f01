"""What templates need to say about time, urgency and place. A built-in library: no `{% load %}` is needed."""

from datetime import datetime
from typing import TypedDict

from django.conf import settings
from django.template import Context, Library
from django.urls import reverse
from django.utils import timezone

from portal import moments
from portal.moments import Tone

register = Library()

ICONS = {Tone.CALM: "clock", Tone.SOON: "bell-alert", Tone.LATE: "exclamation-triangle"}

UNITS = ("bytes", "KB", "MB", "GB")
KILO = 1024
TEN = 10
"""Below it, one digit after the point tells something."""


class MomentContext(TypedDict):
    iso: str
    words: str
    exact: str
    focusable: bool


class DeadlineContext(MomentContext):
    tone: Tone
    icon: str
    what: str
    passes: str


class NavLinkContext(TypedDict):
    url: str
    label: str
    current: str


@register.inclusion_tag("components/moment.html")
def moment(at: datetime, *, focusable: bool = True) -> MomentContext:
    """How far away a moment is; exactly when on hover and focus. `focusable=False` inside a link."""
    now, zone = timezone.now(), settings.POLICY.calendar.zone
    return {
        "iso": at.astimezone(zone).isoformat(timespec="minutes"),
        "words": moments.distance(at, now=now, zone=zone),
        "exact": moments.exact(at, zone=zone),
        "focusable": focusable,
    }


@register.inclusion_tag("components/deadline.html")
def deadline(
    due: datetime, *, warn: datetime, what: str = "", passes: str = "", focusable: bool = True
) -> DeadlineContext:
    """A badge: `what` is due, when, and what happens when it `passes`."""
    now, zone = timezone.now(), settings.POLICY.calendar.zone
    tone = moments.tone(due, warn=warn, now=now)
    ahead = f"due {moments.distance(due, now=now, zone=zone)}"
    return {
        "iso": due.astimezone(zone).isoformat(timespec="minutes"),
        "words": moments.overdue(due, now=now) if tone is Tone.LATE else ahead,
        "exact": moments.exact(due, zone=zone),
        "focusable": focusable,
        "tone": tone,
        "icon": ICONS[tone],
        "what": what,
        "passes": passes,
    }


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
def nav_link(context: Context, name: str, label: str, *, also: str = "") -> NavLinkContext:
    """A link of the header, marked as current on its own page and on the pages named in `also`."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    here = match.view_name if match else ""
    current = "page" if here == name else "true" if here in also.split() else ""
    return {"url": reverse(name), "label": label, "current": current}
