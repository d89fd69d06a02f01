"""Somebody leaves the team in the middle of a report: out of their sight, into somebody else's hands (trap 18)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from pytest_django.fixtures import Settings

from portal.viewer import SYSTEM, acting_as
from reports import coordination, departures, handovers, sharing, tasks, walls
from reports.enums import EventKind, HandOverAnswer, NoticeKind, Role
from reports.guards import Refused
from reports.models import Grant, HandOver, Notification, Recusal, Report, ReportEvent
from teams import consequences, leaving, rota
from teams.models import Project, SecurityTeamMembership, User
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P24")]

NOON = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)
TODAY = datetime.now(UTC)
"""Whether a grant has run out is the database's to say, by its own clock."""


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def leaver() -> User:
    return factories.member(name="Lea Leaver")


@pytest.fixture
def heir() -> User:
    return factories.member(name="Hal Heir")


def coordinated_by(user: User) -> Report:
    report = factories.receipt(NOON).report
    with acting_as(factories.looking(user)):
        coordination.take(report, by=user, now=NOON)
    return report


def leaves(user: User, *, keep: bool = False, wanted: User | None = None, at: datetime = NOON) -> None:
    with acting_as(SYSTEM):
        departure = leaving.step_down(user, now=at)
        assert departure is not None
        departures.carry_out(departure, keep=keep, wanted=wanted, now=at)


def coordinator_of(report: Report) -> User | None:
    with acting_as(SYSTEM):
        return Report.objects.select_related("coordinator").get(pk=report.pk).coordinator


def sees(user: User, report: Report) -> bool:
    again = User.objects.get(pk=user.pk)
    with acting_as(factories.looking(again, is_member=again.membership is not None)):
        return Report.objects.filter(pk=report.pk).exists()


def told(kind: NoticeKind) -> set[str]:
    with acting_as(SYSTEM):
        rows = Notification.objects.filter(kind=kind).select_related("user")
        return {str(row.user) if row.user else row.address for row in rows}


def with_grace(settings: Settings, days: int) -> None:
    settings.POLICY = replace(settings.POLICY, team=replace(settings.POLICY.team, grace_days=days))


@pytest.mark.usefixtures("heir")
def test_what_one_coordinated_is_somebody_elses_and_out_of_sight(leaver: User, heir: User) -> None:
    report = coordinated_by(leaver)

    leaves(leaver)

    assert (coordinator_of(report), sees(leaver, report), sees(heir, report)) == (heir, False, True)
    ended = SecurityTeamMembership.objects.get(user=leaver)
    assert (ended.until, ended.ended_reason) == (NOON, leaving.OWN_WILL)
    assert told(NoticeKind.OFFERED) == {"Hal Heir"}
    assert (told(NoticeKind.MEMBERSHIP_ENDED), told(NoticeKind.MEMBER_LEFT)) == ({"Lea Leaver"}, {"Hal Heir"})


def test_the_new_coordinator_is_there_before_the_old_one_loses_sight(leaver: User, heir: User) -> None:
    report = coordinated_by(leaver)

    leaves(leaver)

    with acting_as(SYSTEM):
        handed = ReportEvent.objects.get(report=report, kind=EventKind.COORDINATION_HANDED_OVER)
    assert handed.details == {"to": heir.pk}
    assert handed.user is None


def test_it_goes_to_whom_the_leaver_chose_else_to_whoever_is_on_duty(leaver: User, heir: User) -> None:
    chosen, on_duty = factories.member(name="Cho Chosen"), factories.member(name="Dora Duty")
    rota.choose(rota.monday_of(NOON.date()), user=on_duty, by=heir)
    first = coordinated_by(leaver)
    second_leaver = factories.member()
    second = coordinated_by(second_leaver)

    leaves(leaver, wanted=chosen)
    leaves(second_leaver)

    assert (coordinator_of(first), coordinator_of(second)) == (chosen, on_duty)


def test_nobody_gets_a_report_from_which_they_are_walled_off_or_while_they_are_away(leaver: User, heir: User) -> None:
    walled, away = factories.member(), factories.member()
    report = coordinated_by(leaver)
    with acting_as(SYSTEM):
        Recusal.objects.create(report=report, user=walled)
    rota.be_away(away, first_day=NOON.date(), last_day=NOON.date(), now=NOON)

    leaves(leaver, wanted=walled)

    assert coordinator_of(report) == heir


def test_the_last_one_out_tells_the_escalation_contact(leaver: User, settings: Settings) -> None:
    report = coordinated_by(leaver)

    leaves(leaver)

    assert coordinator_of(report) is None
    assert told(NoticeKind.UNOWNED) == {settings.POLICY.organisation.escalation_address}


def test_a_restricted_report_is_not_out_of_everybodys_sight(leaver: User, heir: User) -> None:
    report = coordinated_by(leaver)
    with acting_as(factories.looking(leaver)):
        walls.restrict(report, keep=[leaver], reason="It is about one of us.", by=leaver, now=NOON)

    leaves(leaver)

    assert (coordinator_of(report), sees(leaver, report), sees(heir, report)) == (heir, False, True)


def test_grants_end_too_and_nothing_is_left_after_a_rest(leaver: User, heir: User) -> None:
    report = factories.receipt(NOON).report
    with acting_as(factories.looking(heir)):
        sharing.share(report, to=leaver, role=Role.DEVELOPER, reason="", by=heir, now=NOON)

    leaves(leaver, keep=True)

    with acting_as(SYSTEM):
        assert not Grant.objects.in_force().filter(user=leaver).exists()
    assert not sees(leaver, report)


def test_in_the_days_of_grace_one_sees_what_one_worked_on_and_nothing_else(
    leaver: User, heir: User, settings: Settings, clock: time_machine.Traveller
) -> None:
    with_grace(settings, 7)
    clock.move_to(TODAY)
    own, other = coordinated_by(leaver), coordinated_by(heir)

    leaves(leaver, keep=True, at=TODAY)
    with acting_as(SYSTEM):
        grant = Grant.objects.get(user=leaver)
    seen = (sees(leaver, own), sees(leaver, other))
    clock.shift(timedelta(days=7))

    assert (seen, grant.role, grant.expires_at) == ((True, False), Role.OBSERVER, TODAY + timedelta(days=7))
    assert not grant.is_in_force


def test_who_leaves_by_themselves_may_do_without_the_grace(leaver: User, heir: User, settings: Settings) -> None:
    with_grace(settings, 7)
    report = coordinated_by(leaver)

    leaves(leaver, keep=False)

    assert (sees(leaver, report), coordinator_of(report)) == (False, heir)


def test_the_sweep_carries_out_what_was_announced_once(leaver: User, heir: User) -> None:
    report = coordinated_by(leaver)
    leaving.step_down(leaver, now=NOON)

    tasks.sweep()
    tasks.sweep()

    assert (coordinator_of(report), sees(leaver, report)) == (heir, False)
    with acting_as(SYSTEM):
        assert ReportEvent.objects.filter(report=report, kind=EventKind.COORDINATION_HANDED_OVER).count() == 1
    assert not leaving.announced().exists()


def ends_in_the_records(user: User, *, at: datetime, **fields: object) -> None:
    SecurityTeamMembership.objects.filter(user=user).update(until=at, ended_reason="Left.", **fields)


@pytest.mark.clause("P25")
def test_what_lets_in_ends_with_a_membership_that_nobody_announced(leaver: User, heir: User) -> None:
    own, shared = coordinated_by(leaver), factories.receipt(NOON).report
    with acting_as(factories.looking(heir)):
        sharing.share(shared, to=leaver, role=Role.DEVELOPER, reason="", by=heir, now=NOON)
    ends_in_the_records(leaver, at=NOON)

    tasks.sweep()
    tasks.sweep()

    assert (sees(leaver, own), sees(leaver, shared), coordinator_of(own)) == (False, False, heir)
    assert (told(NoticeKind.MEMBERSHIP_ENDED), leaving.announced().exists()) == ({"Lea Leaver"}, False)


@pytest.mark.usefixtures("heir")
def test_who_has_joined_again_since_keeps_what_they_look_after(leaver: User) -> None:
    ends_in_the_records(leaver, at=NOON - timedelta(days=1))
    SecurityTeamMembership.objects.create(user=leaver, since=NOON - timedelta(hours=1), reason="Joined again.")
    report = coordinated_by(leaver)

    tasks.sweep()

    assert coordinator_of(report) == leaver


def test_whose_end_is_set_for_later_can_step_down_today(leaver: User, heir: User) -> None:
    report = coordinated_by(leaver)
    ends_in_the_records(leaver, at=NOON + timedelta(days=300))

    leaves(leaver)

    assert (coordinator_of(report), sees(leaver, report)) == (heir, False)


@pytest.mark.clause("P20", "P25")
def test_whose_end_is_set_for_later_leaves_as_soon_as_they_maintain_nothing(
    leaver: User, heir: User, settings: Settings
) -> None:
    report = coordinated_by(leaver)
    ends_in_the_records(leaver, at=NOON + timedelta(days=300))
    Project.objects.filter(maintainerships__user=leaver).update(archived_at=NOON)

    consequences.draw([leaver.pk], policy=settings.POLICY.team, now=NOON)
    tasks.sweep()

    assert (coordinator_of(report), sees(leaver, report)) == (heir, False)


@pytest.mark.clause("P25", "P28")
@pytest.mark.usefixtures("heir")
def test_the_days_of_grace_outlast_the_sweep(leaver: User, settings: Settings, clock: time_machine.Traveller) -> None:
    with_grace(settings, 7)
    clock.move_to(TODAY)
    report = coordinated_by(leaver)
    leaves(leaver, keep=True, at=TODAY)
    leaver.maintainerships.update(until=TODAY)

    tasks.sweep()

    assert sees(leaver, report)


# --- A hand-over counts when the next one accepts it --------------------------------------------------------


def offered(report: Report, *, by: User, to: User) -> None:
    with acting_as(factories.looking(by)):
        handovers.ask(report, to=to, by=by, now=NOON)


def test_what_is_offered_stays_where_it_is_until_it_is_accepted(leaver: User, heir: User) -> None:
    report = coordinated_by(leaver)
    offered(report, by=leaver, to=heir)
    before = coordinator_of(report)

    with acting_as(factories.looking(heir)):
        handovers.accept(report, by=heir, now=NOON)

    assert (before, coordinator_of(report)) == (leaver, heir)
    with acting_as(SYSTEM):
        assert HandOver.objects.get().answer == HandOverAnswer.ACCEPTED


def test_who_offered_it_keeps_it_when_it_is_declined_and_is_told(leaver: User, heir: User) -> None:
    report = coordinated_by(leaver)
    offered(report, by=leaver, to=heir)

    with acting_as(factories.looking(heir)):
        handovers.decline(report, by=heir, now=NOON)

    assert coordinator_of(report) == leaver
    assert told(NoticeKind.DECLINED) == {"Lea Leaver"}


def test_what_somebody_left_behind_is_everybodys_when_the_next_one_declines(leaver: User, heir: User) -> None:
    third = factories.member(name="Thea Third")
    report = coordinated_by(leaver)
    leaves(leaver, wanted=heir)

    with acting_as(factories.looking(heir)):
        report.refresh_from_db()
        handovers.decline(report, by=heir, now=NOON)

    assert coordinator_of(report) is None
    assert told(NoticeKind.UNOWNED) == {str(heir), str(third)}


def test_nobody_answers_for_somebody_else(leaver: User, heir: User) -> None:
    report = coordinated_by(leaver)
    offered(report, by=leaver, to=heir)

    with acting_as(factories.looking(leaver)), pytest.raises(Refused, match="not offered to you"):
        handovers.accept(report, by=leaver, now=NOON)


def test_what_nobody_answers_goes_to_the_escalation_contact_once(leaver: User, heir: User, settings: Settings) -> None:
    report = coordinated_by(leaver)
    leaves(leaver, wanted=heir)

    with acting_as(SYSTEM):
        for hours in (23, 24, 25):
            handovers.escalate(now=NOON + timedelta(hours=hours))
        count = Notification.objects.filter(kind=NoticeKind.UNANSWERED, user=None).count()

    assert (coordinator_of(report), count) == (heir, 1)
    assert settings.POLICY.organisation.escalation_address in told(NoticeKind.UNANSWERED)


def test_a_new_report_is_offered_to_whoever_is_on_duty_and_the_others_hear_of_it(leaver: User, heir: User) -> None:
    rota.choose(rota.monday_of(NOON.date()), user=heir, by=leaver)

    factories.receipt(NOON)

    assert (told(NoticeKind.ON_DUTY), told(NoticeKind.NEW_REPORT)) == ({"Hal Heir"}, {"Lea Leaver"})
