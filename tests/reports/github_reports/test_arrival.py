"""A private report on GitHub comes in once, by whichever door, and says here what it said there."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings as portal_settings
from django.db import connection

from portal.github import github
from portal.github.sandbox import by_hand
from portal.github.sandbox.by_hand import Further
from portal.models import GitHubDelivery
from portal.sandbox_models import SandboxAdvisory, SandboxFault, SandboxRepository, SandboxVerb
from portal.viewer import SYSTEM, acting_as
from reports import tasks
from reports.enums import Channel, ClockKind, CreditWish, OnGitHub, State
from reports.github_reports import arrival, content, looking, warnings
from reports.models import AdvisoryWatch, Clock, GitHubReport, Grant, Notification, Report
from teams.models import Project, User
from tests import factories
from tests.reports.github_reports.stage import HOUR, NOW, VECTOR, Scene, clock, reports, scene, taken

pytestmark = pytest.mark.django_db


def rung() -> None:
    """What the worker does when GitHub rings."""
    for delivery in GitHubDelivery.objects.order_by("pk"):
        tasks.hear_github(delivery.pk)


@pytest.mark.clause("P1")
def test_it_says_here_what_it_said_there(stage: Scene) -> None:
    package = {"package": {"ecosystem": "rust", "name": "wash"}, "vulnerable_version_range": "< 1.2.3"}
    further = Further(vector=VECTOR, cwe_ids=["CWE-532"], vulnerabilities=[package], finders=[stage.fay])
    advisory = stage.reported(further=further)

    stage.looked(NOW + HOUR)

    row = taken()
    report, reporter = row.report, row.reporter
    assert (report.channel, report.state, report.received_at) == (Channel.GITHUB, State.RECEIVED, NOW)
    assert (report.summary, report.description) == ("A key is printed", "When it starts.\n\nAlways.")
    assert report.affected_versions == "wash (rust): < 1.2.3"
    assert report.impact == f"Severity, as given on GitHub: critical\nCVSS: {VECTOR}\nWeaknesses: CWE-532"
    assert (report.cvss_vectors, report.cwe_ids) == ([], [])
    assert (reporter.name, reporter.email, reporter.credit_wish) == ("@sam-visits", "", CreditWish.ASK)
    assert (row.submitter, row.submitter_login, row.finders_named) == ("501", "sam-visits", ["fay-finds"])
    assert (row.ghsa_id, row.repository_id, row.state) == (advisory.ghsa_id, stage.repository.pk, OnGitHub.TRIAGE)
    assert row.url == f"{portal_settings.GITHUB_WEB_URL}/wasmCloud/wash/security/advisories/{advisory.ghsa_id}"
    with acting_as(SYSTEM):
        assert [each.project for each in report.affected_projects.all()] == [stage.project]


@pytest.mark.clause("P7")
def test_the_clock_runs_since_it_arrived_at_github(stage: Scene) -> None:
    stage.reported(at=NOW - timedelta(days=2))

    stage.looked()

    with acting_as(SYSTEM):
        clock_of_it = Clock.objects.get(kind=ClockKind.ACKNOWLEDGE)
    assert clock_of_it.started_at == taken().report.received_at == NOW - timedelta(days=2)


@pytest.mark.parametrize("first", ["webhook", "poll"])
@pytest.mark.clause("P1")
def test_whoever_tells_of_it_first_it_is_one_report(stage: Scene, first: str) -> None:
    stage.reported()
    doors = [rung, stage.looked] if first == "webhook" else [stage.looked, rung]

    for door in (*doors, *doors):
        door()

    assert len(reports()) == 1
    with acting_as(SYSTEM):
        assert GitHubReport.objects.count() == Grant.objects.count() == Clock.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("P1")
def test_eight_at_once_take_it_in_once(stage: Scene) -> None:
    stage.reported()

    def one(_: int) -> None:
        try:
            looking.look_at(stage.project, github(), clock=clock())
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as together:
        list(together.map(one, range(8)))

    assert len(reports()) == 1
    with acting_as(SYSTEM):
        assert GitHubReport.objects.count() == 1


@pytest.mark.clause("P1")
def test_what_was_killed_halfway_is_taken_in_whole_the_next_time(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """As no code can catch."""

    def killed(*_: object, **__: object) -> None:
        raise Killed

    stage.reported()
    with monkeypatch.context() as patch:
        patch.setattr(content, "written", killed)
        with pytest.raises(Killed):
            stage.looked()
    assert (reports(), AdvisoryWatch.objects.get().etag) == ([], "")

    stage.looked(NOW + HOUR)

    assert [report.received_at for report in reports()] == [NOW]


def test_the_team_is_told_once(stage: Scene) -> None:
    member = factories.member()
    stage.reported()

    stage.looked()
    rung()

    with acting_as(SYSTEM):
        assert list(Notification.objects.values_list("user_id", flat=True)) == [member.pk]


def test_as_long_as_nothing_changes_github_is_asked_one_question_that_costs_nothing(stage: Scene) -> None:
    stage.reported()
    stage.looked()

    listing = github().changed_advisories(
        stage.project.repository, since=None, etag=AdvisoryWatch.objects.get(project=stage.project).etag
    )

    assert (listing.unchanged, listing.rows) == (True, ())


def test_a_repository_that_fails_stops_no_other(stage: Scene) -> None:
    other = scene("wadm")
    SandboxFault.objects.create(
        repository=stage.repository, verb=SandboxVerb.READ_ADVISORY, how=SandboxFault.How.FORBIDDEN, times=1
    )
    stage.reported()
    other.reported()

    stage.looked()

    assert [row.project for row in _rows()] == [other.project]
    assert AdvisoryWatch.objects.get(project=stage.project).trouble.startswith("Our app may not")
    stage.looked(NOW + HOUR)
    assert {row.project for row in _rows()} == {stage.project, other.project}
    assert AdvisoryWatch.objects.get(project=stage.project).trouble == ""


def test_when_github_wants_to_be_left_alone_the_others_wait_for_the_next_round_and_come_first(stage: Scene) -> None:
    other = scene("wadm")
    SandboxFault.objects.create(
        repository=stage.repository, verb=SandboxVerb.READ_ADVISORY, how=SandboxFault.How.LIMITED, times=1
    )
    for each in (stage, other):
        each.reported()

    stage.looked()
    assert reports() == []
    stage.looked(NOW + HOUR)

    assert {row.project for row in _rows()} == {stage.project, other.project}
    assert next(row.project for row in _rows()) == other.project


@pytest.mark.clause("P1")
def test_when_nobody_can_look_for_hours_the_team_is_warned(stage: Scene) -> None:
    SandboxFault.objects.create(
        repository=stage.repository, verb=SandboxVerb.READ_ADVISORY, how=SandboxFault.How.FORBIDDEN, times=3
    )
    said = []
    for hours in (0, 1, 3, 4):
        stage.looked(NOW + hours * HOUR)
        said.append(warnings.found(NOW + hours * HOUR))

    trouble = "Our app may not do or see that (GitHub answered 403)."
    assert said == [[], [], [f"Private reports in wash cannot be seen: {trouble}"], []]


def _rows() -> list[GitHubReport]:
    with acting_as(SYSTEM):
        return list(GitHubReport.objects.select_related("project").order_by("pk"))


def test_a_repository_that_was_renamed_meanwhile_is_followed(stage: Scene) -> None:
    stage.reported()
    SandboxRepository.objects.filter(pk=stage.repository.pk).update(
        full_name="wasmCloud/shell", former_names=["wasmCloud/wash"]
    )

    stage.looked()
    Project.objects.filter(pk=stage.project.pk).update(repository="wasmCloud/shell")
    stage.looked(NOW + HOUR)

    assert [row.repository_id for row in _rows()] == [stage.repository.pk]


def test_a_repository_that_took_the_name_of_another_is_not_taken_for_it(stage: Scene) -> None:
    Project.objects.filter(pk=stage.project.pk).update(github_id=stage.repository.pk + 1)
    stage.reported()

    stage.looked()

    watch = AdvisoryWatch.objects.get()
    assert (reports(), watch.etag) == ([], "")
    assert watch.trouble.startswith("Another repository has that name now")


@pytest.mark.clause("P5")
def test_of_repositories_out_of_scope_none_is_asked(stage: Scene) -> None:
    unknown = SandboxRepository.objects.create(full_name="wasmCloud/unknown")
    Project.objects.filter(pk=stage.project.pk).update(archived_at=NOW)
    stage.reported()
    by_hand.report_privately(unknown, by=stage.sam, summary="x", description="", now=NOW)

    stage.looked()

    assert (reports(), list(AdvisoryWatch.objects.all())) == ([], [])


def test_a_bell_for_a_repository_that_is_none_of_our_projects_does_nothing(stage: Scene) -> None:
    Project.objects.update(github_id=stage.repository.pk + 1)
    stage.reported()

    rung()
    tasks.hear_github(0)

    assert reports() == []


def test_what_began_as_an_advisory_is_no_report(stage: Scene) -> None:
    SandboxAdvisory.objects.create(
        repository=stage.repository, ghsa_id="GHSA-2222-3333-4444", summary="Ours", created_at=NOW, updated_at=NOW
    )

    stage.looked()

    assert reports() == []


def test_what_was_accepted_there_before_we_saw_it_comes_in_unless_that_was_before_our_time(stage: Scene) -> None:
    long_ago = stage.reported(at=NOW - timedelta(days=90))
    by_hand.accept(long_ago, now=NOW - timedelta(days=80))
    stage.looked(NOW - HOUR)
    recent = stage.reported()
    by_hand.accept(recent, now=NOW)

    stage.looked(NOW + HOUR)

    assert [(row.ghsa_id, row.state) for row in _rows()] == [(recent.ghsa_id, OnGitHub.DRAFT)]


def test_of_a_summary_too_long_for_a_line_nothing_is_lost(stage: Scene) -> None:
    stage.reported(summary="x" * 1_000, description="")

    stage.looked()

    report = taken().report
    assert (report.summary, report.description) == (f"{'x' * 299}…", "x" * 1_000)


def test_who_has_signed_in_here_before_hears_of_it_by_mail(stage: Scene) -> None:
    factories.UserFactory.create(github_id=501, email="sam@example.org")
    stage.reported()

    stage.looked()

    assert taken().reporter.email == "sam@example.org"
    with acting_as(SYSTEM):
        assert Notification.objects.filter(reporter=taken().reporter).count() == 1


def test_nobody_becomes_a_user_by_reporting(stage: Scene) -> None:
    stage.reported()

    stage.looked()

    assert not User.objects.filter(github_id=501).exists()


def test_an_account_that_is_gone_has_reported_all_the_same(stage: Scene) -> None:
    advisory = stage.reported()
    found = replace(github().advisory(stage.project.repository, advisory.ghsa_id), author=None)
    row = arrival.take(found, project=stage.project, repository_id=stage.repository.pk, now=NOW)

    assert (row.submitter, row.is_by(0), taken().reporter.name) == ("", False, "")
    with acting_as(SYSTEM):
        assert Report.objects.count() == 1
