"""A name that has to go from GitHub goes, or the team is told that it cannot: GitHub is not asked for ever (P17)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from disclosures import credit_answers, credit_obstacles, credit_places, credit_rewriting
from disclosures.conductor import beginning, engine, rewriting
from disclosures.credit_answers import Said
from disclosures.credit_obstacles import BACKOFF
from disclosures.credit_text import Naming
from disclosures.credits import prepare
from disclosures.enums import (
    CreditAnswerKind,
    CreditPlaceKind,
    PlaceObstacle,
    PlaceState,
    RepositoryAdvisoryState,
    StepKind,
    StepState,
)
from disclosures.formats import ghsa
from disclosures.models import Credit, CreditPlace, PublishedAdvisory, RepositoryAdvisory
from portal.sandbox_models import SandboxAdvisory, SandboxWrite
from portal.viewer import SYSTEM, acting_as
from tests import factories
from tests.disclosures.advisories import RICH
from tests.disclosures.conductor.stage import How, Stage, Verb, owner
from tests.people import browser_of

pytestmark = pytest.mark.django_db

SOON = timedelta(minutes=2)


@pytest.fixture
def named(ready: Stage) -> Stage:
    """Published in two repositories, with the name of whoever reported it, who has taken it back since."""
    ready.release_all()
    with acting_as(SYSTEM):
        prepare(ready.report, now=ready.now)
        said = Said(kind=CreditAnswerKind.NAMED, naming=Naming(name="Robin Reporter"))
        reporter = ready.report.reporters.get()
        credit_answers.answer(_credit(ready), said, agreed=said.text, by=reporter, now=ready.now)
    ready.start()
    ready.conduct()
    ready.later(hours=1)
    with acting_as(SYSTEM):
        credit_answers.withdraw(_credit(ready), by=ready.report.reporters.get(), now=ready.now)
    return ready


def _credit(built: Stage) -> Credit:
    return Credit.objects.select_related("report").get(reporter__report=built.report)


def close(built: Stage, name: str) -> None:
    row = built.on_github(name)
    SandboxAdvisory.objects.filter(pk=row.pk).update(state="closed")


def sweep(built: Stage) -> None:
    with acting_as(SYSTEM):
        rewriting.sweep(now=built.now)
    built.conduct()


def places() -> dict[str, tuple[str, str]]:
    """What became of each on GitHub, by its repository."""
    with acting_as(SYSTEM):
        found = CreditPlace.objects.filter(kind=CreditPlaceKind.GITHUB).select_related("report")
        return {place.where.partition("/")[2]: (place.state, place.obstacle) for place in found}


def writes() -> int:
    return SandboxWrite.objects.count()


GIVEN_UP = (PlaceState.BEYOND_US, PlaceObstacle.CLOSED)
TAKEN_OUT = (PlaceState.CHANGED, "")


@pytest.mark.clause("P17")
def test_a_name_on_an_advisory_that_is_closed_is_given_up_and_the_others_taken_out(named: Stage) -> None:
    close(named, "wash")

    sweep(named)
    asked = writes()
    for _ in range(3):
        named.later(minutes=1)
        sweep(named)

    assert places() == {"wadm": TAKEN_OUT, "wash": GIVEN_UP}
    assert named.step(StepKind.REWRITE, "wash").state == StepState.SKIPPED
    assert writes() == asked
    assert "Robin" not in named.on_github("wadm").description
    with acting_as(SYSTEM):
        assert credit_obstacles.claim(named.report, now=named.now) is False
        assert not credit_places.waiting(credit_places.ON_GITHUB).exists()


@pytest.mark.clause("P17")
def test_of_what_is_known_to_be_closed_github_is_not_even_asked(named: Stage) -> None:
    close(named, "wash")
    named.look()
    before = writes()

    sweep(named)

    assert places() == {"wadm": TAKEN_OUT, "wash": GIVEN_UP}
    with acting_as(SYSTEM):
        assert RepositoryAdvisory.objects.get(project__name="wash").state == RepositoryAdvisoryState.CLOSED
    assert named.steps().get((StepKind.REWRITE, "wash")) is None
    assert writes() == before + 1


@pytest.mark.clause("P17")
def test_opened_again_on_github_the_name_is_taken_out_by_itself(named: Stage) -> None:
    close(named, "wash")
    named.look()
    sweep(named)
    SandboxAdvisory.objects.filter(pk=named.on_github("wash").pk).update(state="published")

    named.look()
    sweep(named)

    assert places() == {"wadm": TAKEN_OUT, "wash": TAKEN_OUT}
    assert "Robin" not in named.on_github("wash").description


def test_an_archived_repository_is_given_up_as_such(named: Stage) -> None:
    project = named.projects[1]
    project.archived_at = named.now
    project.save(update_fields=["archived_at"])

    sweep(named)

    assert places() == {"wadm": TAKEN_OUT, "wash": (PlaceState.BEYOND_US, PlaceObstacle.ARCHIVED)}


@pytest.mark.clause("P17")
def test_what_was_given_up_in_an_archived_repository_is_written_once_it_is_back_in_use(named: Stage) -> None:
    project = named.projects[1]
    project.archived_at = named.now
    project.save(update_fields=["archived_at"])
    sweep(named)
    project.archived_at = None
    project.save(update_fields=["archived_at"])

    sweep(named)

    assert places() == {"wadm": TAKEN_OUT, "wash": TAKEN_OUT}
    assert "Robin" not in named.on_github("wash").description


def test_an_advisory_that_is_gone_is_given_up(named: Stage) -> None:
    named.on_github("wash").delete()

    sweep(named)

    assert places()["wash"] == (PlaceState.BEYOND_US, PlaceObstacle.GONE)


def test_what_github_has_withdrawn_and_takes_no_change_to_is_given_up(named: Stage) -> None:
    SandboxAdvisory.objects.filter(pk=named.on_github("wash").pk).update(state="withdrawn")
    named.go_wrong("wash", Verb.UPDATE_ADVISORY, How.FORBIDDEN)

    sweep(named)

    assert places()["wash"] == (PlaceState.BEYOND_US, PlaceObstacle.WITHDRAWN)


@pytest.mark.clause("P17")
def test_after_what_passes_by_itself_the_step_waits_and_goes_on(named: Stage) -> None:
    named.go_wrong("wash", Verb.UPDATE_ADVISORY, How.BROKEN)

    sweep(named)
    failed, tried = places(), writes()
    sweep(named)
    too_early = writes()
    named.later(minutes=2)
    sweep(named)

    assert failed == {"wadm": TAKEN_OUT, "wash": (PlaceState.STANDS, "")}
    assert too_early == tried
    assert places()["wash"] == TAKEN_OUT


@pytest.mark.clause("P17")
def test_a_name_that_stands_however_often_it_is_written_again_is_given_up(named: Stage) -> None:
    """As under the old name of a repository that was renamed: nothing that is written there tells of it."""
    with acting_as(SYSTEM):
        place = CreditPlace.objects.select_related("report").filter(kind=CreditPlaceKind.GITHUB).last()
        assert place is not None
        place.where = "example/renamed"
        place.save(update_fields=["where"])
    rounds = 0

    while places()["renamed"][0] == PlaceState.STANDS:
        sweep(named)
        rounds += 1
        before = writes()
        sweep(named)
        assert writes() == before
        named.later(seconds=int(BACKOFF[min(rounds, len(BACKOFF)) - 1].total_seconds()))

    assert rounds == len(BACKOFF) + 1
    assert places()["renamed"] == (PlaceState.BEYOND_US, PlaceObstacle.STAYS)


def test_the_team_reads_why_and_tries_it_again_or_says_that_it_is_done(named: Stage) -> None:
    close(named, "wash")
    sweep(named)
    browser = browser_of(named.person)
    page = reverse("report-credit", args=[named.report.reference])
    with acting_as(SYSTEM):
        place = CreditPlace.objects.get(obstacle=PlaceObstacle.CLOSED)

    shown = browser.get(page).content.decode()
    tried = browser.post(reverse("report-credit-place-again", args=[named.report.reference, place.pk]), follow=True)
    hoped = places()["wash"]
    sweep(named)
    done = browser.post(reverse("report-credit-place", args=[named.report.reference, place.pk]), follow=True)
    late = browser.post(reverse("report-credit-place-again", args=[named.report.reference, place.pk]), follow=True)

    assert PlaceObstacle.CLOSED.label in shown
    assert f"{owner()}/wash" in shown
    assert "It is tried again within a minute." in tried.content.decode()
    assert hoped == (PlaceState.STANDS, "")
    assert "the name is gone there" in done.content.decode()
    assert "Nobody has given that up" in late.content.decode()
    assert places()["wash"] == TAKEN_OUT


def test_a_withdrawn_advisory_says_so_in_its_title_on_github_whatever_is_written_there_again() -> None:
    withdrawn = replace(RICH, withdrawn_at=RICH.modified_at, withdrawal_reason="It is none.")

    body = ghsa.update_body(withdrawn, repository=RICH.repositories[0])

    assert body["summary"] == f"Withdrawn: {RICH.title}"


def agree(built: Stage, name: str = "Robin Reporter") -> None:
    with acting_as(SYSTEM):
        prepare(built.report, now=built.now)
        said = Said(kind=CreditAnswerKind.NAMED, naming=Naming(name=name))
        credit_answers.answer(_credit(built), said, agreed=said.text, by=built.report.reporters.get(), now=built.now)


def everywhere(built: Stage, name: str = "Robin Reporter") -> list[bool]:
    """Whether the name stands in each repository's advisory and on our own page."""
    public = PublishedAdvisory.objects.get()
    return [*(name in built.on_github(each).description for each in ("wadm", "wash")), name in public.thanked]


@pytest.fixture
def told(ready: Stage) -> Stage:
    """Published in two repositories, without a name: nobody has answered."""
    ready.release_all()
    ready.start()
    ready.conduct()
    ready.later(hours=1)
    return ready


def both_sweeps(built: Stage) -> None:
    with acting_as(SYSTEM):
        credit_rewriting.sweep(now=built.now)
    sweep(built)


@pytest.mark.clause("P18")
def test_who_agrees_after_publication_is_named_everywhere_within_minutes_and_written_once(told: Stage) -> None:
    agree(told)

    both_sweeps(told)
    before = (writes(), PublishedAdvisory.objects.get().revision)
    both_sweeps(told)

    assert everywhere(told) == [True, True, True]
    assert (writes(), PublishedAdvisory.objects.get().revision) == before


@pytest.mark.clause("P17", "P18")
def test_who_took_it_back_and_agrees_again_is_named_again(named: Stage) -> None:
    both_sweeps(named)
    gone = everywhere(named)
    named.later(hours=1)
    agree(named)
    both_sweeps(named)

    assert (gone, everywhere(named)) == ([False, False, False], [True, True, True])


@pytest.mark.clause("P18")
def test_who_agrees_between_two_repositories_is_named_in_the_first_one_too(ready: Stage) -> None:
    ready.go_wrong("wash", Verb.PUBLISH_ADVISORY, How.BROKEN)
    ready.release_all()
    ready.start()
    ready.conduct()
    agree(ready)
    ready.later(minutes=31)
    ready.conduct()
    both_sweeps(ready)

    assert everywhere(ready) == [True, True, True]


@pytest.mark.clause("P18")
def test_what_is_found_shut_on_github_is_not_written_to_for_ever(told: Stage) -> None:
    told.on_github("wadm").delete()
    agree(told)

    both_sweeps(told)
    told.later(hours=1)
    both_sweeps(told)
    before = writes()
    told.later(hours=1)
    both_sweeps(told)

    assert writes() == before
    assert "Robin Reporter" in told.on_github("wash").description


@pytest.mark.clause("P17")
def test_a_name_goes_though_the_day_is_held(named: Stage) -> None:
    with acting_as(factories.looking(named.person)):
        beginning.stop(named.fresh(), by=named.person, now=named.now)

    both_sweeps(named)

    assert everywhere(named) == [False, False, False]


@pytest.mark.clause("P17")
def test_a_name_goes_though_whoever_set_the_day_going_has_left(named: Stage) -> None:
    named.person.is_active = False
    named.person.save()

    both_sweeps(named)

    assert everywhere(named) == [False, False, False]
    assert named.step(StepKind.REWRITE, "wash").state == StepState.DONE


def test_a_held_day_takes_no_other_step(ready: Stage) -> None:
    ready.release_all()
    ready.start()
    with acting_as(factories.looking(ready.person)):
        beginning.stop(ready.fresh(), by=ready.person, now=ready.now)

    with acting_as(SYSTEM):
        engine.ring_for_due(now=ready.now)
    ready.conduct()

    assert writes() == 0
