"""A GitHub that lives in memory, for sequences of answers that no server would give on demand."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime

from portal.github import (
    Account,
    Collaborator,
    Contributor,
    GitHubError,
    NotThere,
    Place,
    Reading,
    Release,
    Repository,
)

type Roles = dict[int, str]


def account(number: int, login: str = "") -> Account:
    return Account(id=number, login=login or f"person{number}")


@dataclass
class InMemory:
    """`trouble`: what a question raises, by its name; `empty`: the questions that get no rows."""

    repos: dict[int, Repository] = field(default_factory=dict)
    roles: defaultdict[int, Roles] = field(default_factory=lambda: defaultdict(dict))
    counts: defaultdict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    published: defaultdict[int, list[Release]] = field(default_factory=lambda: defaultdict(list))
    teams: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    managers: set[int] = field(default_factory=set)
    logins: dict[int, str] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    outside: set[int] = field(default_factory=set)
    trouble: dict[str, GitHubError] = field(default_factory=dict)
    empty: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    # --- what people do there -------------------------------------------------------------------------------

    def add(self, number: int, name: str, **roles: str) -> Repository:
        """`roles` by person: `p5="admin"`."""
        self.repos[number] = Repository(
            id=number, full_name=f"example/{name}", archived=False, description="", private_reporting=None
        )
        self.roles[number] |= {int(person[1:]): role for person, role in roles.items()}
        return self.repos[number]

    def archive(self, number: int, *, archived: bool = True) -> None:
        self.repos[number] = replace(self.repos[number], archived=archived)

    def rename(self, number: int, name: str) -> None:
        self.repos[number] = replace(self.repos[number], full_name=f"example/{name}")

    def release(self, number: int, *, by: int, at: datetime, tag: str = "v1") -> None:
        self.published[number].append(
            Release(
                id=1000 * number + len(self.published[number]),
                tag=tag,
                author=self._account(by),
                published_at=at,
                draft=False,
                prerelease=False,
                html_url="https://github.example/release",
            )
        )

    def close_account(self, person: int) -> None:
        self.gone.add(person)

    # --- the protocol ---------------------------------------------------------------------------------------

    def repositories(self) -> Reading[Repository]:
        return self._answer("repositories", [*self.repos.values()])

    def repository(self, full_name: str) -> Repository:
        for each in self.repos.values():
            if each.full_name == full_name:
                return each
        raise NotThere("There is no such repository.")

    def private_reporting(self, repository: Place) -> bool | None:
        found = self.repository(repository) if isinstance(repository, str) else repository
        self._answer(f"private reporting {found.id}", [found])
        return found.private_reporting

    def collaborators(self, repository: Repository) -> Reading[Collaborator]:
        roles = self.roles[repository.id].items()
        rows = [Collaborator(account=self._account(who), role_name=role) for who, role in roles if who not in self.gone]
        return self._answer(f"collaborators {repository.id}", rows)

    def contributors(self, repository: Repository) -> Reading[Contributor]:
        counts = self.counts[repository.id].items()
        rows = [Contributor(account=self._account(who), contributions=n) for who, n in counts if who not in self.gone]
        return self._answer(f"contributors {repository.id}", rows)

    def releases(self, repository: Place) -> Reading[Release]:
        found = self.repository(repository) if isinstance(repository, str) else repository
        return self._answer(f"releases {found.id}", self.published[found.id])

    def team_members(self, slug: str) -> Reading[Account]:
        return self._answer(f"team {slug}", [self._account(who) for who in sorted(self.teams[slug] - self.gone)])

    def security_managers(self) -> Reading[Account]:
        return self._answer("managers", [self._account(who) for who in sorted(self.managers - self.gone)])

    def organisation_members(self) -> Reading[Account]:
        everybody = {who for roles in self.roles.values() for who in roles} - self.gone - self.outside
        return self._answer("members", [self._account(who) for who in sorted(everybody)])

    def _account(self, number: int) -> Account:
        return account(number, self.logins.get(number, ""))

    def _answer[T](self, question: str, rows: list[T]) -> Reading[T]:
        self.asked.append(question)
        if question in self.trouble:
            raise self.trouble[question]
        return Reading(rows=() if question in self.empty else tuple(rows), unchanged=False)
