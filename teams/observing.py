"""Writing down what a snapshot shows that was not known before, one observation for each change."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.github import Account, Contributor, Release
from portal.policy.team import TeamPolicy
from teams.enums import Sign
from teams.evidence import RELEASING_ROLES, Latest, Place
from teams.models import Evidence, Project, User
from teams.snapshot import OnRepository, Snapshot


@dataclass(frozen=True, slots=True)
class Scene:
    """A snapshot, and whom and what of it we know by rows of our own."""

    snapshot: Snapshot
    projects: Mapping[int, Project]
    people: Mapping[int, User]
    policy: TeamPolicy
    now: datetime

    def on_projects(self) -> Iterator[tuple[Project, OnRepository]]:
        for number, seen in self.snapshot.on.items():
            yield self.projects[number], seen


def kept_roles(policy: TeamPolicy) -> frozenset[str]:
    """Which roles are written down. Whoever may only read or write there is none of our business."""
    return policy.maintainer_roles | RELEASING_ROLES


def accounts_in(snapshot: Snapshot) -> dict[int, Account]:
    found: dict[int, Account] = {}
    for seen in snapshot.on.values():
        found |= {each.account.id: each.account for each in seen.contributors}
        found |= {each.account.id: each.account for each in seen.collaborators}
    for members in (*snapshot.teams.values(), snapshot.managers):
        found |= {account.id: account for account in members}
    return found


def needed_in(snapshot: Snapshot, *, policy: TeamPolicy) -> set[int]:
    """Whom the portal has to know: whose role, team or office may count."""
    roles = kept_roles(policy)
    found = {
        each.account.id
        for seen in snapshot.on.values()
        for each in seen.collaborators
        if each.role_name.lower() in roles
    }
    return found.union(account.id for members in (*snapshot.teams.values(), snapshot.managers) for account in members)


def news_in(scene: Scene, known: Latest) -> list[Evidence]:
    """In the order in which it should be written: of two releases, the later one last."""
    held = {place: seen.value for place, seen in known.items() if seen.holds}
    return [
        *_replaced(scene, held, Sign.ROLE, _roles(scene), within={project.pk for project, _ in scene.on_projects()}),
        *_replaced(scene, held, Sign.TEAM, _teams(scene), within={project.pk for project, _ in scene.on_projects()}),
        *_replaced(scene, held, Sign.SECURITY_MANAGER, _managers(scene), within={None}),
        *_replaced(scene, held, Sign.IN_ORGANISATION, _belonging(scene), within={None}),
        *_contributions(scene, known),
        *_releases(scene),
    ]


def _roles(scene: Scene) -> dict[Place, str]:
    roles = kept_roles(scene.policy)
    return {
        Place(scene.people[each.account.id].pk, project.pk, Sign.ROLE, ""): each.role_name.lower()
        for project, seen in scene.on_projects()
        for each in seen.collaborators
        if each.role_name.lower() in roles
    }


def _teams(scene: Scene) -> dict[Place, str]:
    return {
        Place(scene.people[account.id].pk, project.pk, Sign.TEAM, slug): ""
        for project, _ in scene.on_projects()
        for slug, members in scene.snapshot.teams.items()
        if project.repository.rpartition("/")[2].lower() in scene.policy.maintainer_teams[slug]
        for account in members
    }


def _managers(scene: Scene) -> dict[Place, str]:
    return {
        Place(scene.people[account.id].pk, None, Sign.SECURITY_MANAGER, ""): "" for account in scene.snapshot.managers
    }


def _belonging(scene: Scene) -> dict[Place, str]:
    return {
        Place(person.pk, None, Sign.IN_ORGANISATION, ""): ""
        for number, person in scene.people.items()
        if number in scene.snapshot.belonging
    }


def _replaced(
    scene: Scene, held: Mapping[Place, str], sign: Sign, seen: Mapping[Place, str], *, within: set[int] | set[None]
) -> Iterator[Evidence]:
    """What is there and was not, or was otherwise; then what was there and is not, as far as we looked."""
    for place, value in seen.items():
        if held.get(place) != value:
            yield _row(place, value=value, now=scene.now)
    for place in held:
        if place.sign == sign and place.project in within and place not in seen:
            yield _row(place, holds=False, now=scene.now)


def _contributions(scene: Scene, known: Latest) -> Iterator[Evidence]:
    for project, seen in scene.on_projects():
        for each in seen.contributors:
            person = scene.people.get(each.account.id)
            if person is not None:
                yield from _counted(person, project, each, known, now=scene.now)


def _counted(person: User, project: Project, each: Contributor, known: Latest, *, now: datetime) -> Iterator[Evidence]:
    """The first count says nothing about when; a later and higher one does. Rewritten history may lower it."""
    places = (Place(person.pk, project.pk, sign, "") for sign in (Sign.COUNTED, Sign.CONTRIBUTED))
    last = max((known[place] for place in places if place in known), key=lambda seen: seen.pk, default=None)
    if last is not None and last.number == each.contributions:
        return
    rose = last is not None and each.contributions > (last.number or 0)
    yield _row(
        Place(person.pk, project.pk, Sign.CONTRIBUTED if rose else Sign.COUNTED, ""),
        number=each.contributions,
        now=now,
    )


def _releases(scene: Scene) -> Iterator[Evidence]:
    """Those that can still show that somebody is active, each once."""
    told = set(Evidence.objects.filter(sign=Sign.RELEASED).values_list("project_id", "number"))
    found = [
        (published_at, project, release, person)
        for project, seen in scene.on_projects()
        for release in seen.releases
        for published_at, person in _published(release, scene)
        if (project.pk, release.id) not in told
    ]
    for published_at, project, release, person in sorted(found, key=lambda each: (each[0], each[2].id)):
        yield _row(
            Place(person.pk, project.pk, Sign.RELEASED, ""),
            value=release.tag[:200],
            number=release.id,
            happened_at=published_at,
            now=scene.now,
        )


def _published(release: Release, scene: Scene) -> Iterator[tuple[datetime, User]]:
    """When, and by whom; nothing of drafts, of strangers, and of what is long ago."""
    person = scene.people.get(release.author.id) if release.author else None
    if person is not None and release.published_at is not None and not release.draft:
        at = min(release.published_at, scene.now)
        if at > scene.now - scene.policy.active_span:
            yield at, person


def _row(
    place: Place,
    *,
    now: datetime,
    holds: bool = True,
    value: str = "",
    number: int | None = None,
    happened_at: datetime | None = None,
) -> Evidence:
    return Evidence(
        user_id=place.user,
        project_id=place.project,
        sign=place.sign,
        subject=place.subject,
        holds=holds,
        value=value,
        number=number,
        seen_at=now,
        happened_at=happened_at,
    )


def emptied(snapshot: Snapshot, known: Latest, projects: Iterable[Project]) -> list[str]:
    """Empty answers where there was something, by names: they may be true, and a person says so (trap 21)."""
    there = {(place.project, place.sign) for place, seen in known.items() if seen.holds}
    teams = {place.subject for place, seen in known.items() if seen.holds and place.sign == Sign.TEAM}
    found = []
    for project in projects:
        seen = snapshot.on.get(project.github_id or 0)
        if seen is None:
            continue
        signs: dict[str, tuple[tuple[object, ...], set[Sign]]] = {
            "roles": (seen.collaborators, {Sign.ROLE}),
            "contributors": (seen.contributors, {Sign.COUNTED, Sign.CONTRIBUTED}),
            "releases": (seen.releases, {Sign.RELEASED}),
        }
        found += [
            f"empty:{what}:{project.github_id}"
            for what, (rows, kinds) in signs.items()
            if not rows and any((project.pk, kind) in there for kind in kinds)
        ]
    found += [f"empty:team:{slug}" for slug, members in snapshot.teams.items() if not members and slug in teams]
    if not snapshot.managers and (None, Sign.SECURITY_MANAGER) in there:
        found.append("empty:managers")
    if not snapshot.belonging and (None, Sign.IN_ORGANISATION) in there:
        found.append("empty:organisation")
    return found
