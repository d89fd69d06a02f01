"""Moments in words: how far away one is, and exactly when, with its zone."""

from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

SHORT = timedelta(minutes=1)
IN_MINUTES = timedelta(minutes=90)
IN_HOURS = timedelta(hours=24)
IN_WEEKDAYS = 6
"""A weekday's name is clear for as many days ahead; a count of days for as many back."""


class Tone(StrEnum):
    """How urgent something is; each has its colour, icon and words."""

    CALM = "calm"
    SOON = "soon"
    LATE = "late"


def distance(at: datetime, *, now: datetime, zone: tzinfo) -> str:
    """Such as "in 6 h", "tomorrow", "on Thursday", "on 3 December", "20 min ago", "3 November 2025"."""
    ahead = at > now
    apart = abs(at - now)
    if apart < SHORT:
        return "in a moment" if ahead else "just now"
    if apart < IN_HOURS:
        return f"in {_span(apart)}" if ahead else f"{_span(apart)} ago"
    there, here = at.astimezone(zone), now.astimezone(zone)
    days = max(abs((there.date() - here.date()).days), 1)
    if days == 1:
        return "tomorrow" if ahead else "yesterday"
    if days <= IN_WEEKDAYS:
        return f"on {there:%A}" if ahead else f"{days} days ago"
    day = f"{there.day} {there:%B}" if there.year == here.year else f"{there.day} {there:%B %Y}"
    return f"on {day}" if ahead else day


def overdue(at: datetime, *, now: datetime) -> str:
    """Such as "2 h overdue" for a moment that has passed."""
    late = now - at
    if late < SHORT:
        return "due now"
    return f"{_span(late)} overdue"


def exact(at: datetime, *, zone: tzinfo) -> str:
    """Such as "Wednesday 25 November 2026, 18:00 CET"."""
    there = at.astimezone(zone)
    return f"{there:%A} {there.day} {there:%B %Y, %H:%M %Z}"


def tone(due: datetime, *, warn: datetime, now: datetime) -> Tone:
    if now >= due:
        return Tone.LATE
    return Tone.SOON if now >= warn else Tone.CALM


def _span(apart: timedelta) -> str:
    minutes = int(apart.total_seconds() // 60)
    if apart < IN_MINUTES:
        return f"{max(minutes, 1)} min"
    if apart < IN_HOURS:
        return f"{minutes // 60} h"
    return "1 day" if apart.days == 1 else f"{apart.days} days"
