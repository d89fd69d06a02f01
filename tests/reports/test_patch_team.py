"""The patch team: asked, agreed, declined, left; and the fix that begins only with a team as the policy asks for."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from portal.viewer import SYSTEM, acting_as
from reports import coordination, lifecycle, patch_team, tasks, walls
from reports.enums import Answer, ClockKind, DeclineReason, EventKind, NoticeKind, Role, State
from reports.guards import Decision, Refused
from reports.lifecycle import Move
from reports.models import Clock, Grant, Invitation, Notification, Report, ReportEvent, Restriction
from teams.enums import Sign
from teams.membership import can_release
from teams.models import Evidence, Maintainership, Project, User
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def projects() -> list[Project]:
    return [factories.ProjectFactory.create(name=name) for name in ("wadm", "wash")]


@pytest.fixture
def member(projects: list[Project]) -> User:
    """Maintains the first project."""
    user = factories.member(name="Mira Member")
    Maintainership.objects.create(user=user, project=projects[0], since=factories.LONG_AGO, reason="Wrote it.")
    return user


@pytest.fixture
def maintainer(projects: list[Project]) -> User:
    """Maintains the second project."""
    return factories.maintainer(name="Dora Developer", project=projects[1])


@pytest.fixture
def report(projects: list[Project], member: User) -> Report:
    """Identified, in both projects."""
    found = factories.receipt(now=NOW - timedelta(days=9), projects=projects, project_unknown=False).report
    with acting_as(SYSTEM):
        Clock.objects.filter(report=found).update(stopped_at=NOW)
        Report.objects.filter(pk=found.pk).update(state=State.IDENTIFIED, coordinator=member)
        return Report.objects.get(pk=found.pk)


def ask(
    report: Report, who: User, *, by: User, role: Role = Role.DEVELOPER, reason: str = "Wrote the parser."
) -> Invitation | Grant:
    with acting_as(factories.looking(by)):
        return patch_team.ask(report, who=who, role=role, reason=reason, by=by, now=NOW)


def invite(report: Report, who: User, *, by: User, role: Role = Role.DEVELOPER) -> Invitation:
    asked = ask(report, who, by=by, role=role)
    assert isinstance(asked, Invitation)
    return asked


def accept(invitation: Invitation, *, by: User) -> None:
    with acting_as(factories.looking(by, is_member=False)):
        patch_team.accept(invitation, by=by, now=NOW)


def begin(report: Report, *, by: User, is_member: bool = True) -> None:
    with acting_as(factories.looking(by, is_member=is_member)):
        seen = Report.objects.get(pk=report.pk)
        lifecycle.move(seen, Move.ASSEMBLE, by=by, decision=Decision(), now=NOW)


def sees(user: User, report: Report) -> bool:
    with acting_as(factories.looking(user, is_member=False)):
        return Report.objects.filter(pk=report.pk).exists()


def told(report: Report, kind: NoticeKind) -> list[User | None]:
    with acting_as(SYSTEM):
        return [row.user for row in Notification.objects.filter(report=report, kind=kind).order_by("pk")]


def kinds(report: Report) -> list[str]:
    with acting_as(SYSTEM):
        return list(ReportEvent.objects.filter(report=report).order_by("pk").values_list("kind", flat=True))


# --- being asked --------------------------------------------------------------------------------------------


@pytest.mark.clause("P8", "P28")
def test_whoever_is_asked_knows_of_the_invitation_and_of_nothing_else(
    report: Report, member: User, maintainer: User
) -> None:
    invite(report, maintainer, by=member)

    with acting_as(factories.looking(maintainer, is_member=False)):
        assert [(row.role, row.user) for row in Invitation.objects.all()] == [(Role.DEVELOPER, maintainer)]
        with connection.cursor() as cursor:
            cursor.execute("SELECT (SELECT count(*) FROM reports_invitation), (SELECT count(*) FROM reports_report)")
            assert cursor.fetchone() == (1, 0)
    assert not sees(maintainer, report)
    assert told(report, NoticeKind.ASKED) == [maintainer]


@pytest.mark.clause("P8")
def test_nobody_else_knows_who_is_asked(report: Report, member: User, maintainer: User) -> None:
    invite(report, maintainer, by=member)
    other = factories.maintainer()

    with acting_as(factories.looking(other, is_member=False)), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reports_invitation")
        assert cursor.fetchone() == (0,)


@pytest.mark.clause("P22", "P28")
def test_whoever_agrees_is_on_the_team_and_the_lead_is_told(report: Report, member: User, maintainer: User) -> None:
    ask(report, member, by=member, role=Role.LEAD)

    accept(invite(report, maintainer, by=member), by=maintainer)

    assert sees(maintainer, report)
    with acting_as(SYSTEM):
        grant = Grant.objects.select_related("report").get(report=report, user=maintainer)
        assert (grant.role, grant.reason, grant.granted_by) == (Role.DEVELOPER, "Wrote the parser.", member)
    assert told(report, NoticeKind.TEAM_CHANGED) == [member]
    assert kinds(report)[-3:] == [EventKind.ASKED, EventKind.AGREED, EventKind.ACCESS_GRANTED]


def test_whoever_declines_has_learnt_nothing_and_the_coordinator_is_told(
    report: Report, member: User, maintainer: User
) -> None:
    invitation = invite(report, maintainer, by=member)

    with acting_as(factories.looking(maintainer, is_member=False)):
        patch_team.decline(invitation, by=maintainer, now=NOW)
        assert not Invitation.objects.exists()

    assert not sees(maintainer, report)
    assert told(report, NoticeKind.TEAM_CHANGED) == [member]
    assert kinds(report)[-1] == EventKind.REFUSED_TO_HELP


@pytest.mark.parametrize("answer", [Answer.ACCEPTED, Answer.DECLINED, Answer.WITHDRAWN])
def test_an_invitation_is_answered_once(report: Report, member: User, maintainer: User, answer: Answer) -> None:
    invitation = invite(report, maintainer, by=member)
    with acting_as(SYSTEM):
        Invitation.objects.update(answer=answer, answered_at=NOW)

    with pytest.raises(Refused, match="answered or withdrawn already"):
        accept(invitation, by=maintainer)

    assert not sees(maintainer, report)


def test_nobody_answers_for_somebody_else(report: Report, member: User, maintainer: User) -> None:
    invitation = invite(report, maintainer, by=member)

    with pytest.raises(Refused, match="somebody else who is asked"):
        accept(invitation, by=factories.maintainer())


@pytest.mark.clause("P28")
def test_whoever_stopped_maintaining_meanwhile_cannot_join(report: Report, member: User, maintainer: User) -> None:
    invitation = invite(report, maintainer, by=member)
    Maintainership.objects.filter(user=maintainer).update(until=NOW)

    with pytest.raises(Refused, match="cannot join it any more"):
        accept(invitation, by=User.objects.get(pk=maintainer.pk))

    assert not sees(maintainer, report)


@pytest.mark.clause("P28")
def test_who_maintains_nothing_is_refused_with_the_reason(report: Report, member: User) -> None:
    outsider = factories.UserFactory.create(name="Otto Outside")

    with pytest.raises(Refused, match="Otto Outside maintains no active project"):
        ask(report, outsider, by=member)


def test_nobody_is_asked_twice_at_a_time(report: Report, member: User, maintainer: User) -> None:
    invite(report, maintainer, by=member)

    with pytest.raises(Refused, match="is asked already"):
        ask(report, maintainer, by=member, role=Role.REVIEWER)


def test_one_person_leads_the_fix(report: Report, member: User) -> None:
    ask(report, member, by=member, role=Role.LEAD)

    with pytest.raises(Refused, match="Somebody leads the fix already"):
        ask(report, factories.member(), by=member, role=Role.LEAD)


def test_a_member_is_on_it_at_once_and_told(report: Report, member: User) -> None:
    other = factories.member()

    placed = ask(report, other, by=member, reason="")

    assert isinstance(placed, Grant)
    assert told(report, NoticeKind.SHARED) == [other]


def test_a_member_who_may_not_know_of_a_restricted_report_is_asked_like_everybody_else(
    report: Report, member: User
) -> None:
    other = factories.member()
    with acting_as(factories.looking(member)):
        walls.restrict(report, keep=[], reason="It concerns one of us.", by=member, now=NOW)

    assert isinstance(ask(report, other, by=member), Invitation)


def test_before_it_is_acknowledged_no_team_comes_together(member: User, maintainer: User) -> None:
    with pytest.raises(Refused, match="comes together for what was acknowledged"):
        ask(factories.receipt().report, maintainer, by=member)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.REPORTER, Role.BREAK_GLASS])
def test_only_roles_of_the_patch_team_are_given(report: Report, member: User, maintainer: User, role: Role) -> None:
    with pytest.raises(Refused, match="no role on the patch team"):
        ask(report, maintainer, by=member, role=role)


@pytest.mark.clause("P27")
def test_a_lead_from_outside_the_security_team_may_ask_others_and_a_developer_may_not(
    report: Report, member: User, maintainer: User
) -> None:
    other = factories.maintainer()
    accept(invite(report, maintainer, by=member, role=Role.LEAD), by=maintainer)

    with acting_as(factories.looking(maintainer, is_member=False)):
        patch_team.ask(report, who=other, role=Role.DEVELOPER, reason="Tests it.", by=maintainer, now=NOW)
        invitation = Invitation.objects.get(user=other)
    accept(invitation, by=other)

    with acting_as(factories.looking(other, is_member=False)), pytest.raises(Refused, match="does not include that"):
        patch_team.ask(report, who=factories.maintainer(), role=Role.DEVELOPER, reason="Too.", by=other, now=NOW)


def test_whoever_leaves_sees_it_no_longer_and_the_lead_is_told(report: Report, member: User, maintainer: User) -> None:
    ask(report, member, by=member, role=Role.LEAD)
    accept(invite(report, maintainer, by=member), by=maintainer)

    with acting_as(factories.looking(maintainer, is_member=False)):
        patch_team.leave(report, by=maintainer, now=NOW)

    assert not sees(maintainer, report)
    assert kinds(report)[-1] == EventKind.LEFT
    assert told(report, NoticeKind.TEAM_CHANGED) == [member, member]


def test_nobody_leaves_a_restricted_report_to_eyes_that_run_out(report: Report, member: User) -> None:
    ask(report, member, by=member)
    other = factories.member()
    with acting_as(SYSTEM):
        Restriction.objects.create(report=report, reason="Names one of us.", restricted_by=member)
        Report.objects.filter(pk=report.pk).update(restricted_at=NOW)
        Grant.objects.create(
            report=report, user=other, role=Role.OBSERVER, reason="Looks.", expires_at=NOW + timedelta(days=400)
        )

    with acting_as(factories.looking(member)), pytest.raises(Refused, match="the last of the team"):
        patch_team.leave(Report.objects.get(pk=report.pk), by=member, now=NOW)


def test_a_report_that_closes_asks_nobody_any_more(report: Report, member: User, maintainer: User) -> None:
    invite(report, maintainer, by=member)
    with acting_as(factories.looking(member)):
        Report.objects.filter(pk=report.pk).update(state=State.TRIAGE)
        seen = Report.objects.get(pk=report.pk)
        decision = Decision(reason=DeclineReason.INTENDED, message="It does what it says.")
        lifecycle.move(seen, Move.DECLINE, by=member, decision=decision, now=NOW)

    with acting_as(SYSTEM):
        assert Invitation.objects.get().answer == Answer.WITHDRAWN
    assert EventKind.NO_LONGER_ASKED in kinds(report)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_asked_to_lead_at_once_one_leads(report: Report, member: User) -> None:
    others = [factories.member() for _ in range(4)]

    def place(who: User) -> bool:
        try:
            ask(report, who, by=member, role=Role.LEAD)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as together:
        placed = list(together.map(place, others))

    assert placed.count(True) == 1
    with acting_as(SYSTEM):
        assert Grant.objects.filter(report=report, role=Role.LEAD).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_click_asks_nobody_twice(report: Report, member: User, maintainer: User) -> None:
    def click(_: int) -> bool:
        try:
            ask(report, maintainer, by=member)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as together:
        assert list(together.map(click, range(4))).count(True) == 1


# --- who stops being a maintainer ---------------------------------------------------------------------------


def stops_maintaining(user: User) -> None:
    Maintainership.objects.filter(user=user).update(until=NOW, ended_reason="Works on something else.")


@pytest.mark.clause("P26", "P28")
def test_whoever_stops_being_a_maintainer_is_dropped_once_and_the_lead_told(
    report: Report, member: User, maintainer: User
) -> None:
    ask(report, member, by=member, role=Role.LEAD)
    accept(invite(report, maintainer, by=member), by=maintainer)
    with acting_as(SYSTEM):
        Notification.objects.all().delete()
    stops_maintaining(maintainer)

    tasks.sweep()
    tasks.sweep()

    assert not sees(maintainer, report)
    with acting_as(SYSTEM):
        dropped = ReportEvent.objects.filter(report=report, kind=EventKind.DROPPED)
        assert [(event.user, event.details) for event in dropped] == [
            (None, {"to": maintainer.pk, "role": Role.DEVELOPER})
        ]
        assert [grant.user for grant in Grant.objects.in_force().filter(user__isnull=False)] == [member]
    assert told(report, NoticeKind.TEAM_CHANGED) == [member]


@pytest.mark.clause("P28")
def test_whoever_stops_being_a_maintainer_before_answering_is_asked_no_longer(
    report: Report, member: User, maintainer: User
) -> None:
    invitation = invite(report, maintainer, by=member)
    stops_maintaining(maintainer)

    tasks.sweep()

    with acting_as(SYSTEM):
        assert Invitation.objects.get().answer == Answer.WITHDRAWN
    with pytest.raises(Refused, match="answered or withdrawn already"):
        accept(invitation, by=maintainer)


@pytest.mark.clause("P28")
def test_a_lead_whose_only_project_is_archived_is_dropped_and_the_coordinator_told(
    report: Report, member: User, maintainer: User, projects: list[Project]
) -> None:
    accept(invite(report, maintainer, by=member, role=Role.LEAD), by=maintainer)
    with acting_as(SYSTEM):
        Notification.objects.all().delete()
    Project.objects.filter(pk=projects[1].pk).update(archived_at=NOW)

    tasks.sweep()

    assert not sees(maintainer, report)
    assert told(report, NoticeKind.TEAM_CHANGED) == [member]


def test_members_reporters_and_who_broke_the_glass_are_dropped_by_nobody(report: Report, member: User) -> None:
    stops_maintaining(member)
    ask(report, member, by=member)
    administrator = factories.UserFactory.create(is_administrator=True)
    with acting_as(SYSTEM):
        Grant.objects.create(report=report, user=administrator, role=Role.BREAK_GLASS, reason="Nobody is there.")

    tasks.sweep()

    with acting_as(SYSTEM):
        roles = sorted(Grant.objects.in_force().filter(report=report).values_list("role", flat=True))
    assert roles == [Role.BREAK_GLASS, Role.DEVELOPER, Role.REPORTER]


# --- the fix begins -----------------------------------------------------------------------------------------


@pytest.mark.clause("P26")
def test_the_fix_needs_a_lead_and_a_maintainer_of_each_affected_project(
    report: Report, member: User, maintainer: User
) -> None:
    with pytest.raises(Refused, match=r"Nobody leads the fix.*maintains wadm and wash.*release and publish wadm and"):
        begin(report, by=member)
    ask(report, member, by=member, role=Role.LEAD)
    with pytest.raises(Refused, match=r"^Nobody on the patch team maintains wash: .* publish wash: ask somebody"):
        begin(report, by=member)

    accept(invite(report, maintainer, by=member), by=maintainer)
    begin(report, by=member)

    with acting_as(SYSTEM):
        report.refresh_from_db()
    assert report.state == State.FIXING
    assert kinds(report)[-1] == EventKind.ASSEMBLED


@pytest.mark.clause("P26")
def test_whoever_has_not_answered_or_only_observes_covers_no_project(
    report: Report, member: User, maintainer: User
) -> None:
    ask(report, member, by=member, role=Role.LEAD)
    invitation = invite(report, maintainer, by=member, role=Role.OBSERVER)
    with pytest.raises(Refused, match="maintains wash"):
        begin(report, by=member)

    accept(invitation, by=maintainer)

    with pytest.raises(Refused, match="maintains wash"):
        begin(report, by=member)


@pytest.mark.clause("P26")
def test_a_fix_of_nothing_does_not_begin(report: Report, member: User) -> None:
    ask(report, member, by=member, role=Role.LEAD)
    with acting_as(factories.looking(member)):
        coordination.set_projects(report, [], by=member, now=NOW)

    with pytest.raises(Refused, match="No affected project is named"):
        begin(report, by=member)


def test_an_archived_project_needs_nobody(report: Report, member: User, projects: list[Project]) -> None:
    Project.objects.filter(pk=projects[1].pk).update(archived_at=NOW)
    ask(report, member, by=member, role=Role.LEAD)

    begin(report, by=member)

    with acting_as(SYSTEM):
        assert Report.objects.get(pk=report.pk).state == State.FIXING


@pytest.mark.clause("P28")
def test_nobody_begins_with_somebody_who_maintains_nothing(report: Report, member: User, maintainer: User) -> None:
    ask(report, member, by=member, role=Role.LEAD)
    accept(invite(report, maintainer, by=member), by=maintainer)
    outsider = factories.UserFactory.create(name="Otto Outside")
    with acting_as(SYSTEM):
        Grant.objects.create(report=report, user=outsider, role=Role.OBSERVER, reason="By the admin.")

    with pytest.raises(Refused, match="Otto Outside maintains no active project"):
        begin(report, by=member)


@pytest.mark.clause("P27")
def test_a_lead_from_outside_the_security_team_begins_the_fix(report: Report, member: User, maintainer: User) -> None:
    ask(report, member, by=member)
    accept(invite(report, maintainer, by=member, role=Role.LEAD), by=maintainer)

    begin(report, by=maintainer, is_member=False)

    with acting_as(SYSTEM):
        assert Report.objects.get(pk=report.pk).state == State.FIXING


@pytest.mark.clause("P10")
def test_the_reporter_is_not_written_to_and_the_next_update_stays_promised(
    report: Report, member: User, maintainer: User
) -> None:
    ask(report, member, by=member, role=Role.LEAD)
    accept(invite(report, maintainer, by=member), by=maintainer)
    with acting_as(SYSTEM):
        Clock.objects.create(
            report=report, kind=ClockKind.NEXT_UPDATE, started_at=NOW, warn_at=NOW, due_at=NOW, rule="P9"
        )

    begin(report, by=member)

    assert told(report, NoticeKind.MOVED) == []
    with acting_as(SYSTEM):
        assert Clock.objects.filter(report=report, stopped_at=None).count() == 1


@pytest.mark.clause("P28")
def test_once_the_fix_is_under_way_even_a_member_comes_for_a_reason(report: Report, member: User) -> None:
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(state=State.FIXING)
        report.refresh_from_db()
    other = factories.member(name="Lena Late")

    with pytest.raises(Refused, match="say why it needs Lena Late"):
        ask(report, other, by=member, reason=" ")

    assert isinstance(ask(report, other, by=member, reason="Knows the old branch."), Grant)


@pytest.mark.clause("P26")
def test_a_maintainer_may_release_their_own_project(projects: list[Project], maintainer: User) -> None:
    assert [can_release(maintainer, project, now=NOW) for project in projects] == [False, True]


@pytest.mark.parametrize(
    ("seen", "may"),
    [
        ([("maintain", True)], True),
        ([("admin", True)], True),
        ([("write", True)], False),
        ([("admin", True), ("admin", False)], False),
        ([("write", True), ("maintain", True)], True),
    ],
)
@pytest.mark.clause("P26")
def test_what_github_last_told_of_a_role_decides_who_releases(
    projects: list[Project], maintainer: User, seen: list[tuple[str, bool]], *, may: bool
) -> None:
    for role, holds in seen:
        Evidence.objects.create(user=maintainer, project=projects[1], sign=Sign.ROLE, value=role, holds=holds)

    assert can_release(maintainer, projects[1], now=NOW) is may
