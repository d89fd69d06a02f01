"""Once a day the end of the ledger goes where a thief of the database cannot reach: to a file, or by mail (AUD-02)."""

from datetime import datetime

from django.conf import settings

from portal.audit import anchor, ledger
from portal.audit.anchor import Anchor
from reports import notices


def sweep(*, now: datetime) -> None:
    """Anchor the ledger's end, unless that was done today. Safe to run twice, or halfway."""
    end = ledger.last(before=now)
    if end is None:
        return
    day = settings.POLICY.calendar.day_of(now)
    if settings.AUDIT_ANCHOR_FILE:
        anchor.keep(Anchor.of(end, day=day), settings.AUDIT_ANCHOR_FILE)
    if settings.AUDIT_ANCHOR_ADDRESS:
        notices.write_once(notices.of_anchor(settings.AUDIT_ANCHOR_ADDRESS, day=day, now=now))
