"""Looking at a GitHub in memory, and what came of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.conf import settings

from teams import github_sync, leaving
from teams.models import Departure, Evidence, Maintainership, Project, SecurityTeamMembership, SyncRun, User
from tests.github.memory import InMemory

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POLICY = settings.POLICY.team


def synced(github: InMemory, at: datetime = NOON, **policy: object) -> SyncRun:
    return github_sync.sync(github, policy=replace(POLICY, **policy), clock=lambda: at)  # type: ignore[arg-type] # each test names real keys


def maintainers() -> set[tuple[int, str]]:
    rows = Maintainership.objects.filter(until=None).select_related("user", "project")
    return {(row.user.github_id, row.project.name) for row in rows}


def joins(number: int, *, at: datetime = NOON) -> SecurityTeamMembership:
    person = User.objects.get(github_id=number)
    return SecurityTeamMembership.objects.create(user=person, since=at, reason="Joined.")


def leaving_now() -> set[int]:
    return {departure.membership.user.github_id for departure in leaving.announced()}


def everything() -> dict[str, list[dict[str, object]]]:
    """Each row that a sync might touch, but not its own record."""
    models = (User, Project, Maintainership, SecurityTeamMembership, Evidence, Departure)
    return {model.__name__: [*model._default_manager.order_by("pk").values()] for model in models}  # noqa: SLF001
