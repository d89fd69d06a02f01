"""A rehearsal: a made-up report against the sandbox, in no figure, told to nobody outside, erased in the end."""

from datetime import date, timedelta
from http import HTTPStatus

import pytest

from disclosures import approving, planning, rehearsal
from disclosures.models import Advisory, PublishedAdvisory
from disclosures.planning import Part, Plan
from disclosures.repositories import github_for
from portal.github import NotAllowed
from portal.sandbox_models import SandboxRelease, SandboxRepository
from portal.viewer import SYSTEM, acting_as
from reports import agenda, emails, figures, lifecycle, notices, reminders
from reports.engagement import not_looked_at_by, overlooked
from reports.enums import EventKind, NoticeKind, State
from reports.filters import Filters
from reports.guards import Decision, Refused
from reports.lifecycle import Move
from reports.models import Notification, Report, ReportEvent
from reports.recipients import Moot
from teams.models import Maintainership, Project, User
from tests import factories
from tests.disclosures.stage import NOW
from tests.people import browser_of

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


@pytest.fixture
def project(member: User) -> Project:
    made: Project = factories.ProjectFactory.create(name="wash", repository="example/wash")
    Maintainership.objects.create(user=member, project=made, since=factories.LONG_AGO, reason="Maintains it.")
    return made


def begun(member: User, project: Project, *team: User) -> Report:
    with acting_as(factories.looking(member)):
        return rehearsal.begin(projects=[project], team=list(team), by=member, now=NOW)


def plan(report: Report, project: Project, *, by: User) -> None:
    meant = Plan(day=TODAY, parts=[Part(project=project, tag=f"v{rehearsal.VERSION}", releaser=by)])
    with acting_as(factories.looking(by)):
        planning.plan(report, meant=meant, by=by, now=NOW)


@pytest.mark.clause("P12", "P31")
def test_whoever_rehearses_alone_can_approve_plan_and_mark_it_ready(member: User, project: Project) -> None:
    report = begun(member, project)

    with acting_as(factories.looking(member)):
        advisory = report.advisories.get()
        approving.approve(advisory, approving.newest_revision(advisory).number, by=member, now=NOW)
    plan(report, project, by=member)
    with acting_as(factories.looking(member)):
        lifecycle.move(report, Move.MARK_READY, by=member, decision=Decision(), now=NOW)
        rehearsal.release(report, project, by=member, now=NOW)

    assert report.state == State.READY
    assert [each.tag for each in github_for(report).releases("example/wash").rows] == ["v99.0.1"]


def test_only_who_takes_part_sees_it(member: User, project: Project) -> None:
    helper, other = factories.maintainer(project=project, name="Hanna Helper"), factories.member()

    report = begun(member, project, helper)

    seen = []
    for user, is_member in ((member, True), (helper, False), (other, True)):
        with acting_as(factories.looking(user, is_member=is_member)):
            seen.append([each.reference for each in rehearsal.running()])
    with acting_as(SYSTEM):
        told = Notification.objects.filter(report=report).values_list("kind", "user__name")
        assert sorted(told) == [("approval_asked", "Hanna Helper"), ("shared", "Hanna Helper")]
    assert seen == [[report.reference], [report.reference], []]


def test_it_is_in_no_list_and_no_figure_and_no_reminder(member: User, project: Project) -> None:
    real = factories.receipt(now=NOW, email="").report
    with acting_as(SYSTEM):
        before = figures.compute(now=NOW)
        counted = (before.open_reports, before.acknowledgements, before.updates)

    report = begun(member, project)

    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(next_reminder_at=NOW, waiting_since=NOW)
        reminders.sweep(now=NOW)
        after = figures.compute(now=NOW)
        assert (after.open_reports, after.acknowledgements, after.updates) == counted
        assert list(overlooked(since=NOW + timedelta(days=1))) == [real]
        assert not Notification.objects.filter(report=report, kind=NoticeKind.REMINDER).exists()
    with acting_as(factories.looking(member)):
        mine = agenda.agenda(member, now=NOW + timedelta(hours=1))
        listed = [row.report.pk for row in (*mine.at_risk, *mine.own, *mine.unseen, *mine.overlooked)]
        assert report.pk not in listed
        assert report.pk not in [change.report.pk for change in mine.changes]
        assert str(mine.reports) == "1"
        assert report not in not_looked_at_by(member.pk)
        assert list(Filters(state="any").narrow(Report.objects.all(), user_id=member.pk, now=NOW)) == [real]


def test_nobody_outside_the_team_hears_of_it(member: User, project: Project) -> None:
    report = begun(member, project)

    with acting_as(SYSTEM):
        outside = notices.of_escalation(report, NoticeKind.DEADLINE_MISSED, fact="it", now=NOW)
        outside.save()
        with pytest.raises(Moot, match="nobody outside the team hears of it"):
            emails.compose(outside, now=NOW)


def test_its_github_is_the_sandbox_where_the_real_one_is_not_configured(member: User, project: Project) -> None:
    report, real = begun(member, project), factories.receipt().report

    assert github_for(report).repository("example/wash").full_name == "example/wash"
    with pytest.raises(NotAllowed):
        github_for(real)


def test_ended_it_is_closed_erased_and_cleared_away(member: User, project: Project) -> None:
    report = begun(member, project)
    plan(report, project, by=member)
    with acting_as(factories.looking(member)):
        rehearsal.release(report, project, by=member, now=NOW)

        rehearsal.end(report, by=member, now=NOW)
        with pytest.raises(Refused):
            rehearsal.end(report, by=member, now=NOW)

    with acting_as(SYSTEM):
        ended = Report.objects.get(pk=report.pk)
        assert (ended.state, ended.erased_at, bytes(ended.data_key)) == (State.CLOSED, NOW, b"")
        kinds = set(ReportEvent.objects.filter(report=ended).values_list("kind", flat=True))
    assert {EventKind.REHEARSED, EventKind.CLOSED, EventKind.ERASED} <= kinds
    assert not SandboxRelease.objects.exists()
    assert SandboxRepository.objects.get().full_name == "example/wash"
    assert not PublishedAdvisory.objects.exists()


def test_what_is_real_is_never_treated_as_a_rehearsal(member: User, project: Project) -> None:
    real = factories.receipt(projects=[project], project_unknown=False).report

    with acting_as(factories.looking(member)):
        with pytest.raises(Refused, match="what happens to it is real"):
            rehearsal.release(real, project, by=member, now=NOW)
        with pytest.raises(Refused, match="what happens to it is real"):
            rehearsal.end(real, by=member, now=NOW)
    assert browser_of(member).get(f"/reports/{real.reference}/rehearsal/").status_code == HTTPStatus.NOT_FOUND


def test_only_members_begin_one_and_one_at_a_time(member: User, project: Project) -> None:
    outsider = factories.maintainer(project=project)
    begun(member, project)

    with acting_as(factories.looking(member)), pytest.raises(Refused, match="You rehearse already"):
        rehearsal.begin(projects=[project], team=[], by=member, now=NOW)
    with (
        acting_as(factories.looking(outsider, is_member=False)),
        pytest.raises(Refused, match="Members of the security"),
    ):
        rehearsal.begin(projects=[project], team=[], by=outsider, now=NOW)


def test_on_the_pages_it_is_marked_on_each_and_ends_by_a_button(member: User, project: Project) -> None:
    browser = browser_of(member)

    begun_page = browser.post("/rehearsals/", {"projects": [project.pk]}, follow=True)
    with acting_as(SYSTEM):
        reference = Report.objects.get().reference
    marks = [
        "Nothing here is real." in browser.get(f"/reports/{reference}/{part}").content.decode()
        for part in ("", "day/plan/", "rehearsal/", "fix/", "patch-team/", "sharing/", "exceptions/")
    ]
    too_early = browser.post(f"/reports/{reference}/rehearsal/{project.pk}/release/", follow=True)
    ended = browser.post(f"/reports/{reference}/rehearsal/end/", follow=True)

    assert "The rehearsal, step by step" in begun_page.content.decode()
    assert marks == [True] * 7
    assert "Plan the release of wash first" in too_early.content.decode()
    assert "The rehearsal is over" in ended.content.decode()
    with acting_as(SYSTEM):
        assert Advisory.objects.get().report.erased_at is not None
