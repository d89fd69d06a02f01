"""Who may be here, and why: the answers of the pages about people and projects."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Q

from teams import evidence
from teams.eligibility import Verdict, judge
from teams.enums import Sign
from teams.models import Maintainership, Project, SecurityTeamMembership, User

ENOUGH_PUBLISHERS = 2


@dataclass(frozen=True, slots=True)
class OnProject:
    """A person on a project, with the verdict about them there."""

    user: User
    project: Project
    verdict: Verdict
    is_member: bool
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Overview:
    project: Project
    maintainers: Sequence[OnProject]
    publishers: Sequence[User]

    @property
    def too_few_publish(self) -> bool:
        """Nor would GitHub tell anybody else of a private report: it tells the same people."""
        return self.project.is_active and len(self.publishers) < ENOUGH_PUBLISHERS

    @property
    def takes_no_private_reports(self) -> bool:
        return self.project.is_active and self.project.private_reporting is False

    @property
    def settings_url(self) -> str:
        """Where an administrator of the repository switches private reporting on."""
        return f"{settings.GITHUB_WEB_URL}/{self.project.repository}/settings/security_analysis"


@dataclass(slots=True)
class ByHand:
    """What somebody can do on GitHub, and the portal cannot take away."""

    roles: list[str] = field(default_factory=list)
    teams: set[str] = field(default_factory=set)
    is_security_manager: bool = False

    def __bool__(self) -> bool:
        return bool(self.roles or self.teams or self.is_security_manager)


def of_projects(projects: Sequence[Project], *, now: datetime) -> list[Overview]:
    """In a fixed number of queries, however many projects."""
    seen = evidence.latest(projects=[project.pk for project in projects])
    facts = evidence.facts_of(seen)
    publishers = evidence.publishers_of(projects)
    numbers = {pair.user for pair in facts}.union(*publishers.values())
    people = User.objects.in_bulk(numbers)
    members = _members(numbers, now=now)
    by_number = {project.pk: project for project in projects}
    found: dict[int, list[OnProject]] = {project.pk: [] for project in projects}
    for pair, each in facts.items():
        verdict = judge(each, policy=settings.POLICY.team, now=now)
        if verdict.is_maintainer:
            found[pair.project].append(
                OnProject(
                    user=people[pair.user],
                    project=by_number[pair.project],
                    verdict=verdict,
                    is_member=pair.user in members,
                    is_confirmed=each.confirmation is not None,
                )
            )
    return [
        Overview(
            project=project,
            maintainers=sorted(found[project.pk], key=lambda each: str(each.user).lower()),
            publishers=sorted(
                (people[number] for number in publishers[project.pk]), key=lambda each: str(each).lower()
            ),
        )
        for project in projects
    ]


def of_person(user: User, *, now: datetime) -> list[OnProject]:
    """On each project where anything is known of them."""
    facts = evidence.facts_of(evidence.latest(users=[user.pk]))
    projects = Project.objects.in_bulk({pair.project for pair in facts})
    is_member = bool(_members([user.pk], now=now))
    rows = [
        OnProject(
            user=user,
            project=projects[pair.project],
            verdict=judge(each, policy=settings.POLICY.team, now=now),
            is_member=is_member,
            is_confirmed=each.confirmation is not None,
        )
        for pair, each in facts.items()
    ]
    return sorted(rows, key=lambda row: (not row.verdict.is_eligible, row.project.name))


def by_hand(user: User) -> ByHand:
    found = ByHand()
    projects = {}
    for place, seen in evidence.latest(users=[user.pk]).items():
        if not seen.holds:
            continue
        match place.sign:
            case Sign.ROLE if place.project:
                projects[place.project] = seen.value
            case Sign.TEAM:
                found.teams.add(place.subject)
            case Sign.SECURITY_MANAGER:
                found.is_security_manager = True
    names = Project.objects.in_bulk(projects)
    found.roles = sorted(f"{role} on {names[number].repository}" for number, role in projects.items())
    return found


def _members(users: Iterable[int], *, now: datetime) -> set[int]:
    return set(SecurityTeamMembership.objects.current(at=now).filter(user__in=users).values_list("user_id", flat=True))


def team_on(day: date) -> list[SecurityTeamMembership]:
    """Who belonged to the team at any moment of that day, with why it began and ended."""
    begins = datetime.combine(day, datetime.min.time(), tzinfo=settings.POLICY.calendar.zone)
    ends = begins + timedelta(days=1)
    return list(
        SecurityTeamMembership.objects.filter(Q(until=None) | Q(until__gt=begins), since__lt=ends)
        .select_related("user", "departure")
        .order_by("since", "pk")
    )


def maintained_by(user: User, *, now: datetime) -> list[Maintainership]:
    return list(Maintainership.objects.current(at=now).filter(user=user).select_related("project"))
