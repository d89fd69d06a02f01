"""Releases that are taken away, made again, moved, or are not the one with the fix: seen, and put right by people."""

import pytest
from django.urls import reverse

from disclosures.conductor import doubtful
from disclosures.conductor.doubtful import CHANGED, Word
from disclosures.enums import ReleaseState, StepKind, StepState
from portal.github.sandbox import releasing
from portal.sandbox_models import SandboxAccount, SandboxRelease
from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind, NoticeKind, State
from reports.guards import Refused
from reports.models import Notification, Report, ReportEvent
from tests import factories
from tests.disclosures.conductor.stage import Stage
from tests.people import browser_of

pytestmark = pytest.mark.django_db


def on_github(stage: Stage, name: str) -> SandboxRelease:
    return SandboxRelease.objects.get(repository=stage.repository(name))


def go_on(stage: Stage) -> None:
    stage.later(minutes=3)
    stage.conduct()


def judge(stage: Stage, name: str, word: Word, *, sight: str | None = None) -> None:
    row = stage.seen(name)
    with acting_as(factories.looking(stage.person)):
        doubtful.judge(row, sight=row.seen_as if sight is None else sight, word=word, by=stage.person, now=stage.now)


def released_long_ago(stage: Stage, name: str) -> None:
    author = SandboxAccount.objects.get(login="releaser")
    then = stage.now.replace(year=stage.now.year - 1)
    releasing.create(stage.repository(name), tag="v1.4.2", author=author, now=then)


def events(stage: Stage, kind: EventKind) -> int:
    with acting_as(SYSTEM):
        return ReportEvent.objects.filter(report=stage.report, kind=kind).count()


@pytest.mark.clause("P12", "P31")
def test_a_release_that_was_deleted_counts_no_more_and_one_made_again_does(going: Stage) -> None:
    going.release("wadm")
    going.conduct()
    releasing.delete(on_github(going, "wadm"), now=going.now)
    going.look()
    going.release("wash")
    go_on(going)
    lost = going.seen("wadm").state
    assert (lost, going.step(StepKind.RELEASE, "wadm").state) == (ReleaseState.DELETED, StepState.WAITING)
    assert going.on_github("wash").state == "draft"

    going.release("wadm")
    go_on(going)

    assert going.seen("wadm").github_id == on_github(going, "wadm").pk
    assert going.open_steps() == set()
    assert going.state() == State.DISCLOSED


@pytest.mark.clause("P32")
def test_a_release_made_again_gets_the_link_into_its_notes_again(going: Stage) -> None:
    going.release_all()
    going.conduct()
    releasing.delete(on_github(going, "wadm"), now=going.now)
    going.release("wadm")
    going.look()
    go_on(going)

    assert going.kept("wadm").html_url in going.notes("wadm")
    assert going.kept("wadm").linked_at == going.now


@pytest.mark.clause("P31")
def test_a_moved_tag_waits_for_a_person_who_says_that_it_is_still_the_right_one(going: Stage) -> None:
    going.release("wadm")
    going.conduct()
    going.later(minutes=10)
    releasing.move_tag(on_github(going, "wadm"), now=going.now)
    going.look()
    go_on(going)
    assert going.seen("wadm").state == ReleaseState.RETAGGED
    assert going.step(StepKind.RELEASE, "wadm").problem == doubtful.MOVED

    judge(going, "wadm", Word.RIGHT)
    going.conduct()
    going.look()

    assert going.seen("wadm").state == ReleaseState.PUBLISHED
    assert going.step(StepKind.RELEASE, "wadm").state == StepState.DONE
    assert (events(going, EventKind.RELEASE_JUDGED), events(going, EventKind.RELEASE_LOST)) == (1, 1)


def test_what_somebody_said_of_one_commit_does_not_hold_for_the_next(going: Stage) -> None:
    going.release("wadm")
    going.conduct()
    for _ in range(2):
        going.later(minutes=10)
        releasing.move_tag(on_github(going, "wadm"), now=going.now)
        going.look()
        going.conduct()
        judge(going, "wadm", Word.RIGHT)
        going.conduct()
        assert going.seen("wadm").state == ReleaseState.PUBLISHED

    assert events(going, EventKind.RELEASE_LOST) == 2


@pytest.mark.clause("P12")
def test_a_release_older_than_the_report_is_not_taken_for_the_fix(going: Stage) -> None:
    released_long_ago(going, "wadm")
    going.release("wash")
    going.conduct()

    seen = going.seen("wadm")
    assert seen.state == ReleaseState.DOUBTFUL
    assert going.step(StepKind.RELEASE, "wadm").problem == (
        "v1.4.2 came out on 3 March 2025, before the report came in:"
        " somebody has to say whether it is the release with the fix."
    )
    assert going.on_github("wash").state == "draft"


def test_it_is_taken_once_somebody_says_that_it_is_the_right_one(going: Stage) -> None:
    released_long_ago(going, "wadm")
    going.conduct()

    judge(going, "wadm", Word.RIGHT)
    going.conduct()

    assert going.seen("wadm").state == ReleaseState.PUBLISHED
    assert going.step(StepKind.RELEASE, "wadm").state == StepState.DONE


def test_the_wrong_one_is_turned_away_and_another_is_waited_for(going: Stage) -> None:
    released_long_ago(going, "wadm")
    going.conduct()

    judge(going, "wadm", Word.WRONG)
    going.conduct()
    assert going.step(StepKind.RELEASE, "wadm").problem == doubtful.TURNED_AWAY.format(tag="v1.4.2")
    assert going.seen("wadm").state == ReleaseState.PLANNED

    on_github(going, "wadm").delete()
    going.release("wadm")
    go_on(going)
    assert going.step(StepKind.RELEASE, "wadm").state == StepState.DONE


def test_one_that_was_seen_can_be_turned_away_and_planned_anew(going: Stage) -> None:
    going.release("wadm")
    going.conduct()

    judge(going, "wadm", Word.WRONG)
    row = going.seen("wadm")
    row.tag = "v1.4.3"
    with acting_as(SYSTEM):
        row.save(update_fields=["tag"])
    going.conduct()
    assert going.step(StepKind.RELEASE, "wadm").problem == "There is no published release v1.4.3 yet."

    going.release("wadm", tag="v1.4.3")
    go_on(going)
    assert (going.seen("wadm").tag, going.seen("wadm").state) == ("v1.4.3", ReleaseState.PUBLISHED)


def test_nobody_judges_what_they_have_not_seen(going: Stage) -> None:
    released_long_ago(going, "wadm")
    going.conduct()

    with pytest.raises(Refused, match=CHANGED.split(".")[0]):
        judge(going, "wadm", Word.RIGHT, sight="1:2020-01-01T00:00:00+00:00")

    assert going.seen("wadm").vouched_for == ""


def test_the_release_of_a_closed_report_is_not_looked_for_any_more(going: Stage) -> None:
    with acting_as(SYSTEM):
        Report.objects.filter(pk=going.report.pk).update(state=State.CLOSED, closed_at=going.now)
    going.conduct()

    step = going.step(StepKind.RELEASE, "wadm")
    assert (step.state, step.problem) == (
        StepState.SKIPPED,
        "The report is closed: its release is not looked for any more.",
    )


def test_people_are_told_each_time_that_a_release_is_lost(going: Stage) -> None:
    for _ in range(2):
        going.release("wadm")
        go_on(going)
        releasing.delete(on_github(going, "wadm"), now=going.now)
        going.look()

    with acting_as(SYSTEM):
        told = Notification.objects.filter(report=going.report, kind=NoticeKind.RELEASE_LOST, user=going.person)
        assert told.count() == 2


def test_the_page_of_the_day_asks_about_it_and_takes_the_answer(going: Stage) -> None:
    released_long_ago(going, "wadm")
    going.conduct()
    browser, day = browser_of(going.person), reverse("report-day", args=[going.report.reference])
    assert "This is the right one" in browser.get(day).text

    row = going.seen("wadm")
    where = reverse("report-judge-release", args=[going.report.reference, row.pk])
    answered = browser.post(where, {"sight": row.seen_as, "word": "right"}, follow=True)
    going.conduct()

    assert "That is on record." in answered.text
    assert going.seen("wadm").state == ReleaseState.PUBLISHED
    shown = browser.get(day).text
    assert ("This is the right one" in shown, "Wrong release" in shown) == (False, True)
