"""Which steps a disclosure takes, and what each of them waits for. Pure: rows in, sentences out."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from disclosures.enums import ExceptionKind, StepKind, StepState
from portal.policy import Clause, enforces

DONE: Final = frozenset({StepState.DONE, StepState.SKIPPED})
BY_HAND: Final = (
    "The advisory was published by hand in a repository, and our page tells of every project."
    " Not to wait takes two people: see Exceptions."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which step: its kind, and where it is taken. Numbers of the advisory and the project; None for all of them."""

    kind: StepKind
    advisory: int | None = None
    project: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far each step is. `goes_early`: two people agreed not to wait for the releases."""

    states: Mapping[Place, StepState]
    goes_early: bool = False

    def are_done(self, kind: StepKind, *, advisory: int | None = None, project: int | None = None) -> bool:
        """All steps of `kind`, narrowed to one advisory or project; true where there are none."""
        return all(state in DONE for _, state in self._of(kind, advisory, project))

    def is_first_done(self, kind: StepKind, *, advisory: int) -> bool:
        """One of them; true where there are none."""
        states = [state for _, state in self._of(kind, advisory, None)]
        return not states or any(state in DONE for state in states)

    def _of(self, kind: StepKind, advisory: int | None, project: int | None) -> Iterable[tuple[Place, StepState]]:
        for place, state in self.states.items():
            if (
                place.kind is kind
                and (advisory is None or place.advisory == advisory)
                and (project is None or place.project == project)
            ):
                yield place, state


def places(
    spoken_of: Iterable[tuple[int, int]],
    *,
    advisories: Iterable[int] = (),
    only_prepare: bool = False,
    with_forks: bool = False,
) -> Sequence[Place]:
    """Every step, in the order of the day, for pairs of an advisory and a project that it speaks of.

    `advisories`: those that have a page of ours also where no repository can take them. `only_prepare`: what can be
    done on GitHub days before.
    """
    pairs = sorted(set(spoken_of))
    first = (StepKind.DRAFT, StepKind.COLLABORATORS, *((StepKind.FORK,) if with_forks else ()))
    found = [Place(kind=kind, advisory=advisory, project=project) for advisory, project in pairs for kind in first]
    if only_prepare:
        return found
    projects = sorted({project for _, project in pairs})
    told = sorted({advisory for advisory, _ in pairs} | set(advisories))
    found += [Place(kind=StepKind.RELEASE, project=project) for project in projects]
    found.append(Place(kind=StepKind.RELEASED))
    for kind in (StepKind.PUBLISH, StepKind.VISIBLE, StepKind.NOTES):
        found += [Place(kind=kind, advisory=advisory, project=project) for advisory, project in pairs]
    found += [Place(kind=StepKind.PAGE, advisory=advisory) for advisory in told]
    found += [Place(kind=StepKind.CVE, advisory=advisory) for advisory in told]
    return [*found, Place(kind=StepKind.DISCLOSED), Place(kind=StepKind.TELL)]


@enforces(Clause.P12, Clause.P31)
def waits_for(place: Place, progress: Progress) -> str:
    """Why the step cannot be taken yet; empty if it can."""
    rule = _RULES.get(place.kind)
    return rule(place, progress) if rule else ""


@enforces(Clause.P12, Clause.P31)
def speaks_against(today: date, *, released_on: date | None, agreed: Collection[ExceptionKind]) -> str:
    """Why the advisory may not be published `today`; empty if it may. `released_on`: when its release came out.

    It must be the day of the release, unless somebody said why not (P31); or nobody waits for the release (P12).
    """
    if ExceptionKind.EARLY in agreed:
        return ""
    if released_on is None:
        return "The release with the fix was not seen there, so it cannot be published."
    if released_on == today or ExceptionKind.ANOTHER_DAY in agreed:
        return ""
    return (
        f"The release came out on {released_on:%-d %B %Y}, and the advisory belongs to the same day."
        " To publish it today, say why under Exceptions: it stays on record."
    )


def _named(place: Place, progress: Progress) -> str:
    found = progress.are_done(StepKind.ADOPT, advisory=place.advisory, project=place.project)
    return "" if found else "It waits until the advisory that somebody named is found, or nobody names one any more."


def _draft(place: Place, progress: Progress) -> str:
    done = progress.are_done(StepKind.DRAFT, advisory=place.advisory, project=place.project)
    return "" if done else "It waits for the draft advisory."


def _all_releases(place: Place, progress: Progress) -> str:  # noqa: ARG001 - one of several rules of the same shape
    return "" if progress.are_done(StepKind.RELEASE) else "It waits for the release of every affected project."


def _may_be_told(place: Place, progress: Progress) -> str:
    """What tells of the hole in one project tells of it in the others: so all have the fix, or two people say go."""
    if progress.goes_early:
        return ""
    return _all_releases(place, progress) or (
        "" if progress.are_done(StepKind.RELEASED) else "It waits until the report is marked as released."
    )


def _publish(place: Place, progress: Progress) -> str:
    return _draft(place, progress) or _may_be_told(place, progress)


def _published(place: Place, progress: Progress) -> str:
    done = progress.are_done(StepKind.PUBLISH, advisory=place.advisory, project=place.project)
    return "" if done else "It waits for the advisory."


def _notes(place: Place, progress: Progress) -> str:
    released = progress.are_done(StepKind.RELEASE, project=place.project)
    return _published(place, progress) if released else "It waits for the release."


def _first_published(place: Place, progress: Progress) -> str:
    done = place.advisory is not None and progress.is_first_done(StepKind.PUBLISH, advisory=place.advisory)
    return "" if done else "It waits for the advisory in a first repository."


def _page(place: Place, progress: Progress) -> str:
    """It names every project: what somebody published by hand in one repository is no leave to tell of the rest."""
    if waiting := _first_published(place, progress):
        return waiting
    return f"{waiting} {BY_HAND}" if (waiting := _may_be_told(place, progress)) else ""


def _everything_public(place: Place, progress: Progress) -> str:  # noqa: ARG001 - one of several rules of the same shape
    if not progress.are_done(StepKind.PUBLISH):
        return "It waits for the advisory in every repository."
    return "" if progress.are_done(StepKind.PAGE) else "It waits for our own page."


def _disclosed(place: Place, progress: Progress) -> str:  # noqa: ARG001 - one of several rules of the same shape
    return "" if progress.are_done(StepKind.DISCLOSED) else "It waits until everything is published."


_RULES: Final[Mapping[StepKind, Callable[[Place, Progress], str]]] = {
    StepKind.DRAFT: _named,
    StepKind.COLLABORATORS: _draft,
    StepKind.FORK: _draft,
    StepKind.RELEASED: _all_releases,
    StepKind.PUBLISH: _publish,
    StepKind.VISIBLE: _published,
    StepKind.NOTES: _notes,
    StepKind.PAGE: _page,
    StepKind.CVE: _first_published,
    StepKind.DISCLOSED: _everything_public,
    StepKind.TELL: _disclosed,
    StepKind.REWRITE: _published,
}
