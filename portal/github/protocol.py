from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from portal.github.values import (
    Account,
    AdvisoryListing,
    Collaborator,
    Contributor,
    CveRequest,
    Issue,
    PublicPage,
    Reading,
    Release,
    Repository,
    RepositoryAdvisory,
)

type Place = Repository | str
"""A repository, or its full name: also one that it had before it was renamed."""


class Directory(Protocol):
    """Who is there, and who maintains what. Each question is answered whole or raises a `GitHubError`.

    An empty answer is given as such, also where there was something before: whoever asked judges it (AUT-05).
    """

    def repositories(self) -> Reading[Repository]:
        """Those of the organisation in the policy file."""
        ...

    def repository(self, full_name: str) -> Repository:
        """One, also by a name that it had before it was renamed or transferred."""
        ...

    def private_reporting(self, repository: Place) -> bool | None:
        """Whether strangers may report in private there; None where GitHub does not say."""
        ...

    def collaborators(self, repository: Repository) -> Reading[Collaborator]:
        """Everybody with a role there, also by a team or by owning the organisation."""
        ...

    def contributors(self, repository: Repository) -> Reading[Contributor]:
        """Accounts only; authors whom GitHub knows by nothing but an address are left out."""
        ...

    def releases(self, repository: Place) -> Reading[Release]:
        """Drafts and pre-releases too, without their notes."""
        ...

    def team_members(self, slug: str) -> Reading[Account]:
        """Also of teams below it."""
        ...

    def security_managers(self) -> Reading[Account]:
        """Whoever holds that role of the organisation: beside administrators of a repository they may publish there."""
        ...

    def organisation_members(self) -> Reading[Account]: ...


class Publishing(Protocol):
    """Advisories and releases: read, written, published. What is not done raises a `GitHubError`.

    `NotAccepted` names fields, `NotAllowed` says what our app lacks, `Limited` when to come back. A verb that makes
    something raises `Uncertain` when it may have been made all the same; the others may simply be asked again.
    """

    def advisories(self, repository: Place) -> tuple[RepositoryAdvisory, ...]:
        """In every state. They are asked for anew each time, and nothing of them is kept."""
        ...

    def changed_advisories(self, repository: Place, *, since: datetime | None, etag: str) -> AdvisoryListing:
        """Those that changed after `since`, in every state, and some that did not. One question as a rule, which costs
        nothing as long as `etag` is good.
        """
        ...

    def advisory(self, repository: Place, ghsa_id: str) -> RepositoryAdvisory: ...

    def create_advisory(self, repository: Place, body: Mapping[str, object]) -> RepositoryAdvisory:
        """A draft. After `Uncertain`, look whether `advisories` has it now."""
        ...

    def update_advisory(self, repository: Place, ghsa_id: str, body: Mapping[str, object]) -> RepositoryAdvisory:
        """Lists replace what was there. `state`: published publishes, closed closes, draft accepts a private report."""
        ...

    def knows(self, login: str) -> bool:
        """Whether anybody has that login there by now."""
        ...

    def request_cve(self, repository: Place, ghsa_id: str) -> CveRequest:
        """GitHub tells nowhere that a request is under way; the ID appears in the advisory, weeks later.

        After `Uncertain` it may be asked again: GitHub makes one request of two.
        """
        ...

    def advisory_comments(self, repository: Place, ghsa_id: str) -> tuple[str, ...]:
        """What is said there, as far as our app may read it. A preview of GitHub's, which may be taken away again."""
        ...

    def comment_on_advisory(self, repository: Place, ghsa_id: str, text: str) -> None:
        """After `Uncertain`, look whether it is there. The same preview."""
        ...

    def create_private_fork(self, repository: Place, ghsa_id: str) -> str:
        """Its full name. It can be used once the advisory names it, minutes later; after `Uncertain`, look there."""
        ...

    def create_issue(self, repository: Place, body: Mapping[str, object]) -> Issue:
        """For everybody to read, at once. After `Uncertain`, look whether `issues_since` has it now."""
        ...

    def issues_since(self, repository: Place, since: datetime) -> tuple[Issue, ...]:
        """Those begun at or after `since`, open and closed, the newest first. Pull requests are none."""
        ...

    def release(self, repository: Place, release_id: int) -> Release: ...

    def release_of(self, repository: Place, tag: str) -> Release:
        """The published one of that tag: drafts are not found so."""
        ...

    def update_release_notes(self, repository: Place, release_id: int, notes: str) -> Release:
        """The notes alone: a draft stays a draft."""
        ...

    def public_page(self, url: str, *, naming: str) -> PublicPage:
        """That page of GitHub's as a stranger gets it, and whether `naming` stands on it, in whatever letters.

        Raises `NotThere` for any other place's.
        """
        ...


class GitHub(Directory, Publishing, Protocol):
    """All that the portal wants of it."""

    def guarded(self, before: Callable[[], None]) -> "GitHub":
        """The same, which calls `before` right before it changes anything. What that raises leaves GitHub as it is."""
        ...
