"""Who says nothing is asked twice, and then thanked without a name."""

from datetime import UTC, datetime, timedelta

import pytest

from disclosures import tasks
from disclosures.enums import AnswerChannel, CreditAnswerKind
from disclosures.models import CreditAnswer
from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind, NoticeKind
from reports.intake import Receipt
from reports.models import Notification, ReportEvent
from teams.models import User
from tests import factories
from tests.disclosures.crediting import ask, confirmed, credit_of, named, printed, says, swept

pytestmark = pytest.mark.django_db
NEXT_MONDAY = datetime(2026, 3, 9, 23, 0, tzinfo=UTC)
"""After the end of the fifth business day, in the organisation's zone."""
WEDNESDAY = datetime(2026, 3, 11, 23, 0, tzinfo=UTC)


@pytest.fixture
def member() -> User:
    return factories.member()


@pytest.fixture
def receipt(member: User) -> Receipt:
    """Asked on a Monday."""
    receipt = confirmed()
    ask(receipt.report, by=member)
    return receipt


def mails() -> list[tuple[str, str]]:
    with acting_as(SYSTEM):
        rows = Notification.objects.filter(kind__in=[NoticeKind.CREDIT_ASKED, NoticeKind.CREDIT_AGAIN]).order_by("pk")
        return [(row.kind, row.state) for row in rows]


@pytest.mark.clause("P17")
def test_after_five_business_days_they_are_asked_again_and_only_once(receipt: Receipt) -> None:
    swept(NEXT_MONDAY - timedelta(hours=3))
    before = credit_of(receipt).asked_again_at
    swept(NEXT_MONDAY)
    swept(NEXT_MONDAY + timedelta(minutes=1))

    credit = credit_of(receipt)
    assert (before, credit.asked_again_at, credit.answer) == (None, NEXT_MONDAY, "")
    assert [kind for kind, _ in mails()] == [NoticeKind.CREDIT_ASKED, NoticeKind.CREDIT_AGAIN]


@pytest.mark.clause("P17")
def test_silence_after_the_second_question_means_no_name(receipt: Receipt) -> None:
    swept(NEXT_MONDAY)
    swept(WEDNESDAY - timedelta(hours=3))
    before = credit_of(receipt).answer
    swept(WEDNESDAY)
    swept(WEDNESDAY + timedelta(days=30))

    with acting_as(SYSTEM):
        proofs = [(row.answer, row.channel, row.at) for row in CreditAnswer.objects.all()]
        told = ReportEvent.objects.filter(kind=EventKind.CREDIT_ANSWERED).count()
    assert (before, credit_of(receipt).answer) == ("", CreditAnswerKind.ANONYMOUS)
    assert proofs == [(CreditAnswerKind.ANONYMOUS, AnswerChannel.SILENCE, WEDNESDAY)]
    assert told == 1
    assert printed(receipt.report) == []


@pytest.mark.clause("P17")
def test_a_clock_that_stood_still_gives_them_their_days_all_the_same(receipt: Receipt) -> None:
    late = NEXT_MONDAY + timedelta(days=60)

    swept(late)
    swept(late + timedelta(hours=1))

    credit = credit_of(receipt)
    assert (credit.asked_again_at, credit.answer) == (late, "")


@pytest.mark.clause("P17")
def test_whoever_was_silent_can_still_speak(receipt: Receipt) -> None:
    swept(NEXT_MONDAY)
    swept(WEDNESDAY)

    says(receipt, named(), now=WEDNESDAY + timedelta(days=3))

    assert printed(receipt.report) == ["Robin Reporter"]


@pytest.mark.clause("P17")
def test_whoever_answered_is_not_asked_again(receipt: Receipt) -> None:
    says(receipt, named())

    swept(NEXT_MONDAY)
    swept(WEDNESDAY)

    assert mails() == [(NoticeKind.CREDIT_ASKED, "dropped")]
    assert printed(receipt.report) == ["Robin Reporter"]


@pytest.mark.clause("P17")
def test_without_an_address_the_clock_counts_all_the_same(member: User) -> None:
    receipt = confirmed(email="")
    ask(receipt.report, by=member)

    swept(NEXT_MONDAY)
    swept(WEDNESDAY)

    assert (credit_of(receipt).answer, mails()) == (CreditAnswerKind.ANONYMOUS, [])


def test_the_sweep_runs_as_the_portal_each_minute(receipt: Receipt) -> None:
    tasks.sweep()

    assert credit_of(receipt).asked_again_at is not None
