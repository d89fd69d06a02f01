"""Advisories and releases, as GitHub's interface takes and tells them. Nothing of an advisory is kept between calls."""

from collections.abc import Mapping
from urllib.parse import quote

from portal.github import advisories, bodies, reading
from portal.github.errors import NotAccepted, NotThere, Uncertain, UnexpectedAnswer
from portal.github.protocol import Place
from portal.github.reading import Row
from portal.github.values import CveRequest, Release, RepositoryAdvisory
from portal.github.where import MOST_PAGES, PER_PAGE, advisories_of, place_of
from portal.github.wire import Answer, Deed, Method, Wire


class Publisher:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def advisories(self, repository: Place) -> tuple[RepositoryAdvisory, ...]:
        """The oldest first: what is written meanwhile comes last, and moves nothing from one page to another."""
        path = f"{advisories_of(repository)}?sort=created&direction=asc&per_page={PER_PAGE}"
        found: dict[str, RepositoryAdvisory] = {}
        seen: set[str] = set()
        while path:
            if path in seen or len(seen) == MOST_PAGES:
                raise UnexpectedAnswer("GitHub's list does not come to an end.")
            seen.add(path)
            answer = self._wire.ask(path)
            for row in reading.rows_of(reading.parsed(answer.body)):
                advisory = advisories.advisory(row)
                found[advisory.ghsa_id] = advisory
            path = answer.next_path
        return tuple(found.values())

    def advisory(self, repository: Place, ghsa_id: str) -> RepositoryAdvisory:
        return advisories.advisory(_object(self._wire.ask(_place(repository, ghsa_id))))

    def create_advisory(self, repository: Place, body: Mapping[str, object]) -> RepositoryAdvisory:
        bodies.check(body, bodies.NEW_ADVISORY)
        answer = self._wire.do(Deed(Method.POST, advisories_of(repository), body))
        try:
            return advisories.advisory(_object(answer))
        except UnexpectedAnswer:
            raise Uncertain("GitHub has made it, and what it says of it cannot be read.") from None

    def update_advisory(self, repository: Place, ghsa_id: str, body: Mapping[str, object]) -> RepositoryAdvisory:
        bodies.check(body, bodies.CHANGED_ADVISORY)
        return advisories.advisory(_object(self._wire.do(Deed(Method.PATCH, _place(repository, ghsa_id), body))))

    def request_cve(self, repository: Place, ghsa_id: str) -> CveRequest:
        """GitHub may take a second request, and make one of the two, or refuse it: then the advisory is looked at."""
        deed = Deed(Method.POST, f"{_place(repository, ghsa_id)}/cve")
        try:
            self._wire.do(deed)
        except NotAccepted as refusal:
            if refusal.is_repetition or self.advisory(repository, ghsa_id).cve_id:
                return CveRequest.ALREADY
            raise
        return CveRequest.ASKED

    def create_private_fork(self, repository: Place, ghsa_id: str) -> str:
        answer = self._wire.do(Deed(Method.POST, f"{_place(repository, ghsa_id)}/forks"))
        try:
            return reading.full_name(_object(answer))
        except UnexpectedAnswer:
            raise Uncertain("GitHub makes it, and what it says of it cannot be read.") from None

    def release(self, repository: Place, release_id: int) -> Release:
        return reading.release(_object(self._wire.ask(f"{place_of(repository)}/releases/{release_id}")))

    def release_of(self, repository: Place, tag: str) -> Release:
        if not tag or any(part in {"", ".", ".."} for part in tag.split("/")):
            raise NotThere("No tag can be called that.")
        place = f"{place_of(repository)}/releases/tags/{quote(tag, safe='')}"
        return reading.release(_object(self._wire.ask(place)))

    def update_release_notes(self, repository: Place, release_id: int, notes: str) -> Release:
        body = {"body": notes}
        bodies.check(body, bodies.CHANGED_NOTES)
        place = f"{place_of(repository)}/releases/{release_id}"
        return reading.release(_object(self._wire.do(Deed(Method.PATCH, place, body))))

    def public_page(self, url: str) -> int:
        return self._wire.look(url)


def _place(repository: Place, ghsa_id: str) -> str:
    return f"{advisories_of(repository)}/{advisories.place_of(ghsa_id)}"


def _object(answer: Answer) -> Row:
    return reading.object_of(reading.parsed(answer.body))
