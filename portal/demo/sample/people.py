"""The invented organisation: who is there, what they maintain, and since when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from portal.demo import second_factor
from portal.demo.cast import CAST, Who
from teams.enums import Inactive, Sign
from teams.models import Evidence, Maintainership, Project, SecurityTeamMembership, TermsAcceptance, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    github_id: int
    login: str
    name: str
    maintains: tuple[str, ...] = ()
    on_team: bool = False
    is_lead: bool = False
    is_administrator: bool = False
    left_team: bool = False


ROLE = "maintain"
"""What everybody has on what they maintain, as the portal saw it."""

LEAD, MEMBER, MAINTAINER = "ines-okafor", "tlindqvist", "jonas-petrov"
MEILING, RAFAEL = "meiling-h", "rafduarte"
SUNNIVA, KOFI, ELIF = "sunniva-rao", "kofi-adjei", "elif-demir"

PEOPLE = (
    Person(
        github_id=CAST[Who.LEAD].github_id,
        login=LEAD,
        name="Ines Okafor",
        maintains=("wasmcloud", "wascap"),
        on_team=True,
        is_lead=True,
    ),
    Person(
        github_id=CAST[Who.MEMBER].github_id,
        login=MEMBER,
        name="Tomasz Lindqvist",
        maintains=("wash", "capability-providers"),
        on_team=True,
    ),
    Person(
        github_id=9_000_003,
        login=MEILING,
        name="Mei-Ling Hartono",
        maintains=("wadm", "control-interface"),
        on_team=True,
    ),
    Person(
        github_id=9_000_004, login=RAFAEL, name="Rafael Duarte", maintains=("wasmcloud-operator", "wash"), on_team=True
    ),
    Person(github_id=9_000_005, login="agnes-brandt", name="Agnes Brandt", maintains=("washboard",), left_team=True),
    Person(
        github_id=CAST[Who.MAINTAINER].github_id,
        login=MAINTAINER,
        name="Jonas Petrov",
        maintains=("capability-providers", "secrets-backend"),
    ),
    Person(github_id=9_000_007, login=SUNNIVA, name="Sunniva Rao", maintains=("component-sdk-go", "examples")),
    Person(github_id=9_000_008, login=KOFI, name="Kofi Adjei", maintains=("typescript",)),
    Person(github_id=9_000_009, login=ELIF, name="Elif Demir", maintains=("wasmcloud", "wash", "examples")),
    Person(
        github_id=CAST[Who.ADMINISTRATOR].github_id,
        login="dana-whitfield",
        name="Dana Whitfield",
        is_administrator=True,
    ),
    Person(github_id=CAST[Who.USER].github_id, login="sam-visits", name="Sam Vasquez"),
)

PROJECTS = {
    "wasmcloud": "The host: runs components and connects them over a lattice.",
    "wash": "The command line for building, running and inspecting components.",
    "wadm": "Deploys applications and keeps them as their manifest says.",
    "wasmcloud-operator": "Runs hosts and applications on Kubernetes.",
    "capability-providers": "HTTP, key-value, messaging, blob store and SQL for components.",
    "control-interface": "The client library that talks to a lattice.",
    "wascap": "Signs components and reads their claims.",
    "component-sdk-go": "Writing components and providers in Go.",
    "typescript": "Libraries and templates for TypeScript.",
    "secrets-backend": "Hands secrets to components without showing them to hosts.",
    "washboard": "A dashboard for a lattice in the browser.",
    "examples": "Small applications to begin with.",
}
ARCHIVED = {"wasmcloud-otp": "The earlier host, no longer maintained."}
TAKES_NO_PRIVATE_REPORTS = frozenset({"examples"})
"""On GitHub, as it is switched off there."""
REPOSITORY_IDS = {name: number for number, name in enumerate(PROJECTS | ARCHIVED, start=7_000_001)}
"""GitHub's numbers of the repositories, as invented as the rest."""


def full_name_of(project: str) -> str:
    return f"{settings.POLICY.organisation.github_organisation}/{project}"


def settle(*, now: datetime) -> dict[str, User]:
    """Make everybody and everything; the people by their login."""
    projects = _make_projects(now=now)
    return {person.login: _make(person, projects, now=now) for person in PEOPLE}


def _make_projects(*, now: datetime) -> dict[str, Project]:
    past = now - timedelta(days=400)
    projects = [
        Project(
            name=name,
            repository=full_name_of(name),
            github_id=REPOSITORY_IDS[name],
            description=text,
            private_reporting=name not in TAKES_NO_PRIVATE_REPORTS,
            private_reporting_asked_at=now - timedelta(hours=6),
            archived_at=past if name in ARCHIVED else None,
            inactive=Inactive.ARCHIVED if name in ARCHIVED else "",
        )
        for name, text in (PROJECTS | ARCHIVED).items()
    ]
    return {project.name: project for project in Project.objects.bulk_create(projects)}


def _make(person: Person, projects: dict[str, Project], *, now: datetime) -> User:
    user = User.objects.known(
        github_id=person.github_id,
        github_login=person.login,
        name=person.name,
        email=f"{person.login}@example.org",
    )
    user.is_administrator = person.is_administrator
    user.looked_at = now - timedelta(hours=20)
    user.save(update_fields=["is_administrator", "looked_at"])
    long_ago = now - timedelta(days=500)
    _maintains(user, [projects[name] for name in person.maintains], since=long_ago, now=now)
    TermsAcceptance.objects.create(user=user, version=settings.POLICY.terms.version, accepted_at=long_ago)
    if person.on_team or person.left_team:
        SecurityTeamMembership.objects.create(
            user=user,
            is_lead=person.is_lead,
            since=long_ago,
            reason="Offered to look after reports.",
            until=now - timedelta(days=120) if person.left_team else None,
            ended_reason="Works on something else now." if person.left_team else "",
        )
    if person.maintains or person.is_administrator:
        second_factor.set_up(user)
    return user


def _maintains(user: User, projects: list[Project], *, since: datetime, now: datetime) -> None:
    reason = "Reviews and merges its changes."
    Maintainership.objects.bulk_create(
        Maintainership(user=user, project=project, since=since, reason=reason) for project in projects
    )
    Evidence.objects.bulk_create(
        Evidence(user=user, project=project, sign=Sign.ROLE, value=ROLE, seen_at=now - timedelta(days=90))
        for project in projects
    )
