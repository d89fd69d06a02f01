"""What the day consists of, and what waits for what."""

import pytest

from disclosures.conductor.order import Place, Progress, places, waits_for
from disclosures.enums import StepKind, StepState

TWO = [(1, 10), (1, 20)]
"""One advisory that speaks of two projects."""


def progress(done: set[StepKind], *, goes_early: bool = False, but: Place | None = None) -> Progress:
    """Every step of these kinds is done, except one."""
    return Progress(
        {place: StepState.DONE if place.kind in done and place != but else StepState.WAITING for place in places(TWO)},
        goes_early=goes_early,
    )


def test_each_repository_has_its_own_steps_and_the_report_has_some_as_a_whole() -> None:
    found = places(TWO)

    assert len(found) == len(set(found))
    assert [place.project for place in found if place.kind is StepKind.PUBLISH] == [10, 20]
    assert [(place.advisory, place.project) for place in found if place.kind is StepKind.TELL] == [(None, None)]


def test_preparing_touches_nothing_but_drafts() -> None:
    kinds = {place.kind for place in places(TWO, only_prepare=True, with_forks=True)}

    assert kinds == {StepKind.DRAFT, StepKind.COLLABORATORS, StepKind.FORK}


@pytest.mark.clause("P31")
def test_no_advisory_goes_out_before_every_release_is_seen() -> None:
    first = Place(kind=StepKind.PUBLISH, advisory=1, project=10)
    other_release = Place(kind=StepKind.RELEASE, project=20)
    everything_before = {StepKind.DRAFT, StepKind.RELEASE, StepKind.RELEASED}

    assert waits_for(first, progress(everything_before)) == ""
    assert waits_for(first, progress(everything_before, but=other_release)) != ""
    assert waits_for(first, progress({StepKind.DRAFT, StepKind.RELEASE})) != ""


@pytest.mark.clause("P12")
def test_two_people_can_decide_not_to_wait_for_releases_and_for_nothing_else() -> None:
    first = Place(kind=StepKind.PUBLISH, advisory=1, project=10)

    assert waits_for(first, progress({StepKind.DRAFT}, goes_early=True)) == ""
    assert waits_for(first, progress(set(), goes_early=True)) == "It waits for the draft advisory."


def test_our_own_page_waits_for_one_repository_and_the_report_for_all() -> None:
    page, report = Place(kind=StepKind.PAGE, advisory=1), Place(kind=StepKind.DISCLOSED)
    second = Place(kind=StepKind.PUBLISH, advisory=1, project=20)
    half = progress({StepKind.RELEASE, StepKind.RELEASED, StepKind.PUBLISH, StepKind.PAGE}, but=second)

    assert waits_for(page, half) == ""
    assert waits_for(report, half) == "It waits for the advisory in every repository."
    assert waits_for(report, progress({StepKind.PUBLISH})) == "It waits for our own page."
    assert waits_for(report, progress({StepKind.PUBLISH, StepKind.PAGE})) == ""


@pytest.mark.clause("P12")
def test_our_own_page_names_all_projects_and_so_waits_for_all_of_them_or_two_people() -> None:
    page, other_release = Place(kind=StepKind.PAGE, advisory=1), Place(kind=StepKind.RELEASE, project=20)
    by_hand = progress({StepKind.RELEASE, StepKind.PUBLISH}, but=other_release)
    unmarked = progress({StepKind.RELEASE, StepKind.PUBLISH})
    agreed = progress({StepKind.PUBLISH}, goes_early=True)

    assert waits_for(page, by_hand) == (
        "It waits for the release of every affected project. The advisory was published by hand in a repository, and"
        " our page tells of every project. Not to wait takes two people: see Exceptions."
    )
    assert waits_for(page, unmarked).startswith("It waits until the report is marked as released.")
    assert waits_for(page, agreed) == ""


@pytest.mark.parametrize("kind", list(StepKind))
def test_no_step_waits_for_itself_or_for_ever(kind: StepKind) -> None:
    everything_else = set(StepKind) - {kind}

    for place in (place for place in places(TWO) if place.kind is kind):
        assert waits_for(place, progress(everything_else)) == ""
