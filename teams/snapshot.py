"""Everything that GitHub says at one time, read before anything is changed: all of it, or nothing (AUT-05)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal.github import (
    Account,
    Collaborator,
    Contributor,
    Directory,
    GitHubError,
    NotAllowed,
    NotThere,
    Reading,
    Release,
    Repository,
    Unavailable,
)
from portal.policy.team import TeamPolicy


class Incomplete(Exception):
    """GitHub did not say everything. The message says what failed, in our words."""


@dataclass(frozen=True, slots=True)
class OnRepository:
    collaborators: tuple[Collaborator, ...]
    contributors: tuple[Contributor, ...]
    releases: tuple[Release, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    repositories: tuple[Repository, ...]
    on: Mapping[int, OnRepository]
    """By the repository's id; archived ones are not asked about."""
    teams: Mapping[str, tuple[Account, ...]]
    managers: tuple[Account, ...]
    belonging: frozenset[int]
    """The ids of the organisation's members."""


def take(source: Directory, *, policy: TeamPolicy) -> Snapshot:
    """Raises `Incomplete` whichever question fails. It takes its time: call it outside of any transaction."""
    repositories = _ask(source.repositories, "the repositories")
    if not repositories:
        raise Incomplete("GitHub names no repository at all. That is not believed.")
    if len({each.full_name.lower() for each in repositories}) < len({each.id for each in repositories}):
        raise Incomplete("GitHub gives two repositories one name. That is not believed.")
    return Snapshot(
        repositories=repositories,
        on={each.id: _on(source, each) for each in repositories if not each.archived},
        teams={
            slug: _ask(lambda slug=slug: source.team_members(slug), f"the team {slug}")  # type: ignore[misc] # mypy takes the default for a parameter
            for slug in sorted(policy.maintainer_teams)
        },
        managers=_ask(source.security_managers, "the security managers"),
        belonging=frozenset(account.id for account in _ask(source.organisation_members, "the organisation's members")),
    )


def _on(source: Directory, repository: Repository) -> OnRepository:
    name = repository.full_name
    return OnRepository(
        collaborators=_ask(lambda: source.collaborators(repository), f"the roles on {name}"),
        contributors=_ask(lambda: source.contributors(repository), f"the contributors of {name}"),
        releases=_ask(lambda: source.releases(repository), f"the releases of {name}"),
    )


def _ask[T](question: Callable[[], Reading[T]], about: str) -> tuple[T, ...]:
    try:
        return question().rows
    except GitHubError as failure:
        raise Incomplete(f"{_in_words(failure)} when asked for {about}.") from failure


def _in_words(failure: GitHubError) -> str:
    match failure:
        case Unavailable():
            return "GitHub was not to be reached"
        case NotAllowed():
            return "GitHub refused"
        case NotThere():
            return "GitHub knew nothing"
        case _:
            return "GitHub answered something unexpected"
