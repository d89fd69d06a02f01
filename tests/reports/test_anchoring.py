"""The end of the ledger leaves the house once a day."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from pytest_django.fixtures import Settings

from portal.audit import anchor, ledger
from portal.models import LedgerEntry
from portal.viewer import SYSTEM, acting_as
from reports import anchoring, delivery
from reports.enums import NoticeKind, NoticeState
from reports.models import Notification
from tests import factories

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)


def swept(now: datetime) -> LedgerEntry:
    """After something has happened and a minute has passed."""
    factories.receipt(now, email=f"reporter{now:%d%H%M}@example.net")
    with acting_as(SYSTEM):
        ledger.note(now=now)
        anchoring.sweep(now=now)
        end = ledger.last()
    assert end is not None
    return end


def test_the_file_gains_a_line_a_day(settings: Settings, tmp_path: Path) -> None:
    settings.AUDIT_ANCHOR_FILE = tmp_path / "anchors"

    first = swept(MORNING)
    swept(MORNING + timedelta(minutes=1))
    later = swept(MORNING + timedelta(days=1))

    kept = anchor.read(tmp_path / "anchors")
    assert [(each.day.day, each.number, each.hash) for each in kept] == [
        (3, first.seq, first.hash),
        (4, later.seq, later.hash),
    ]


def test_the_address_gets_a_mail_a_day_that_says_the_same_however_late_it_goes(settings: Settings) -> None:
    settings.AUDIT_ANCHOR_ADDRESS = "keeper@example.org"

    end = swept(MORNING)
    swept(MORNING + timedelta(minutes=1))
    with acting_as(SYSTEM):
        notice = Notification.objects.get(kind=NoticeKind.ANCHOR)
    delivery.deliver([notice.pk], clock=lambda: MORNING + timedelta(hours=1))

    assert [letter.to for letter in mail.outbox] == [["keeper@example.org"]]
    assert f"2026-03-03 {end.seq} {end.hash}\n" in mail.outbox[0].body
    with acting_as(SYSTEM):
        assert Notification.objects.get(kind=NoticeKind.ANCHOR).state == NoticeState.SENT


def test_without_a_ledger_there_is_nothing_to_anchor(settings: Settings, tmp_path: Path) -> None:
    settings.AUDIT_ANCHOR_FILE, settings.AUDIT_ANCHOR_ADDRESS = tmp_path / "anchors", "keeper@example.org"

    with acting_as(SYSTEM):
        anchoring.sweep(now=MORNING)

        assert not Notification.objects.exists()
    assert not (tmp_path / "anchors").exists()
