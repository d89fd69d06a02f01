"""What others change on GitHub is noticed and told once; what the portal wrote itself is not."""

from datetime import timedelta

import pytest

from portal.github.sandbox import by_hand
from portal.github.sandbox.by_hand import Further
from portal.sandbox_models import SandboxAccount, SandboxAdvisory
from portal.viewer import SYSTEM, acting_as
from reports import forgetting
from reports.enums import EventKind, NoticeKind, OnGitHub, State
from reports.models import GitHubReport, Notification, Report
from teams.models import User
from tests import factories
from tests.reports.github_reports.stage import HOUR, NOW, Scene, events, on_github, reports, taken

pytestmark = pytest.mark.django_db

SAID = {"summary": "A key is printed", "description": "When it starts.\n\nAlways.", "severity": ""}


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


@pytest.fixture
def report(stage: Scene, member: User) -> Report:
    stage.reported(further=Further(finders=[stage.fay]))
    stage.looked()
    with acting_as(SYSTEM):
        Report.objects.update(coordinator=member)
    return taken().report


def told() -> list[int]:
    """Who hears of a change, by their ids."""
    with acting_as(SYSTEM):
        rows = Notification.objects.filter(kind=NoticeKind.GITHUB_CHANGED).order_by("pk")
        return [row.user_id or 0 for row in rows]


def changed(report: Report) -> list[dict[str, object]]:
    return events(report, EventKind.GITHUB_CHANGED)


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ({"summary": "Two keys are printed"}, ["summary"]),
        ({"description": "Sometimes."}, ["description"]),
        ({"severity": "high"}, ["severity"]),
        ({"summary": "Two", "description": "Sometimes."}, ["summary", "description"]),
    ],
)
@pytest.mark.clause("P11")
def test_what_somebody_rewrote_there_is_noticed_and_told_once(
    stage: Scene, report: Report, member: User, said: dict[str, str], parts: list[str]
) -> None:
    by_hand.rewrite(on_github(), **{**SAID, **said}, now=NOW + HOUR)

    stage.looked(NOW + HOUR)
    stage.looked(NOW + 2 * HOUR)

    row = taken()
    assert (changed(report), told()) == ([{"fields": parts, "to": "triage"}], [member.pk])
    assert (row.changed, row.changed_at) == (parts, NOW + HOUR)
    assert (row.report.summary, row.report.description) == (SAID["summary"], SAID["description"])


def test_who_is_credited_there_is_compared_too(stage: Scene, report: Report) -> None:
    SandboxAdvisory.objects.update(credits=[{"login": "sam-visits", "type": "finder"}], updated_at=NOW + HOUR)

    stage.looked(NOW + HOUR)

    assert changed(report) == [{"fields": ["credits"], "to": "triage"}]


@pytest.mark.parametrize("deed", [by_hand.accept, by_hand.close])
def test_accepted_or_closed_by_hand_the_report_here_stays_where_it_is(
    stage: Scene, report: Report, member: User, deed: object
) -> None:
    deed(on_github(), now=NOW + HOUR)  # type: ignore[operator] # one of two functions

    stage.looked(NOW + HOUR)

    assert changed(report) == [{"fields": ["state"], "to": on_github().state}]
    assert (taken().state, reports()[0].state, told()) == (on_github().state, State.RECEIVED, [member.pk])


def test_published_by_hand_before_anything_was_prepared_here_is_told(stage: Scene, report: Report) -> None:
    by_hand.accept(on_github(), now=NOW + HOUR)
    by_hand.publish(on_github(), now=NOW + HOUR)

    stage.looked(NOW + HOUR)

    assert changed(report) == [{"fields": ["state"], "to": "published"}]


def test_while_its_disclosure_looks_after_it_being_published_is_not_told_twice(stage: Scene, report: Report) -> None:
    with acting_as(SYSTEM):
        GitHubReport.objects.update(conducted_at=NOW, state=OnGitHub.DRAFT)
    by_hand.accept(on_github(), now=NOW + HOUR)
    by_hand.publish(on_github(), now=NOW + HOUR)

    stage.looked(NOW + HOUR)

    assert (changed(report), taken().state) == ([], OnGitHub.PUBLISHED)


def test_closed_by_hand_is_told_whoever_looks_after_it(stage: Scene, report: Report) -> None:
    with acting_as(SYSTEM):
        GitHubReport.objects.update(conducted_at=NOW, writing_since=NOW)
    by_hand.close(on_github(), now=NOW + HOUR)

    stage.looked(NOW + HOUR)

    assert changed(report) == [{"fields": ["state"], "to": "closed"}]


def test_while_its_disclosure_writes_what_it_says_is_nobody_elses_change(stage: Scene, report: Report) -> None:
    with acting_as(SYSTEM):
        GitHubReport.objects.update(conducted_at=NOW, writing_since=NOW)
    by_hand.rewrite(on_github(), **{**SAID, "summary": "As approved"}, now=NOW + HOUR)

    stage.looked(NOW + HOUR)
    with acting_as(SYSTEM):
        GitHubReport.objects.update(writing_since=None)
    stage.looked(NOW + 2 * HOUR)

    assert changed(report) == []


def test_an_answer_that_was_overtaken_changes_nothing(stage: Scene, report: Report) -> None:
    by_hand.rewrite(on_github(), **{**SAID, "summary": "Two"}, now=NOW + HOUR)
    stage.looked(NOW + HOUR)
    SandboxAdvisory.objects.update(summary=SAID["summary"], updated_at=NOW + timedelta(minutes=1))

    stage.looked(NOW + 2 * HOUR)

    assert len(changed(report)) == 1


@pytest.mark.clause("P8")
def test_an_account_that_is_called_otherwise_is_the_same_reporter(stage: Scene, report: Report) -> None:
    SandboxAccount.objects.filter(pk=stage.sam.pk).update(login="sam-of-old")
    named = [{"login": login, "type": "finder"} for login in ("sam-of-old", "fay-finds")]
    SandboxAdvisory.objects.update(credits=named)
    by_hand.rewrite(on_github(), **{**SAID, "summary": "Two"}, now=NOW + HOUR)

    stage.looked(NOW + HOUR)

    row = taken()
    assert (row.submitter, row.submitter_login, row.is_by(501)) == ("501", "sam-of-old", True)
    assert row.reporter.name == "@sam-of-old"
    assert [event["fields"] for event in changed(report)] == [["summary"]]


def test_forgotten_nobody_is_known_by_it_any_more(stage: Scene, report: Report) -> None:
    with acting_as(SYSTEM):
        forgetting.forget_reporters(report, now=NOW)
    row = taken()
    by_hand.rewrite(on_github(), **{**SAID, "summary": "Two"}, now=NOW + HOUR)

    stage.looked(NOW + HOUR)

    again = taken()
    assert (row.submitter, row.submitter_login, row.finders, row.is_by(501)) == ("", "", "", False)
    assert (again.submitter, again.submitter_login, again.reporter.name) == ("", "", "")
    for kept in (row.content, again.content):
        assert [name for name in ("sam-visits", "fay-finds", "501", "502") if name in kept] == []
    assert [event["fields"] for event in changed(report)] == [["summary"]]
    assert len(reports()) == 1


def test_what_was_erased_is_neither_compared_nor_taken_in_again(stage: Scene, report: Report) -> None:
    with acting_as(SYSTEM):
        Report.objects.update(state=State.CLOSED, closed_at=NOW)
        forgetting.erase(Report.objects.get(), now=NOW)
    by_hand.rewrite(on_github(), **{**SAID, "summary": "Two"}, now=NOW + HOUR)

    stage.looked(NOW + HOUR)

    assert (changed(report), len(reports())) == ([], 1)
