"""A vulnerability that was reported in private on GitHub is disclosed by that advisory, and by no second one."""

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from disclosures.enums import RepositoryAdvisoryState, StepKind, StepState
from disclosures.models import RepositoryAdvisory
from portal.github.client import Client
from portal.github.sandbox import Sandbox, by_hand
from portal.sandbox_models import SandboxAccount, SandboxAdvisory, SandboxFault, SandboxVerb
from portal.viewer import SYSTEM, acting_as
from reports.enums import Channel, EventKind, NoticeKind, OnGitHub, Role, State
from reports.github_reports import content, errands, telling
from reports.models import GitHubReport, Grant, Notification, Report, Reporter, ReportEvent
from tests import factories
from tests.disclosures.conductor.stage import Stage, effects, owner


@pytest.fixture
def reported(ready: Stage, settings: Settings) -> Stage:
    """Its report came as a private one in wash."""
    settings.DEMO = True
    sam = SandboxAccount.objects.create(github_id=501, login="sam", is_member=False)
    by_hand.report_privately(
        ready.repository("wash"), by=sam, summary="It leaks", description="Look", now=ready.now - timedelta(days=3)
    )
    advisory = SandboxAdvisory.objects.get()
    SandboxAdvisory.objects.update(collaborating_users=["sam"])
    with acting_as(SYSTEM):
        Report.objects.filter(pk=ready.report.pk).update(channel=Channel.GITHUB)
        report = Report.objects.get(pk=ready.report.pk)
        found = github().advisory(f"{owner()}/wash", advisory.ghsa_id)
        GitHubReport.objects.create(
            report=report,
            reporter=Reporter.objects.get(report=report),
            project=ready.projects[1],
            repository_id=advisory.repository_id,
            ghsa_id=advisory.ghsa_id,
            submitter="501",
            submitter_login="sam",
            state=OnGitHub.TRIAGE,
            content=content.written(found),
            updated_at=found.updated_at,
        )
    ready.report = report
    ready.start()
    return ready


def github() -> Client:
    return Client(Sandbox(), organisation=owner())


def row() -> GitHubReport:
    with acting_as(SYSTEM):
        return GitHubReport.objects.select_related("report").get()


def look(stage: Stage) -> None:
    stage.look()


def changed(stage: Stage) -> list[dict[str, object]]:
    with acting_as(SYSTEM):
        rows = ReportEvent.objects.filter(report=stage.report, kind=EventKind.GITHUB_CHANGED).order_by("pk")
        return list(rows.values_list("details", flat=True))


@pytest.mark.clause("P29")
def test_the_advisory_that_is_there_is_gone_on_with_and_no_second_one_is_made(reported: Stage) -> None:
    reported.conduct()

    kept, there = reported.kept("wash"), reported.on_github("wash")
    assert kept.ghsa_id == there.ghsa_id == row().ghsa_id
    assert (there.state, kept.state, row().state) == ("draft", RepositoryAdvisoryState.DRAFT, OnGitHub.DRAFT)
    assert there.summary != "It leaks"
    assert [effect for effect in effects() if "create" in effect[1]] == [("wadm", "create_advisory", 1)]


def test_what_the_disclosure_writes_is_told_to_nobody_as_somebody_elses_change(reported: Stage) -> None:
    reported.conduct()
    look(reported)
    reported.release_all()
    reported.later(minutes=5)
    reported.conduct()
    look(reported)

    assert reported.state() == State.DISCLOSED
    assert (changed(reported), row().state, row().writing_since) == ([], OnGitHub.PUBLISHED, None)


def test_while_an_answer_is_lost_what_was_written_is_still_ours(reported: Stage) -> None:
    reported.go_wrong("wash", SandboxVerb.UPDATE_ADVISORY, SandboxFault.How.LOST_AFTER)
    reported.conduct()
    look(reported)
    reported.later(minutes=5)
    reported.conduct()
    look(reported)

    assert reported.step(StepKind.DRAFT, "wash").state == StepState.DONE
    assert changed(reported) == []


@pytest.mark.clause("P31")
def test_published_by_hand_it_is_told_once_and_by_the_disclosure(reported: Stage) -> None:
    reported.conduct()
    by_hand.publish(reported.on_github("wash"), now=reported.now)
    for _ in range(2):
        look(reported)
        reported.look()

    with acting_as(SYSTEM):
        told = Notification.objects.filter(user=reported.person)
        assert told.filter(kind=NoticeKind.BY_HAND).count() == 1
        assert told.filter(kind=NoticeKind.GITHUB_CHANGED).count() == 0
    assert reported.kept("wash").was_by_hand


def test_closed_by_hand_before_the_draft_is_written_it_is_said_and_not_gone_round(reported: Stage) -> None:
    by_hand.close(reported.on_github("wash"), now=reported.now)

    reported.conduct()

    step = reported.step(StepKind.DRAFT, "wash")
    assert step.state == StepState.FAILED
    assert step.problem == "On GitHub it is closed: open it there again, or name another advisory."
    assert SandboxAdvisory.objects.filter(repository=reported.repository("wash")).count() == 1


@pytest.mark.clause("P27")
def test_the_patch_team_is_let_in_beside_whoever_reported_it(reported: Stage) -> None:
    SandboxAccount.objects.create(github_id=901, login="dora")
    developer = factories.maintainer(github_login="dora", project=reported.projects[0])
    with acting_as(SYSTEM):
        Grant.objects.create(report=reported.report, user=developer, role=Role.DEVELOPER, reason="Wrote it.")
    reported.conduct()
    with acting_as(SYSTEM):
        errands.keep_collaborators(now=reported.now)
    telling.tell(reported.report.pk, clock=lambda: reported.now)

    assert reported.on_github("wash").collaborating_users == ["dora", "sam"]
    assert reported.on_github("wadm").collaborating_users == ["dora"]


def test_one_private_report_becomes_one_advisory_of_several(reported: Stage) -> None:
    reported.conduct()

    with acting_as(SYSTEM):
        assert RepositoryAdvisory.objects.filter(ghsa_id=row().ghsa_id).count() == 1
