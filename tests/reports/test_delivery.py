import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import TestCase
from django.utils import timezone
from django_q.models import OrmQ

from portal.viewer import SYSTEM, acting_as
from reports import delivery, notices, tasks
from reports.enums import NoticeKind, NoticeState
from reports.intake import Receipt
from reports.models import AccessKey, Grant, Notification, Recusal
from reports.models.people import hash_key
from teams.models import SecurityTeamMembership
from tests import factories

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)
"""A Tuesday, noon in the organisation's zone."""


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def arrived() -> Receipt:
    return factories.receipt(token=str(uuid.uuid4()))


def pending() -> list[int]:
    with acting_as(SYSTEM):
        return list(Notification.objects.filter(state=NoticeState.PENDING).order_by("pk").values_list("pk", flat=True))


def states() -> dict[str, str]:
    with acting_as(SYSTEM):
        return {notice.kind: notice.state for notice in Notification.objects.all()}


def sent_to() -> list[str]:
    return sorted(letter.to[0] for letter in mail.outbox)


def test_a_new_report_is_told_to_the_team_and_receipted_to_its_reporter() -> None:
    member = factories.member()
    factories.maintainer()
    arrived()

    tasks.deliver(*pending())

    assert sent_to() == sorted([member.email, "reporter@example.net"])
    assert states() == {NoticeKind.NEW_REPORT: NoticeState.SENT, NoticeKind.RECEIPT: NoticeState.SENT}


def test_delivering_twice_sends_once() -> None:
    arrived()
    numbers = pending()

    tasks.deliver(*numbers)
    tasks.deliver(*numbers)

    assert sent_to() == ["reporter@example.net"]


def test_a_receipt_carries_a_link_of_which_only_the_hash_is_kept() -> None:
    receipt = arrived()

    tasks.deliver(*pending())

    letter = str(mail.outbox[0].body)
    key = letter.partition("/r/")[2].partition("/")[0]
    with acting_as(SYSTEM):
        kept = AccessKey.objects.get(key_hash=hash_key(key))
    assert kept.reporter_id == receipt.reporter.pk


@pytest.mark.clause("P8")
@pytest.mark.parametrize("end", ["left the team", "was recused", "closed the account"])
def test_who_may_no_longer_know_is_not_told(end: str) -> None:
    member = factories.member()
    receipt = arrived()
    numbers = pending()
    with acting_as(SYSTEM):
        match end:
            case "left the team":
                SecurityTeamMembership.objects.filter(user=member).update(until=timezone.now())
            case "was recused":
                Recusal.objects.create(report=receipt.report, user=member)
            case _:
                member.is_active = False
                member.save(update_fields=["is_active"])

    tasks.deliver(*numbers)

    assert sent_to() == ["reporter@example.net"]
    assert states()[NoticeKind.NEW_REPORT] == NoticeState.DROPPED


@pytest.mark.clause("P8")
def test_a_reporter_whose_grant_was_revoked_is_not_told() -> None:
    arrived()
    numbers = pending()
    with acting_as(SYSTEM):
        Grant.objects.update(revoked_at=timezone.now())

    tasks.deliver(*numbers)

    assert sent_to() == []
    assert states() == {NoticeKind.RECEIPT: NoticeState.DROPPED}


def test_a_member_who_gave_no_address_is_shown_to_the_team_as_not_told() -> None:
    factories.member(email="")
    arrived()

    tasks.deliver(*pending())

    with acting_as(SYSTEM):
        notice = Notification.objects.get(kind=NoticeKind.NEW_REPORT)
    assert (notice.state, notice.error) == (NoticeState.FAILED, "This person has given no address yet.")


def test_an_address_gets_three_receipts_a_day(clock: time_machine.Traveller) -> None:
    for _ in range(5):
        arrived()
    tasks.deliver(*pending())
    the_same_day = len(mail.outbox)

    clock.move_to(NOON + timedelta(days=1, minutes=1))
    arrived()
    tasks.deliver(*pending())

    assert (the_same_day, len(mail.outbox)) == (3, 4)


def test_a_bell_that_was_never_heard_is_rung_again() -> None:
    arrived()
    before = OrmQ.objects.count()

    with TestCase.captureOnCommitCallbacks(execute=True), acting_as(SYSTEM):
        delivery.ring_again(now=NOON)

    [bell] = OrmQ.objects.all()[before:]
    assert bell.func() == "reports.tasks.deliver"
    assert list(bell.args()) == pending()


def test_a_claim_belongs_to_one_worker_until_it_runs_out() -> None:
    arrived()
    [number] = pending()

    first = delivery.claim(number, now=NOON)
    second = delivery.claim(number, now=NOON + delivery.LEASE / 2)
    later = delivery.claim(number, now=NOON + delivery.LEASE)

    assert first is not None
    assert second is None
    assert later is not None
    assert later.attempts == 2


def test_a_notice_that_always_kills_its_worker_is_parked() -> None:
    arrived()
    [number] = pending()
    for attempt in range(delivery.MAX_ATTEMPTS):
        assert delivery.claim(number, now=NOON + attempt * delivery.LEASE) is not None

    last = delivery.claim(number, now=NOON + delivery.MAX_ATTEMPTS * delivery.LEASE)

    assert last is None
    assert states() == {NoticeKind.RECEIPT: NoticeState.FAILED}


def test_a_flood_of_receipts_is_spread_over_the_hours(
    clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "HOURLY_LIMIT", 2)
    for number in range(3):
        factories.receipt(token=str(uuid.uuid4()), email=f"reporter{number}@example.net")
    numbers = pending()

    tasks.deliver(*numbers)
    within_the_hour = len(mail.outbox)
    clock.shift(timedelta(hours=1, seconds=1))
    tasks.deliver(*numbers)

    assert (within_the_hour, len(mail.outbox)) == (2, 3)


def test_a_reminder_is_not_sent_when_the_answer_is_there() -> None:
    receipt = arrived()
    with acting_as(SYSTEM):
        notices.tell_reporter(receipt.reporter, NoticeKind.REMINDER, fact="reminder:1", now=NOON)

    tasks.deliver(*pending())

    assert states()[NoticeKind.REMINDER] == NoticeState.DROPPED


def test_the_delay_between_attempts_doubles_up_to_half_an_hour() -> None:
    minutes = [delivery.delay(attempts).total_seconds() / 60 for attempts in (1, 2, 3, 6, 50)]

    assert [round(minute / expected) for minute, expected in zip(minutes, (1, 2, 4, 30, 30), strict=True)] == [1] * 5


def test_readiness_knows_for_how_long_the_oldest_mail_has_been_waiting() -> None:
    before = delivery.oldest_unsent(now=NOON)
    arrived()

    waiting = delivery.oldest_unsent(now=NOON + timedelta(minutes=7))
    tasks.deliver(*pending())

    assert before is None
    assert waiting == timedelta(minutes=7)
    assert delivery.oldest_unsent(now=NOON) is None
