"""Once a day the end of the ledger goes where a thief of the database cannot reach: to a file, or by mail (AUD-02)."""

from datetime import date, datetime

from django.conf import settings

from portal.audit import anchor, ledger
from portal.audit.anchor import Anchor
from reports import notices


def to_file(*, now: datetime) -> None:
    """Append a line, unless today's is there. A file that cannot be written stops the heartbeat, so it is noticed."""
    end = ledger.last(before=now)
    if end is not None and settings.AUDIT_ANCHOR_FILE:
        anchor.keep(Anchor.of(end, day=_day(now)), settings.AUDIT_ANCHOR_FILE)


def to_address(*, now: datetime) -> None:
    """Have it mailed, unless that was done today."""
    if settings.AUDIT_ANCHOR_ADDRESS and ledger.last(before=now) is not None:
        notices.write_once(notices.of_anchor(settings.AUDIT_ANCHOR_ADDRESS, day=_day(now), now=now))


def _day(now: datetime) -> date:
    return settings.POLICY.calendar.day_of(now)
