"""Following the repositories and accounts of GitHub by their numeric ids, whatever they are called today (trap 20)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from portal import characters
from portal.github import GREATEST_ID, Account, Repository
from teams.enums import Inactive
from teams.logins import free_logins
from teams.models import Project, User

LONGEST_NAME, LONGEST_USER, LONGEST_DESCRIPTION = 100, 200, 300
FOLLOWED = ("name", "repository", "github_id", "description", "archived_at", "inactive", "seen_at", "private_reporting")


@dataclass(slots=True)
class Changes:
    """`says`: what changed, as sentences. `ends`: the projects that are active no more, by names of `end_of`."""

    says: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)


def end_of(project: Project) -> str:
    return f"project:{project.github_id or project.repository}"


def follow_repositories(repositories: Sequence[Repository], *, now: datetime) -> tuple[dict[int, Project], Changes]:
    """The projects by GitHub's ids, as they are now."""
    changes = Changes()
    everything = list(Project.objects.all())
    before = {project.pk: _as_row(project) for project in everything}
    known = {project.github_id: project for project in everything if project.github_id}
    unlinked = {project.repository.lower(): project for project in everything if not project.github_id}
    followed: dict[int, Project] = {}
    for repository in repositories:
        project = known.get(repository.id) or unlinked.get(repository.full_name.lower()) or Project()
        _follow(project, repository, changes, now=now)
        followed[repository.id] = project
    alive = {project.pk for project in followed.values()}
    others = [project for project in everything if project.pk not in alive]
    for project in others:
        if project.github_id and project.inactive != Inactive.GONE:
            _let_go(project, changes, now=now)
    _give_names([*followed.values()], others)
    _save([project for project in everything if before[project.pk] != _as_row(project)])
    Project.objects.bulk_create([project for project in followed.values() if not project.pk], batch_size=500)
    return followed, changes


def _as_row(project: Project) -> tuple[object, ...]:
    return tuple(getattr(project, name) for name in FOLLOWED)


def _follow(project: Project, repository: Repository, changes: Changes, *, now: datetime) -> None:
    if not project.pk:
        changes.says.append(f"{repository.full_name} is new.")
    elif project.repository != repository.full_name:
        changes.says.append(f"{project.repository} is called {repository.full_name} now.")
    if not project.name or project.name == project.repository.rpartition("/")[2]:
        project.name = _line(repository.full_name.rpartition("/")[2], LONGEST_NAME)
    project.repository = repository.full_name
    project.github_id = repository.id
    project.description = _line(repository.description, LONGEST_DESCRIPTION)
    project.seen_at = project.seen_at or now
    if repository.private_reporting is not None:
        project.private_reporting = repository.private_reporting
    _archive(project, repository, changes, now=now)


def _archive(project: Project, repository: Repository, changes: Changes, *, now: datetime) -> None:
    """What somebody here declared deprecated stays so until somebody here takes it back."""
    if repository.archived and project.is_active:
        project.archived_at, project.inactive = now, Inactive.ARCHIVED
        if project.pk:
            changes.says.append(f"{repository.full_name} was archived.")
            changes.ends.append(end_of(project))
    elif repository.archived and project.inactive:
        project.inactive = Inactive.ARCHIVED
    elif not repository.archived and project.inactive:
        project.archived_at, project.inactive = None, ""
        changes.says.append(f"{repository.full_name} is active again.")


def _let_go(project: Project, changes: Changes, *, now: datetime) -> None:
    """Deleted or transferred. What was declared deprecated here before stays so, should it come back."""
    changes.says.append(f"{project.repository} is not in the organisation any more.")
    if project.is_active:
        changes.ends.append(end_of(project))
        project.archived_at, project.inactive = now, Inactive.GONE
    elif project.inactive:
        project.inactive = Inactive.GONE


def _give_names(living: Sequence[Project], others: Sequence[Project]) -> None:
    """A repository that is gone gives its name to one that is there; whoever has a name here already keeps it."""
    repositories = {project.repository for project in living}
    for other in others:
        if other.repository in repositories:
            other.repository = f"{other.repository[:180]} (formerly {other.pk})"
    taken = {other.name for other in others if other.is_active}
    for project in sorted(living, key=lambda each: each.pk or GREATEST_ID):
        if project.name in taken:
            project.name = f"{project.name[:75]} ({project.github_id})"
        taken.add(project.name)
    for other in others:
        if not other.is_active and other.name in taken:
            other.name = f"{other.name[:80]} (formerly {other.pk})"


def _save(changed: Sequence[Project]) -> None:
    """By way of names that nobody has: two may have swapped theirs."""
    for project in changed:
        Project.objects.filter(pk=project.pk).update(name=f"~{project.pk}", repository=f"~{project.pk}")
    Project.objects.bulk_update(changed, FOLLOWED, batch_size=500)


def follow_people(accounts: Mapping[int, Account], *, needed: Iterable[int]) -> tuple[dict[int, User], list[str]]:
    """Everybody known, by GitHub's ids, under today's logins, and those `needed`; what changed, in sentences."""
    known = {person.github_id: person for person in User.objects.all()}
    says: list[str] = []
    renamed = []
    for number, account in accounts.items():
        person = known.get(number)
        if person is not None and person.github_login != account.login:
            says.append(f"@{person.github_login} is called @{account.login} now.")
            person.github_login = account.login
            renamed.append(person)
    new = [_new(accounts[number]) for number in sorted(set(needed) - known.keys())]
    free_logins([*renamed, *new])
    User.objects.bulk_update(renamed, ["github_login"], batch_size=500)
    known |= {person.github_id: person for person in User.objects.bulk_create(new, batch_size=500)}
    return known, says


def _new(account: Account) -> User:
    person = User(
        github_id=account.id, github_login=_line(account.login, LONGEST_NAME), name=_line(account.name, LONGEST_USER)
    )
    person.set_unusable_password()
    return person


def _line(text: str, longest: int) -> str:
    return characters.storable(text).strip()[:longest]
