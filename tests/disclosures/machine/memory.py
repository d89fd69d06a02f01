"""A GitHub in memory, for the many examples of a machine: as much of it as the day of a release asks for.

`test_memory.py` holds it to what the sandbox answers.
"""

import copy
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from itertools import count
from typing import TYPE_CHECKING, Final, cast

from django.utils import timezone

from portal.github import bodies
from portal.github.errors import NotAccepted, NotThere, Unavailable
from portal.github.sandbox.rules import MOVES, State
from portal.github.values import AdvisoryState, Credit, CveRequest, PublicPage, Reading, Release, RepositoryAdvisory
from tests.disclosures.conductor.stage import owner

if TYPE_CHECKING:
    from portal.github import GitHub

NOBODY_YET: Final = RepositoryAdvisory(
    ghsa_id="", cve_id="", html_url="", state=AdvisoryState.DRAFT, summary="", description="", severity="",
    cvss_v3="", cvss_v4="", cwe_ids=(), affected=(), credits=(), collaborating_users=(), collaborating_teams=(),
    private_fork="", created_at=None, updated_at=None, published_at=None, closed_at=None, withdrawn_at=None,
    accepted=None,
)  # fmt: skip
PUBLIC: Final = (AdvisoryState.PUBLISHED, AdvisoryState.WITHDRAWN)
STRANGER: Final = "nobody-has-this-login"
"""A handle that GitHub refuses; it knows every other one."""
OTHER_WORDS: Final = "Written on GitHub by hand."


@dataclass(frozen=True, slots=True)
class Publication:
    """An advisory went out: by the portal, or by somebody's hand."""

    repository: str
    ghsa_id: str
    at: datetime
    by_hand: bool


@dataclass(slots=True)
class Remembered:
    """All of it, so that it can be put back."""

    advisories: dict[str, dict[str, RepositoryAdvisory]] = field(default_factory=lambda: defaultdict(dict))
    releases: dict[str, dict[int, Release]] = field(default_factory=lambda: defaultdict(dict))
    asked_for_id: set[str] = field(default_factory=set)
    faults: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """How often a repository's advisory is yet refused to be published."""
    publications: list[Publication] = field(default_factory=list)
    shipped: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    """When final releases came out, those that are gone again too."""
    number: int = 1

    def copied(self) -> "Remembered":
        """What is in the values does not change."""
        return Remembered(
            _copied(self.advisories, dict), _copied(self.releases, dict), {*self.asked_for_id},
            copy.copy(self.faults), [*self.publications], _copied(self.shipped, list), self.number,
        )  # fmt: skip


class Memory:
    def __init__(self) -> None:
        self.now_is = Remembered()

    def as_github(self) -> "GitHub":
        """What is not here, the day of a release does not ask for."""
        return cast("GitHub", self)

    # --- Asked by the portal --------------------------------------------------------------------------------

    def guarded(self, before: Callable[[], None]) -> "GitHub":
        return cast("GitHub", Guarded(self, before))

    def advisories(self, repository: str) -> tuple[RepositoryAdvisory, ...]:
        return tuple(reversed(self.now_is.advisories[repository].values()))

    def advisory(self, repository: str, ghsa_id: str) -> RepositoryAdvisory:
        try:
            return self.now_is.advisories[repository][ghsa_id]
        except KeyError:
            raise NotThere("Nothing stands there.") from None

    def create_advisory(self, repository: str, body: Mapping[str, object]) -> RepositoryAdvisory:
        _check(body, bodies.NEW_ADVISORY)
        return self._keep(repository, _changed(self._fresh(repository), body))

    def update_advisory(self, repository: str, ghsa_id: str, body: Mapping[str, object]) -> RepositoryAdvisory:
        _check(body, bodies.CHANGED_ADVISORY)
        found = self.advisory(repository, ghsa_id)
        state = AdvisoryState(str(body.get("state", found.state)))
        publishes = state is AdvisoryState.PUBLISHED and found.state is not state
        if publishes and self.now_is.faults[repository]:
            self.now_is.faults[repository] -= 1
            raise Unavailable("GitHub is not well.")
        if state is not found.state and State(state) not in MOVES[State(found.state)]:
            raise NotAccepted("GitHub refuses it.")
        if publishes:
            self._note(repository, ghsa_id, by_hand=False)
        published_at = timezone.now() if publishes else found.published_at
        return self._keep(repository, replace(_changed(found, body), state=state, published_at=published_at))

    def knows(self, login: str) -> bool:
        return login.lower() != STRANGER

    def request_cve(self, repository: str, ghsa_id: str) -> CveRequest:
        if self.advisory(repository, ghsa_id).cve_id or ghsa_id in self.now_is.asked_for_id:
            return CveRequest.ALREADY
        self.now_is.asked_for_id.add(ghsa_id)
        return CveRequest.ASKED

    def releases(self, repository: str) -> Reading[Release]:
        return Reading(tuple(self.now_is.releases[repository].values()), unchanged=False)

    def release(self, repository: str, release_id: int) -> Release:
        try:
            return self.now_is.releases[repository][release_id]
        except KeyError:
            raise NotThere("Nothing stands there.") from None

    def release_of(self, repository: str, tag: str) -> Release:
        for found in self.now_is.releases[repository].values():
            if found.tag == tag and not found.draft:
                return found
        raise NotThere("Nothing stands there.")

    def update_release_notes(self, repository: str, release_id: int, notes: str) -> Release:
        written = replace(self.release(repository, release_id), notes=notes)
        self.now_is.releases[repository][release_id] = written
        return written

    def public_page(self, url: str, *, naming: str) -> PublicPage:
        everything = (each for rows in self.now_is.advisories.values() for each in rows.values())
        seen = [each for each in everything if each.html_url == url and each.state in PUBLIC]
        return PublicPage(HTTPStatus.OK if seen else HTTPStatus.NOT_FOUND, any(naming == each.ghsa_id for each in seen))

    # --- Done by people there -------------------------------------------------------------------------------

    def ship(self, repository: str, *, tag: str = "v1.4.2", prerelease: bool = False) -> None:
        """Once, while it is there."""
        if any(each.tag == tag for each in self.now_is.releases[repository].values()):
            return
        number, now = self._number(), timezone.now()
        self.now_is.releases[repository][number] = Release(
            id=number, tag=tag, author=None, published_at=now, draft=False, prerelease=prerelease,
            html_url=f"http://testserver/sandbox/github/{repository}/releases/tag/{tag}", name=tag,
            target=f"{number:040}", created_at=now,
        )  # fmt: skip
        if not prerelease:
            self.now_is.shipped[repository].append(now)

    def take_away(self, repository: str) -> None:
        self.now_is.releases[repository].clear()

    def move_tag(self, repository: str) -> None:
        """To another commit, of now."""
        for number, each in self.now_is.releases[repository].items():
            self.now_is.releases[repository][number] = replace(each, created_at=timezone.now())

    def of(self, repository: str, state: AdvisoryState) -> list[RepositoryAdvisory]:
        return [each for each in self.now_is.advisories[repository].values() if each.state is state]

    def publish_by_hand(self, repository: str) -> None:
        for each in self.of(repository, AdvisoryState.DRAFT):
            self._note(repository, each.ghsa_id, by_hand=True)
            self._keep(repository, replace(each, state=AdvisoryState.PUBLISHED, published_at=timezone.now()))

    def close_by_hand(self, repository: str) -> None:
        for each in self.of(repository, AdvisoryState.DRAFT):
            self._keep(repository, replace(each, state=AdvisoryState.CLOSED, closed_at=timezone.now()))

    def withdraw_by_hand(self, repository: str) -> None:
        for each in self.of(repository, AdvisoryState.PUBLISHED):
            self._keep(repository, replace(each, state=AdvisoryState.WITHDRAWN, withdrawn_at=timezone.now()))

    def make_by_hand(self, repository: str) -> RepositoryAdvisory:
        """A draft that the portal knows nothing of."""
        return self._keep(repository, replace(self._fresh(repository), description=OTHER_WORDS))

    def is_going_to_break(self, repository: str) -> None:
        """When an advisory is to be published the next time."""
        self.now_is.faults[repository] += 1

    def give_id(self, repository: str, cve_id: str) -> None:
        """To the first that is public and has none."""
        for each in self.of(repository, AdvisoryState.PUBLISHED):
            if not each.cve_id:
                self._keep(repository, replace(each, cve_id=cve_id))
                return

    def _fresh(self, repository: str) -> RepositoryAdvisory:
        ghsa_id = f"GHSA-2222-2222-{self._number():04}".translate(str.maketrans("01", "xw"))
        url = f"http://testserver/sandbox/github/{repository}/security/advisories/{ghsa_id}"
        return replace(NOBODY_YET, ghsa_id=ghsa_id, html_url=url, created_at=timezone.now())

    def _number(self) -> int:
        self.now_is.number += 1
        return self.now_is.number

    def _note(self, repository: str, ghsa_id: str, *, by_hand: bool) -> None:
        self.now_is.publications.append(Publication(repository, ghsa_id, timezone.now(), by_hand))

    def _keep(self, repository: str, advisory: RepositoryAdvisory) -> RepositoryAdvisory:
        self.now_is.advisories[repository][advisory.ghsa_id] = advisory
        return advisory


class Guarded:
    """The same GitHub, which is told before each change to it."""

    CHANGES: Final = frozenset({"create_advisory", "update_advisory", "request_cve", "update_release_notes"})

    def __init__(self, github: Memory, before: Callable[[], None]) -> None:
        self._github, self._before = github, before

    def __getattr__(self, name: str) -> object:
        if name in self.CHANGES:
            self._before()
        return getattr(self._github, name)


class MemoryOfIds:
    """CVE Services, as far as a CNA asks for IDs there."""

    def __init__(self) -> None:
        self.reserved: list[str] = []
        self.records: dict[str, Mapping[str, object]] = {}
        self._numbers = count(50_001)

    def of(self, account: object) -> "MemoryOfIds":
        """For whichever account asks."""
        del account
        return self

    def reserved_since(self, moment: datetime, *, year: int) -> tuple[str, ...]:
        del moment, year
        return tuple(each for each in self.reserved if each not in self.records)

    def reserve(self, *, year: int) -> str:
        self.reserved.append(f"CVE-{year}-{next(self._numbers)}")
        return self.reserved[-1]

    def publish(self, cve_id: str, container: Mapping[str, object]) -> None:
        self.records[cve_id] = container

    def reject(self, cve_id: str, container: Mapping[str, object]) -> None:
        self.records[cve_id] = container


def _copied[K, V](rows: dict[K, V], of: Callable[[V], V]) -> dict[K, V]:
    fresh = copy.copy(rows)
    fresh.update({key: of(value) for key, value in rows.items()})
    return fresh


def _check(body: Mapping[str, object], rule: bodies.ObjectOf) -> None:
    for fault in bodies.faults(body, rule):
        raise NotAccepted("GitHub refuses it.", fields=(fault.field,))
    if any(each["login"].lower() == STRANGER for each in _people(body)):
        raise NotAccepted("GitHub refuses it.", fields=("credits",))


def _people(body: Mapping[str, object]) -> "list[Mapping[str, str]]":
    return cast("list[Mapping[str, str]]", body.get("credits") or [])


def _changed(advisory: RepositoryAdvisory, body: Mapping[str, object]) -> RepositoryAdvisory:
    users = body.get("collaborating_users", advisory.collaborating_users)
    thanked = (Credit(each["login"], each["type"], "pending") for each in _people(body))
    return replace(
        advisory,
        summary=str(body.get("summary", advisory.summary)),
        description=str(body.get("description", advisory.description)),
        cve_id=str(body.get("cve_id", advisory.cve_id) or ""),
        collaborating_users=tuple(str(each) for each in cast("list[object]", users)),
        credits=tuple(thanked) if "credits" in body else advisory.credits,
        updated_at=timezone.now(),
    )


def place(name: str) -> str:
    """A repository of the organisation."""
    return f"{owner()}/{name}"
