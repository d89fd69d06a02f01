"""What everybody is told of how promises were kept, and what a live report never does to it (traps 2)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from portal.viewer import SYSTEM, acting_as
from reports import lifecycle, public_figures
from reports.enums import DeclineReason, EventKind
from reports.guards import Decision
from reports.lifecycle import Move
from reports.models import Clock, PublicFigures, Recusal, Report, ReportEvent
from reports.models.report import new_reference
from teams.models import User
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 10, 15, tzinfo=UTC)
"""What was over in April counts."""
NEXT = datetime(2026, 7, 1, tzinfo=settings.POLICY.calendar.zone) + timedelta(
    days=settings.POLICY.advisories.statistics_delay_days
)
"""The first moment at which June counts."""


@pytest.fixture
def member() -> User:
    return factories.member()


def worked_out(*, acknowledgements: int, in_time: int, updates: int = 0, updated: int = 0) -> None:
    PublicFigures.objects.create(
        pk=1,
        until=timezone.now(),
        acknowledgements=acknowledgements,
        acknowledged_in_time=in_time,
        median_to_acknowledge=timedelta(hours=22),
        updates=updates,
        updated_in_time=updated,
    )


def test_too_few_promises_say_nothing_in_public() -> None:
    worked_out(acknowledgements=9, in_time=9)

    assert public_figures.in_public() == []


@pytest.mark.parametrize(
    ("in_time", "of", "told"), [(10, 10, "100 %"), (37, 38, "over 95 %"), (38, 40, "over 90 %"), (0, 12, "over 0 %")]
)
def test_shares_are_told_in_steps(in_time: int, of: int, told: str) -> None:
    worked_out(acknowledgements=of, in_time=in_time)

    assert public_figures.in_public()[0].value == told


@pytest.mark.clause("P7")
def test_the_promise_page_shows_how_we_are_doing_and_not_how_many_reports_there_are(client: Client) -> None:
    worked_out(acknowledgements=38, in_time=37, updates=41, updated=33)

    page = client.get("/policy/").content.decode()

    assert "over 95 %" in page
    assert "within a day" in page
    assert "over 80 %" in page
    assert "38" not in page


# --- What is over, and what is live -------------------------------------------------------------------------


def received(number: str, *, at: datetime) -> Report:
    return factories.receipt(at, token=number).report


def move(report: Report, step: Move, member: User, *, at: datetime) -> None:
    said = Decision(
        message="We have looked at it.",
        explanation="It came up again.",
        reason=DeclineReason.INTENDED if step is Move.DECLINE else None,
    )
    with acting_as(factories.looking(member)):
        lifecycle.move(Report.objects.get(pk=report.pk), step, by=member, decision=said, now=at)


def over(count: int, member: User) -> list[Report]:
    """Answered within a day and over, in April."""
    began = datetime(2026, 4, 6, 12, tzinfo=UTC)
    reports = [received(f"over {number}", at=began + timedelta(days=number)) for number in range(count)]
    for number, report in enumerate(reports):
        move(report, Move.DECLINE, member, at=began + timedelta(days=number, hours=20))
    return reports


def public(client: Client, *, now: datetime) -> tuple[dict[str, object], list[public_figures.PublicFigure], bytes]:
    """Everything that is kept and shown, worked out from nothing: what lies there hides no change."""
    with acting_as(SYSTEM):
        PublicFigures.objects.all().delete()
        public_figures.renew(now=now)
    kept: dict[str, object] = {**PublicFigures.objects.values().get()}
    return kept, public_figures.in_public(), client.get("/policy/").content


def _miss(report: Report, member: User, at: datetime) -> None:
    del member
    with acting_as(SYSTEM):
        Clock.objects.filter(report=report, stopped_at=None).update(due_at=at - timedelta(hours=1))


def _acknowledge_too_late(report: Report, member: User, at: datetime) -> None:
    _miss(report, member, at)
    move(report, Move.ACKNOWLEDGE, member, at=at)


def _wall_off(report: Report, member: User, at: datetime) -> None:
    del at
    with acting_as(SYSTEM):
        Recusal.objects.get_or_create(report=report, user=member, lifted_at=None)


def _restrict(report: Report, member: User, at: datetime) -> None:
    del member
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(restricted_at=at)


LIVE: MappingProxyType[str, Callable[[Report, User, datetime], None]] = MappingProxyType(
    {
        "nothing": lambda *_: None,
        "acknowledged": lambda report, member, at: move(report, Move.ACKNOWLEDGE, member, at=at),
        "missed": _miss,
        "acknowledged too late": _acknowledge_too_late,
        "declined": lambda report, member, at: move(report, Move.DECLINE, member, at=at),
        "walled off": _wall_off,
        "restricted": _restrict,
    }
)
"""What may become of a live report within days."""
AGAIN = ("left", "opened again", "opened again and missed", "walled off", "restricted")


@pytest.mark.clause("P8")
def test_nothing_that_happens_to_a_live_report_moves_anything_public(client: Client, member: User) -> None:
    ended = over(10, member)
    before = public(client, now=NOW)

    @examples(max_examples=30)
    @given(
        lives=st.lists(st.tuples(st.sampled_from(sorted(LIVE)), st.integers(1, 400)), min_size=1, max_size=3),
        again=st.sampled_from(AGAIN),
        later=st.integers(1, 18),
    )
    def whatever_happens(lives: list[tuple[str, int]], again: str, later: int) -> None:
        with transaction.atomic():
            for number, (what, hours) in enumerate(lives):
                report = received(f"live {number}", at=NOW)
                LIVE[what](report, member, NOW + timedelta(hours=hours))
            if again.startswith("opened again"):
                move(ended[0], Move.REOPEN, member, at=NOW)
            if again == "opened again and missed":
                _miss(ended[0], member, NOW)
            if again in LIVE:
                LIVE[again](ended[0], member, NOW)

            after = public(client, now=NOW + timedelta(days=later))
            transaction.set_rollback(True)

        assert after == before

    whatever_happens()
    assert before[1] != []


def test_a_report_counts_when_it_is_over_the_delay_has_passed_and_a_month_begins(client: Client, member: User) -> None:
    over(10, member)
    late = received("late", at=NOW)
    _miss(late, member, NOW + timedelta(days=3))
    move(late, Move.ACKNOWLEDGE, member, at=NOW + timedelta(days=4))
    shares = []

    for over_at, now in ((None, NEXT), (NOW + timedelta(days=5), NEXT - timedelta(seconds=1)), (None, NEXT)):
        if over_at:
            move(late, Move.DECLINE, member, at=over_at)
        shares.append(public(client, now=now)[1][0].value)

    assert shares == ["100 %", "100 %", "over 90 %"]


def test_spam_and_rehearsals_were_promised_nothing(client: Client, member: User) -> None:
    before = public(client, now=NEXT)[0]
    spam, rehearsal = (received(name, at=NOW) for name in ("spam", "rehearsal"))
    with acting_as(SYSTEM):
        Report.objects.filter(pk=rehearsal.pk).update(is_rehearsal=True)
    move(rehearsal, Move.DECLINE, member, at=NOW + timedelta(hours=1))
    with acting_as(factories.looking(member)):
        known = Report.objects.get(pk=spam.pk)
        decision = Decision(reason=DeclineReason.SPAM)
        lifecycle.move(known, Move.DECLINE, by=member, decision=decision, now=NOW + timedelta(hours=1))

    with acting_as(SYSTEM):
        assert ReportEvent.objects.filter(kind=EventKind.DECLINED).count() == 2
    assert public(client, now=NEXT)[0] == before


def test_within_a_month_nothing_is_worked_out_again(member: User) -> None:
    over(1, member)
    with acting_as(SYSTEM):
        public_figures.renew(now=NOW)
        Clock.objects.all().delete()
        public_figures.renew(now=NOW + timedelta(days=1))

    assert PublicFigures.objects.get().acknowledgements == 1


def test_a_reference_counts_nothing() -> None:
    """Who sends two reports learns nothing of how many came between (AZ-10)."""
    references = [new_reference() for _ in range(500)]

    places = [set(letters) for letters in zip(*(reference[-9:] for reference in references), strict=True)]
    assert len(set(references)) == 500
    assert [len(letters) > 25 for letters in places] == [True] * 4 + [False] + [True] * 4
