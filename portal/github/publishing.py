"""Advisories and releases, as GitHub's interface takes and tells them. Nothing of an advisory is kept between calls."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote

from portal.github import advisories, bodies, issues, reading
from portal.github.errors import NotAccepted, NotThere, Uncertain, UnexpectedAnswer
from portal.github.protocol import Place
from portal.github.reading import Row
from portal.github.values import AdvisoryListing, CveRequest, Issue, PublicPage, Release, RepositoryAdvisory
from portal.github.where import MOST_PAGES, PER_PAGE, advisories_of, place_of
from portal.github.wire import Answer, Deed, Method, Wire
from portal.models import LONGEST_ETAG


class Publisher:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def advisories(self, repository: Place) -> tuple[RepositoryAdvisory, ...]:
        """The oldest first: what is written meanwhile comes last, and moves nothing from one page to another."""
        path = f"{advisories_of(repository)}?sort=created&direction=asc&per_page={PER_PAGE}"
        return _each_once(row for page in self._pages(self._wire.ask(path)) for row in page)

    def changed_advisories(self, repository: Place, *, since: datetime | None, etag: str) -> AdvisoryListing:
        """The last changed first: whatever changes meanwhile comes first, and is seen the next time."""
        path = f"{advisories_of(repository)}?sort=updated&direction=desc&per_page={PER_PAGE}"
        first = self._wire.ask(path, etag=etag)
        if first.status == HTTPStatus.NOT_MODIFIED:
            return AdvisoryListing(rows=(), etag=etag, unchanged=True)
        rows: list[RepositoryAdvisory] = []
        for page in self._pages(first):
            rows += page
            if since is not None and any(row.updated_at is not None and row.updated_at < since for row in page):
                break
        is_plain = len(first.etag) <= LONGEST_ETAG and first.etag.isascii() and first.etag.isprintable()
        return AdvisoryListing(rows=_each_once(rows), etag=first.etag if is_plain else "", unchanged=False)

    def _pages(self, answer: Answer) -> Iterator[list[RepositoryAdvisory]]:
        seen: set[str] = set()
        while True:
            yield [advisories.advisory(row) for row in reading.rows_of(reading.parsed(answer.body))]
            path = answer.next_path
            if not path:
                return
            if path in seen or len(seen) == MOST_PAGES:
                raise UnexpectedAnswer("GitHub's list does not come to an end.")
            seen.add(path)
            answer = self._wire.ask(path)

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

    def knows(self, login: str) -> bool:
        try:
            answer = self._wire.ask(f"/users/{quote(login, safe='')}")
        except NotThere:
            return False
        return isinstance(_object(answer).get("login"), str)

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

    def advisory_comments(self, repository: Place, ghsa_id: str) -> tuple[str, ...]:
        found: list[str] = []
        path, seen = f"{_place(repository, ghsa_id)}/comments?per_page={PER_PAGE}", set[str]()
        while path:
            if path in seen or len(seen) == MOST_PAGES:
                raise UnexpectedAnswer("GitHub's list does not come to an end.")
            seen.add(path)
            answer = self._wire.ask(path)
            rows = reading.rows_of(reading.parsed(answer.body))
            found += [body for row in rows if isinstance(body := row.get("body"), str)]
            path = answer.next_path
        return tuple(found)

    def comment_on_advisory(self, repository: Place, ghsa_id: str, text: str) -> None:
        body = {"body": text}
        bodies.check(body, bodies.NEW_COMMENT)
        self._wire.do(Deed(Method.POST, f"{_place(repository, ghsa_id)}/comments", body))

    def create_private_fork(self, repository: Place, ghsa_id: str) -> str:
        answer = self._wire.do(Deed(Method.POST, f"{_place(repository, ghsa_id)}/forks"))
        try:
            return reading.full_name(_object(answer))
        except UnexpectedAnswer:
            raise Uncertain("GitHub makes it, and what it says of it cannot be read.") from None

    def create_issue(self, repository: Place, body: Mapping[str, object]) -> Issue:
        bodies.check(body, bodies.NEW_ISSUE)
        answer = self._wire.do(Deed(Method.POST, f"{place_of(repository)}/issues", body))
        try:
            return issues.issue(_object(answer))
        except UnexpectedAnswer:
            raise Uncertain("GitHub has made it, and what it says of it cannot be read.") from None

    def issues_since(self, repository: Place, since: datetime) -> tuple[Issue, ...]:
        """The newest first: what is begun meanwhile comes first, and is not missed."""
        path = f"{place_of(repository)}/issues?state=all&sort=created&direction=desc&per_page={PER_PAGE}"
        found: list[Issue] = []
        while path:
            answer = self._wire.ask(path)
            page = [issues.issue(row) for row in reading.rows_of(reading.parsed(answer.body)) if issues.is_issue(row)]
            found += [row for row in page if row.created_at is None or row.created_at >= since]
            is_over = any(row.created_at is not None and row.created_at < since for row in page)
            path = "" if is_over or answer.next_path == path else answer.next_path
        return tuple({row.number: row for row in found}.values())

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

    def public_page(self, url: str, *, naming: str) -> PublicPage:
        return self._wire.look(url, naming=naming)


def _each_once(rows: Iterable[RepositoryAdvisory]) -> tuple[RepositoryAdvisory, ...]:
    """By its name; of two, what was told last."""
    return tuple({row.ghsa_id: row for row in rows}.values())


def _place(repository: Place, ghsa_id: str) -> str:
    return f"{advisories_of(repository)}/{advisories.place_of(ghsa_id)}"


def _object(answer: Answer) -> Row:
    return reading.object_of(reading.parsed(answer.body))
