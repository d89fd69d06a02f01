"""What was seen of people, put together as facts about each of them on each project."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

from teams.eligibility import Confirmation, Facts, Held
from teams.enums import Sign
from teams.models import Evidence, Project, User

PUBLISHING_ROLE = "admin"
RELEASING_ROLES = frozenset({"admin", "maintain"})


class Pair(NamedTuple):
    """A person and a project, by our ids."""

    user: int
    project: int


class Place(NamedTuple):
    """Where one observation replaces another."""

    user: int
    project: int | None
    sign: str
    subject: str


@dataclass(frozen=True, slots=True)
class Observation:
    pk: int
    holds: bool
    value: str
    number: int | None
    at: datetime
    by: str
    reason: str


type Latest = Mapping[Place, Observation]


def latest(*, users: Iterable[int] | None = None, projects: Iterable[int] | None = None) -> dict[Place, Observation]:
    """The last observation of each kind; of these people and on these projects only, if given."""
    asked = Evidence.objects.all()
    if users is not None:
        asked = asked.filter(user__in=list(users))
    if projects is not None:
        asked = asked.filter(Q(project__in=list(projects)) | Q(project=None))
    rows = (
        asked.order_by("user_id", "project_id", "sign", "subject", "-id")
        .distinct("user_id", "project_id", "sign", "subject")
        .values_list(
            "user_id", "project_id", "sign", "subject", "pk", "holds", "value", "number", "seen_at", "happened_at",
            "by_id", "reason",
        )
    )  # fmt: skip
    names = {person.pk: str(person) for person in User.objects.filter(evidence_given__isnull=False).distinct()}
    return {
        Place(user, project, sign, subject): Observation(
            pk=pk,
            holds=holds,
            value=value,
            number=number,
            at=happened_at or seen_at,
            by=names.get(by, ""),
            reason=reason,
        )
        for user, project, sign, subject, pk, holds, value, number, seen_at, happened_at, by, reason in rows
    }


def facts_of(observations: Latest) -> dict[Pair, Facts]:
    """For each person and project of which something is known."""
    of_pairs: defaultdict[Pair, dict[tuple[str, str], Observation]] = defaultdict(dict)
    left: dict[int, datetime] = {}
    for place, seen in observations.items():
        if place.project is not None:
            of_pairs[Pair(place.user, place.project)][place.sign, place.subject] = seen
        elif place.sign == Sign.IN_ORGANISATION and not seen.holds:
            left[place.user] = seen.at
    projects = Project.objects.in_bulk({pair.project for pair in of_pairs})
    closed = set(
        User.objects.filter(is_active=False, pk__in={pair.user for pair in of_pairs}).values_list("pk", flat=True)
    )
    return {
        pair: _facts(
            seen,
            project=projects[pair.project],
            account_is_open=pair.user not in closed,
            left_organisation_at=left.get(pair.user),
        )
        for pair, seen in of_pairs.items()
    }


def _facts(
    seen: Mapping[tuple[str, str], Observation],
    *,
    project: Project,
    account_is_open: bool,
    left_organisation_at: datetime | None,
) -> Facts:
    holding = {sign: each for sign, each in seen.items() if each.holds}
    confirmed = holding.get((Sign.CONFIRMED, ""))
    contributed = holding.get((Sign.CONTRIBUTED, ""))
    return Facts(
        repository=project.repository,
        project_ended="" if project.is_active else project.why_inactive,
        account_is_open=account_is_open,
        role=_held(holding.get((Sign.ROLE, ""))),
        teams=tuple(Held(subject, each.at) for (sign, subject), each in sorted(holding.items()) if sign == Sign.TEAM),
        confirmation=Confirmation(confirmed.at, confirmed.by, confirmed.reason) if confirmed else None,
        left_organisation_at=left_organisation_at,
        contributed_at=contributed.at if contributed else None,
        released=_held(holding.get((Sign.RELEASED, ""))),
    )


def _held(seen: Observation | None) -> Held | None:
    return Held(seen.value, seen.at) if seen else None


def publishers_of(projects: Iterable[Project]) -> dict[int, set[int]]:
    """Who may publish advisories, by project: administrators of the repository, and security managers everywhere."""
    numbers = [project.pk for project in projects]
    seen = latest(projects=numbers)
    managers = {place.user for place, each in seen.items() if place.sign == Sign.SECURITY_MANAGER and each.holds}
    found = {number: set(managers) for number in numbers}
    for place, each in seen.items():
        if place.project is not None and place.sign == Sign.ROLE and each.holds and each.value == PUBLISHING_ROLE:
            found[place.project].add(place.user)
    return found


def releasers_of(project: Project) -> QuerySet[User]:
    """Whose role on the repository lets them release there."""
    seen = latest(projects=[project.pk])
    roles = {
        place.user
        for place, each in seen.items()
        if place.project == project.pk and place.sign == Sign.ROLE and each.holds and each.value in RELEASING_ROLES
    }
    return User.objects.filter(is_active=True, pk__in=roles)
