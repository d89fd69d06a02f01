"""What is approved between two repositories reaches both: none says less than our own page (P29, P30)."""

import pytest

from disclosures import approving, drafting
from disclosures.conductor import beginning, engine, rewriting, words
from disclosures.conductor.board import board_of
from disclosures.enums import StepKind, StepState
from disclosures.models import Advisory, PublishedAdvisory, RepositoryAdvisory, Step
from portal.github.sandbox import by_hand
from portal.sandbox_models import SandboxWrite
from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind
from reports.models import ReportEvent
from tests import factories
from tests.disclosures.conductor.stage import How, Stage, Verb
from tests.disclosures.factories import complete_draft

pytestmark = pytest.mark.django_db

NEW = "Update to 1.4.2, and rotate every key."


def approve(stage: Stage, fix: str = NEW) -> None:
    """Somebody changes the text, and somebody else approves it."""
    author, approver = factories.member(), factories.member()
    with acting_as(factories.looking(author)):
        advisory = Advisory.objects.get(pk=stage.advisory.pk)
        newest = approving.newest_revision(advisory).number
        draft = complete_draft(*stage.projects, fix=fix)
        written = drafting.write(advisory, draft, by=author, base_revision=newest, now=stage.now)
    with acting_as(factories.looking(approver)):
        approving.approve(Advisory.objects.get(pk=stage.advisory.pk), written.number, by=approver, now=stage.now)


def half_published(stage: Stage) -> None:
    """In wadm, and on our page; wash failed."""
    stage.conduct()
    stage.go_wrong("wash", Verb.PUBLISH_ADVISORY, How.BROKEN)
    stage.release_all()
    stage.later(minutes=3)
    stage.conduct()


def sweep(stage: Stage) -> None:
    with acting_as(SYSTEM):
        words.sweep(now=stage.now)
    stage.conduct()


def said(stage: Stage) -> list[bool]:
    """Whether the new words stand in wadm, in wash, and on our own page."""
    there = [NEW in stage.on_github(name).description for name in ("wadm", "wash")]
    return [*there, NEW in PublishedAdvisory.objects.get().snapshot]


def behind(stage: Stage) -> list[str]:
    """As the page of the day shows it."""
    with acting_as(SYSTEM):
        report = stage.fresh()
        board = board_of(report, progress=engine.progress_of(report))
        return [
            group.title.partition("/")[2] for group in board.groups if any(one.is_behind for one in group.on_github)
        ]


@pytest.mark.clause("P29", "P30")
def test_a_text_approved_between_two_repositories_reaches_the_first_one_too(going: Stage) -> None:
    half_published(going)
    approve(going)
    going.later(minutes=1)
    going.conduct()
    lacking, shown = said(going), behind(going)

    sweep(going)

    assert (lacking, shown) == ([False, True, True], ["wadm"])
    assert (said(going), behind(going)) == ([True, True, True], [])
    assert [going.kept(name).written_revision for name in ("wadm", "wash")] == [3, 3]
    with acting_as(SYSTEM):
        told = ReportEvent.objects.filter(report=going.report, kind=EventKind.ADVISORY_REWRITTEN)
        assert [event.details["project"] for event in told] == [going.projects[0].pk]


def test_where_every_repository_says_the_same_nothing_is_written_again(going: Stage) -> None:
    going.release_all()
    going.conduct()
    before = SandboxWrite.objects.count()

    sweep(going)
    sweep(going)

    assert SandboxWrite.objects.count() == before
    assert [going.kept(name).written_revision for name in ("wadm", "wash")] == [2, 2]


@pytest.mark.clause("P29")
def test_a_draft_that_somebody_published_by_hand_says_what_our_page_says_in_the_end(going: Stage) -> None:
    going.conduct()
    approve(going)
    by_hand.publish(going.on_github("wadm"), now=going.now)
    going.look()
    going.release_all()
    going.later(minutes=3)
    going.conduct()
    lacking = said(going)

    sweep(going)

    assert (lacking, said(going)) == ([False, True, True], [True, True, True])


@pytest.mark.clause("P29")
def test_after_a_lost_answer_nobody_knows_which_words_stand_there_so_they_are_written(going: Stage) -> None:
    going.conduct()
    approve(going)
    going.go_wrong("wash", Verb.PUBLISH_ADVISORY, How.LOST_AFTER)
    going.release_all()
    going.later(minutes=3)
    going.conduct()
    unknown = going.kept("wash").written_revision
    going.later(minutes=1)
    going.conduct()
    shown = behind(going)

    sweep(going)

    assert (unknown, shown) == (words.NOT_OURS, ["wash"])
    assert (going.kept("wash").written_revision, behind(going)) == (3, [])


@pytest.mark.clause("P29", "P30")
def test_a_repository_that_is_back_in_use_is_told_what_it_missed(going: Stage) -> None:
    half_published(going)
    approve(going)
    going.later(minutes=1)
    going.conduct()
    project = going.projects[0]
    project.archived_at = going.now
    project.save(update_fields=["archived_at"])
    sweep(going)
    meanwhile = said(going)
    project.archived_at = None
    project.save(update_fields=["archived_at"])
    with acting_as(SYSTEM):
        rewriting.sweep(now=going.now)

    going.conduct()

    assert (meanwhile, said(going)) == ([False, True, True], [True, True, True])
    with acting_as(SYSTEM):
        rewriting.sweep(now=going.now)
        assert not Step.objects.exclude(state__in=(StepState.DONE, StepState.SKIPPED)).exists()


def test_what_cannot_be_written_any_more_is_shown_and_not_tried_for_ever(going: Stage) -> None:
    half_published(going)
    approve(going)
    going.later(minutes=1)
    going.conduct()
    going.on_github("wadm").delete()

    for _ in range(3):
        sweep(going)
        going.later(hours=1)

    with acting_as(SYSTEM):
        step = Step.objects.get(report=going.report, kind=StepKind.REWRITE, project=going.projects[0])
        assert (step.state, step.attempts) == (StepState.SKIPPED, 1)
    assert behind(going) == ["wadm"]


@pytest.mark.clause("P29")
def test_what_is_approved_and_not_published_stays_out_of_everything_that_is_written_again(going: Stage) -> None:
    going.release_all()
    going.conduct()
    approve(going)
    with acting_as(SYSTEM):
        rows = list(RepositoryAdvisory.objects.filter(report=going.report))
        beginning.write_again(going.fresh(), rows, now=going.now)

    sweep(going)

    assert said(going) == [False, False, False]
    assert behind(going) == []
