"""The decisions of the day as tables: every combination of what they ask about, against what the policy says of it.

Pure: no database, so that nothing is left out.
"""

from datetime import date, timedelta
from itertools import chain, combinations, product
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosures.conductor.order import DONE, Place, Progress, places, speaks_against, waits_for
from disclosures.enums import ExceptionKind, StepKind, StepState
from reports import lifecycle
from reports.disclosing import Disclosure
from reports.lifecycle import Move
from reports.models import Report
from reports.readiness import Readiness

TODAY: Final = date(2026, 3, 3)
TWO: Final = [(1, 10), (1, 20)]
"""One advisory that speaks of two projects."""
FIRST: Final = Place(kind=StepKind.PUBLISH, advisory=1, project=10)
BEFORE_IT: Final = (
    Place(kind=StepKind.DRAFT, advisory=1, project=10),
    Place(kind=StepKind.RELEASE, project=10),
    Place(kind=StepKind.RELEASE, project=20),
    Place(kind=StepKind.RELEASED),
)
HINDERS: Final = {
    Move.RELEASE: {"unreleased"},
    Move.DISCLOSE: {"without_advisory", "unpublished", "is_published"},
    Move.DISCLOSE_EARLY: {"without_advisory", "unpublished", "is_published", "may_go_early"},
    Move.CLOSE: {"without_cve", "unrejected", "unlinked", "unanswered"},
}
"""What of a disclosure has to be good before a move; nothing else of it matters."""
GOOD: Final[dict[str, object]] = {
    "without_advisory": (),
    "unreleased": (),
    "unpublished": (),
    "is_published": True,
    "may_go_early": True,
    "without_cve": 0,
    "unrejected": 0,
    "unlinked": (),
    "unanswered": 0,
}
BAD: Final[dict[str, object]] = {
    name: ("wash",) if good == () else (not good if isinstance(good, bool) else 1) for name, good in GOOD.items()
}


def subsets[T](items: list[T]) -> list[set[T]]:
    return [set(some) for some in chain.from_iterable(combinations(items, size) for size in range(len(items) + 1))]


@pytest.mark.clause("P12", "P31")
def test_only_on_the_day_of_its_release_is_an_advisory_published_unless_that_was_excepted() -> None:
    for days, agreed in product((None, -30, -1, 0, 1), subsets(list(ExceptionKind))):
        released_on = None if days is None else TODAY + timedelta(days=days)
        may = not speaks_against(TODAY, released_on=released_on, agreed=agreed)

        if ExceptionKind.EARLY in agreed:
            assert may
        elif days is None:
            assert not may
        else:
            assert may == (days == 0 or ExceptionKind.ANOTHER_DAY in agreed)


@pytest.mark.clause("P12", "P31")
@pytest.mark.parametrize("goes_early", [False, True])
def test_publication_waits_for_its_draft_and_every_release_and_early_for_the_draft_alone(*, goes_early: bool) -> None:
    for states in product(StepState, repeat=len(BEFORE_IT)):
        progress = Progress({FIRST: StepState.WAITING, **dict(zip(BEFORE_IT, states, strict=True))}, goes_early)
        draft, *releases = (state in DONE for state in states)

        assert (waits_for(FIRST, progress) == "") == (draft and (goes_early or all(releases)))


@pytest.mark.clause("P12", "P16", "P18", "P29", "P31", "P32")
@pytest.mark.parametrize("move", HINDERS)
def test_a_move_is_possible_exactly_while_nothing_that_it_asks_for_is_missing(move: Move) -> None:
    report = Report()
    for wrong in subsets(list(GOOD)):
        disclosure = Disclosure(**{name: BAD[name] if name in wrong else good for name, good in GOOD.items()})  # type: ignore[arg-type] # by their names
        readiness = Readiness(projects=1, disclosure=disclosure)
        missing = lifecycle.missing(report, move, project_count=1, readiness=readiness)

        assert bool(missing) == bool(wrong & HINDERS[move])


EVERY_STEP: Final = places(TWO, with_forks=True)
some_steps = st.sets(st.sampled_from(EVERY_STEP), max_size=3)


def of(*kinds: StepKind) -> set[Place]:
    return {each for each in EVERY_STEP if each.kind in kinds}


def must_come_before(place: Place, *, goes_early: bool) -> set[Place]:
    """Told here once more, place by place, and not as the order tells it."""
    here = {each for each in EVERY_STEP if (each.advisory, each.project) == (place.advisory, place.project)}
    releases = of(StepKind.RELEASE, StepKind.RELEASED)
    return {
        StepKind.COLLABORATORS: here & of(StepKind.DRAFT),
        StepKind.FORK: here & of(StepKind.DRAFT),
        StepKind.RELEASED: of(StepKind.RELEASE),
        StepKind.PUBLISH: here & of(StepKind.DRAFT) | (set() if goes_early else releases),
        StepKind.VISIBLE: here & of(StepKind.PUBLISH),
        StepKind.NOTES: here & of(StepKind.PUBLISH)
        | {each for each in of(StepKind.RELEASE) if each.project == place.project},
        StepKind.DISCLOSED: of(StepKind.PUBLISH, StepKind.PAGE),
        StepKind.TELL: of(StepKind.DISCLOSED),
    }.get(place.kind, set())


@pytest.mark.clause("P12", "P29", "P31", "P32")
@settings(max_examples=300)
@given(
    turns=st.permutations(EVERY_STEP), stuck=st.sets(st.sampled_from(EVERY_STEP), max_size=3), goes_early=st.booleans()
)
def test_in_whatever_order_steps_are_taken_none_comes_before_its_time(
    turns: list[Place], stuck: set[Place], *, goes_early: bool
) -> None:
    states, ended = dict.fromkeys(EVERY_STEP, StepState.WAITING), set[Place]()
    for place in turns * 3:
        if place in stuck or place in ended or waits_for(place, Progress(states, goes_early)):
            continue
        assert must_come_before(place, goes_early=goes_early) <= ended
        states[place] = StepState.DONE
        ended.add(place)
