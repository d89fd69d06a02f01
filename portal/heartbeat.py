"""Whether background work is being done: whoever does it beats, readiness listens (AVL-06)."""

from datetime import datetime, timedelta
from enum import StrEnum

from portal.models import Heartbeat


class Part(StrEnum):
    """A part of the portal that shows that it is alive."""

    WORKER = "worker"
    """A sweep was finished."""
    MAILBOX = "mailbox"
    """Somebody looked into the mailbox."""
    EMPTIED = "emptied"
    """Somebody looked into the mailbox and left nothing behind that could not be taken in."""


def beat(part: Part = Part.WORKER, *, now: datetime) -> None:
    if not Heartbeat.objects.filter(name=part).update(at=now):  # as a rule it is there: one question is enough
        Heartbeat.objects.update_or_create(name=part, defaults={"at": now})


def age_of(part: Part, *, now: datetime) -> timedelta | None:
    """How long ago it showed that; None if it never has."""
    last = Heartbeat.objects.filter(name=part).values_list("at", flat=True).first()
    return None if last is None else now - last


def worker_age(*, now: datetime) -> timedelta | None:
    """How long ago a worker finished a sweep; None if none ever has."""
    return age_of(Part.WORKER, now=now)
