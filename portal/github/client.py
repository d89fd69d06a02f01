"""The questions of the protocol, as GitHub's interface takes them: on the wire to GitHub, or to the demo's sandbox."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from portal.github import kept, reading
from portal.github.errors import NotAllowed, NotThere, UnexpectedAnswer
from portal.github.kept import Page
from portal.github.protocol import Place
from portal.github.publishing import Publisher
from portal.github.reading import Shape
from portal.github.values import Account, Collaborator, Contributor, Reading, Release, Repository
from portal.github.where import MOST_PAGES, PER_PAGE, place_of
from portal.github.wire import Answer, Guarded, Wire
from portal.models import LONGEST_ADDRESS, LONGEST_ETAG

SECURITY_MANAGER: Final = "security_manager"

ACCOUNTS: Final = Shape(reading.account, reading.keep_account)
REPOSITORIES: Final = Shape(reading.repository, reading.keep_repository)
COLLABORATORS: Final = Shape(reading.collaborator, reading.keep_collaborator)
CONTRIBUTORS: Final = Shape(reading.contributor, reading.keep_contributor)
RELEASES: Final = Shape(reading.release, reading.keep_release)


class Client(Publisher):
    """Asks one thing at a time, as GitHub wants it."""

    def __init__(self, wire: Wire, *, organisation: str) -> None:
        super().__init__(wire)
        self._name = organisation
        self._organisation = f"/orgs/{quote(organisation, safe='')}"

    def guarded(self, before: Callable[[], None]) -> "Client":
        return Client(Guarded(self._wire, before), organisation=self._name)

    def repositories(self) -> Reading[Repository]:
        """The oldest first: what is created meanwhile comes last, and moves nothing from one page to another."""
        return self._all(f"{self._organisation}/repos", REPOSITORIES, sort="created", direction="asc")

    def repository(self, full_name: str) -> Repository:
        place = place_of(full_name)
        found = reading.repository(reading.object_of(reading.parsed(self._wire.ask(place).body)))
        return Repository(
            id=found.id,
            full_name=found.full_name,
            archived=found.archived,
            description=found.description,
            private_reporting=self.private_reporting(found),
        )

    def private_reporting(self, repository: Place) -> bool | None:
        try:
            answer = self._wire.ask(f"{place_of(repository)}/private-vulnerability-reporting")
        except (NotThere, NotAllowed, UnexpectedAnswer):
            return None
        enabled = reading.object_of(reading.parsed(answer.body)).get("enabled")
        return enabled if isinstance(enabled, bool) else None

    def collaborators(self, repository: Repository) -> Reading[Collaborator]:
        return self._all(f"{place_of(repository)}/collaborators", COLLABORATORS)

    def contributors(self, repository: Repository) -> Reading[Contributor]:
        return self._all(f"{place_of(repository)}/contributors", CONTRIBUTORS)

    def releases(self, repository: Place) -> Reading[Release]:
        return self._all(f"{place_of(repository)}/releases", RELEASES)

    def team_members(self, slug: str) -> Reading[Account]:
        return self._all(f"{self._organisation}/teams/{quote(slug, safe='')}/members", ACCOUNTS)

    def organisation_members(self) -> Reading[Account]:
        return self._all(f"{self._organisation}/members", ACCOUNTS)

    def security_managers(self) -> Reading[Account]:
        """Who holds the role by themselves, and who by a team."""
        roles = f"{self._organisation}/organization-roles"
        readings = []
        for role in reading.rows_of(reading.parsed(self._wire.ask(roles).body), under="roles"):
            if reading.line(role, "name", longest=200).lower().replace(" ", "_") == SECURITY_MANAGER:
                place = f"{roles}/{reading.number(role, 'id')}"
                readings.append(self._all(f"{place}/users", ACCOUNTS))
                readings += [self.team_members(slug) for slug in self._teams_with(f"{place}/teams")]
        holders = {account.id: account for found in readings for account in found.rows}
        return Reading(rows=tuple(holders.values()), unchanged=all(found.unchanged for found in readings))

    def _teams_with(self, place: str) -> list[str]:
        answer = self._wire.ask(f"{place}?per_page={PER_PAGE}")
        return [reading.line(team, "slug", longest=200) for team in reading.rows_of(reading.parsed(answer.body))]

    def _all[T](self, place: str, shape: Shape[T], **choices: str) -> Reading[T]:
        """From the first page to the last, or a `GitHubError`."""
        asked = "&".join(f"{name}={value}" for name, value in {**choices, "per_page": str(PER_PAGE)}.items())
        question = f"{place}?{asked}"
        before = kept.recall(question)
        pages: list[Page] = []
        path = question
        while path:
            if len(pages) == MOST_PAGES or any(path == page.path for page in pages):
                raise UnexpectedAnswer("GitHub's list does not come to an end.")
            pages.append(self._page(path, shape, before[len(pages)] if len(pages) < len(before) else None))
            path = pages[-1].next_path
        values = [value for page in pages for value in shape.revive(page.rows)]
        kept.keep(question, pages, instead_of=before)
        unchanged = [page.rows for page in pages] == [page.rows for page in before]
        return Reading(rows=tuple(dict.fromkeys(values)), unchanged=unchanged)

    def _page[T](self, path: str, shape: Shape[T], before: Page | None) -> Page:
        known = before if before and before.path == path and _still_tells(before, shape) else None
        answer = self._wire.ask(path, etag=known.etag if known else "")
        if answer.status == HTTPStatus.NOT_MODIFIED:
            if known is None:
                raise UnexpectedAnswer("GitHub says that nothing is new where nothing was known.")
            return known
        if len(answer.next_path) > LONGEST_ADDRESS or not _is_plain(answer.next_path):
            raise UnexpectedAnswer("GitHub sends us to an address that is none.")
        return Page(
            path=path,
            etag=answer.etag if len(answer.etag) <= LONGEST_ETAG and _is_plain(answer.etag) else "",
            rows=shape.keep(_read(answer, shape)),
            next_path=answer.next_path,
        )


def _read[T](answer: Answer, shape: Shape[T]) -> list[T]:
    """GitHub answers 204 about a repository without a single commit."""
    return [] if answer.status == HTTPStatus.NO_CONTENT else shape.read(reading.parsed(answer.body))


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _still_tells[T](page: Page, shape: Shape[T]) -> bool:
    """Whether its etag may be shown: a full last page stays the same when another one follows it."""
    if not page.etag or (not page.next_path and len(page.rows) >= PER_PAGE):
        return False
    try:
        shape.revive(page.rows)
    except UnexpectedAnswer:
        return False
    return True
