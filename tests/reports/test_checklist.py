"""The patch team's checklist, the day of the release, and the fix that is ready only once its work is done."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.policy.deadlines import Advice
from portal.viewer import SYSTEM, acting_as
from reports import checklist, lifecycle
from reports.access import Permission, permissions_on
from reports.checklist import Plan
from reports.enums import REQUIRED_WORK, EventKind, Role, State, Work
from reports.guards import Decision, Refused
from reports.lifecycle import Move
from reports.models import ChecklistItem, Grant, ProjectFix, Report, ReportEvent
from teams.models import Project, User
from tests import factories
from tests.disclosures.factories import approved_advisory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TUESDAY, FRIDAY = date(2026, 12, 1), date(2026, 12, 4)


@pytest.fixture
def projects() -> list[Project]:
    return [factories.ProjectFactory.create(name=name) for name in ("wadm", "wash")]


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


@pytest.fixture
def report(projects: list[Project]) -> Report:
    """Being fixed, in two projects."""
    found = factories.receipt(now=NOW - timedelta(days=9), projects=projects, project_unknown=False).report
    with acting_as(SYSTEM):
        Report.objects.filter(pk=found.pk).update(state=State.FIXING)
        return Report.objects.get(pk=found.pk)


def on_the_team(report: Report, role: Role) -> User:
    user = factories.maintainer()
    with acting_as(SYSTEM):
        Grant.objects.create(report=report, user=user, role=role, reason="Fixes it.")
    return user


def do_the_work(report: Report, projects: list[Project], *, by: User) -> None:
    for project in projects:
        checklist.plan(report, project, meant=Plan(fixed_version="1.2.3"), by=by, now=NOW)
        for work in REQUIRED_WORK:
            checklist.tick(report, project, work, done=True, by=by, now=NOW)


def mark_ready(report: Report, *, by: User) -> None:
    lifecycle.move(report, Move.MARK_READY, by=by, decision=Decision(), now=NOW)


def events(report: Report) -> list[tuple[str, object]]:
    with acting_as(SYSTEM):
        rows = ReportEvent.objects.filter(report=report, user__isnull=False).order_by("pk")
        return [(row.kind, row.details) for row in rows]


@pytest.mark.clause("P12", "P14")
def test_a_fix_is_ready_once_versions_are_named_the_work_is_done_and_a_day_is_planned(
    report: Report, projects: list[Project], member: User
) -> None:
    with acting_as(factories.looking(member)), pytest.raises(Refused) as nothing:
        mark_ready(report, by=member)
    approved_advisory(report, now=NOW)
    with acting_as(factories.looking(member)):
        do_the_work(report, projects[:1], by=member)
        checklist.plan(report, projects[1], meant=Plan(fixed_version="0.9"), by=member, now=NOW)
        checklist.tick(report, projects[1], Work.PATCH, done=True, by=member, now=NOW)
        with pytest.raises(Refused) as half:
            mark_ready(report, by=member)
        do_the_work(report, projects[1:], by=member)
        checklist.plan_day(report, TUESDAY, by=member, now=NOW)
        mark_ready(report, by=member)

    assert str(nothing.value) == (
        "The version that has the fix is not named for wadm and wash. "
        "Still to be done: patch, tests, release notes and advisory of wadm; "
        "patch, tests, release notes and advisory of wash. "
        "No approved advisory says what is affected in wadm and wash: write it, and have it approved. "
        "No release day is planned: choose one."
    )
    assert str(half.value) == (
        "Still to be done: tests, release notes and advisory of wash. No release day is planned: choose one."
    )
    assert report.state == State.READY
    assert events(report)[-1] == (EventKind.MADE_READY, {"to": "ready"})


def test_backports_are_the_teams_to_decide(report: Report, projects: list[Project], member: User) -> None:
    approved_advisory(report, now=NOW)
    with acting_as(factories.looking(member)):
        do_the_work(report, projects, by=member)
        checklist.plan_day(report, TUESDAY, by=member, now=NOW)
        mark_ready(report, by=member)
        parts = checklist.checklist_of(report)[0].parts

    assert [(part.work, part.is_required, part.is_done) for part in parts] == [
        (Work.PATCH, True, True),
        (Work.BACKPORTS, False, False),
        (Work.TESTS, True, True),
        (Work.RELEASE_NOTES, True, True),
        (Work.ADVISORY, True, True),
    ]


def test_a_project_named_later_has_its_work_ahead_and_an_archived_one_has_none(
    report: Report, projects: list[Project], member: User
) -> None:
    Project.objects.filter(pk=projects[1].pk).update(archived_at=NOW)
    approved_advisory(report, now=NOW)
    with acting_as(factories.looking(member)):
        do_the_work(report, projects[:1], by=member)
        checklist.plan_day(report, TUESDAY, by=member, now=NOW)
        mark_ready(report, by=member)

    assert report.state == State.READY


@pytest.mark.parametrize(
    ("role", "works", "decides"),
    [
        (Role.LEAD, True, True),
        (Role.DEVELOPER, True, False),
        (Role.REVIEWER, True, False),
        (Role.RELEASER, True, False),
        (Role.OBSERVER, False, False),
    ],
)
@pytest.mark.clause("P27")
def test_roles_carry_what_their_work_needs_and_nothing_of_the_reporters(
    report: Report, role: Role, *, works: bool, decides: bool
) -> None:
    user = on_the_team(report, role)

    with acting_as(factories.looking(user, is_member=False)):
        allowed = permissions_on(user, report)

    assert (Permission.FIX in allowed, Permission.ASSEMBLE in allowed) == (works, decides)
    assert not {Permission.SEE_REPORTER, Permission.ANSWER, Permission.MOVE, Permission.SHARE} & allowed


@pytest.mark.clause("P27")
def test_whoever_only_observes_changes_nothing(report: Report, projects: list[Project]) -> None:
    observer = on_the_team(report, Role.OBSERVER)

    with acting_as(factories.looking(observer, is_member=False)):
        for verb in (
            lambda: checklist.tick(report, projects[0], Work.PATCH, done=True, by=observer, now=NOW),
            lambda: checklist.plan(report, projects[0], meant=Plan(fixed_version="1"), by=observer, now=NOW),
            lambda: checklist.plan_day(report, TUESDAY, by=observer, now=NOW),
        ):
            with pytest.raises(Refused, match="does not include that"):
                verb()


def test_done_is_said_once_and_can_be_taken_back(report: Report, projects: list[Project], member: User) -> None:
    with acting_as(factories.looking(member)):
        for done in (True, True, False, False):
            checklist.tick(report, projects[0], Work.TESTS, done=done, by=member, now=NOW)
        item = ChecklistItem.objects.get()

    assert (item.done_at, item.done_by) == (None, None)
    said = {"project": projects[0].pk, "work": "tests"}
    assert events(report) == [(EventKind.WORK_DONE, said), (EventKind.WORK_REOPENED, said)]


def test_a_plan_is_kept_once_and_the_record_names_only_what_changed(
    report: Report, projects: list[Project], member: User
) -> None:
    owner = on_the_team(report, Role.DEVELOPER)
    meant = Plan(
        fixed_version="1.2.3",
        fork_url="https://github.com/example/wadm-ghsa",
        owners={Work.PATCH: owner},
        days={Work.PATCH: TUESDAY},
    )

    with acting_as(factories.looking(member)):
        for _ in range(2):
            checklist.plan(report, projects[0], meant=meant, by=member, now=NOW)
        work = checklist.checklist_of(report)[0]
        assert ProjectFix.objects.count() == 1

    assert (work.fix.fixed_version, work.fork_host) == ("1.2.3", "github.com")
    item = work.parts[0].item
    assert item is not None
    assert (item.owner, item.due_on) == (owner, TUESDAY)
    assert events(report) == [
        (EventKind.FIX_CHANGED, {"project": projects[0].pk, "fields": ["fixed version", "private fork", "patch"]})
    ]


def test_only_the_patch_team_owns_parts_of_the_work(report: Report, projects: list[Project], member: User) -> None:
    meant = Plan(owners={Work.PATCH: factories.maintainer()})

    with acting_as(factories.looking(member)), pytest.raises(Refused, match="Only somebody on the patch team"):
        checklist.plan(report, projects[0], meant=meant, by=member, now=NOW)


def test_a_project_that_is_not_affected_has_no_checklist(report: Report, member: User) -> None:
    other = factories.ProjectFactory.create(name="wit")

    with acting_as(factories.looking(member)), pytest.raises(Refused, match="wit is not named as affected"):
        checklist.tick(report, other, Work.PATCH, done=True, by=member, now=NOW)


def test_a_closed_report_has_nothing_to_do(report: Report, projects: list[Project], member: User) -> None:
    with acting_as(SYSTEM):
        Report.objects.update(state=State.CLOSED, closed_at=NOW)
        report.refresh_from_db()

    with acting_as(factories.looking(member)), pytest.raises(Refused, match="nothing to do any more"):
        checklist.tick(report, projects[0], Work.PATCH, done=True, by=member, now=NOW)


@pytest.mark.clause("P14")
def test_a_day_that_suits_few_is_advised_against_and_the_choice_recorded(report: Report, member: User) -> None:
    with acting_as(factories.looking(member)):
        verdicts = [checklist.plan_day(report, day, by=member, now=NOW) for day in (TUESDAY, FRIDAY, FRIDAY)]
        with pytest.raises(Refused, match="That day is over"):
            checklist.plan_day(report, NOW.date() - timedelta(days=1), by=member, now=NOW)
        kept = Report.objects.get(pk=report.pk).release_planned_on

    assert [verdict.advice for verdict in verdicts] == [Advice.GOOD, Advice.AVOID, Advice.AVOID]
    assert kept == FRIDAY
    assert events(report) == [
        (EventKind.DAY_PLANNED, {"day": "2026-12-01", "advice": "good"}),
        (EventKind.DAY_PLANNED, {"day": "2026-12-04", "advice": "avoid"}),
    ]
