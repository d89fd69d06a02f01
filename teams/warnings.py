"""What should worry the team about itself: worked out with each sync, and read by the dashboard in one query."""

from collections.abc import Callable
from datetime import datetime, timedelta

from portal.policy.team import TeamPolicy
from teams import evidence, rota
from teams.enums import Outcome
from teams.models import Maintainership, Project, SyncRun

ENOUGH_PUBLISHERS = 2
MOST_NAMED = 5


def found(*, policy: TeamPolicy, now: datetime) -> list[str]:
    """Sentences, the most urgent first; none if all is well."""
    return [
        *_silence(policy=policy, now=now),
        *_waiting(),
        *_small_team(policy=policy, now=now),
        *_projects(now=now),
        *(sentence for others in _others for sentence in others(now)),
    ]


type Others = Callable[[datetime], list[str]]
_others: list[Others] = []


def also(others: Others) -> Others:
    """From now on what these say is said too. Apps that build on teams say so when they are ready."""
    if others not in _others:
        _others.append(others)
    return others


def latest() -> list[str]:
    """As of the last sync, whatever became of it."""
    said = SyncRun.objects.order_by("-started_at", "-pk").values_list("warnings", flat=True).first()
    return list(said or ())


def _silence(*, policy: TeamPolicy, now: datetime) -> list[str]:
    """What is known stays in force while GitHub does not answer, and that must not go unnoticed (AUT-05)."""
    answered = SyncRun.objects.exclude(outcome=Outcome.FAILED).order_by("-finished_at").first()
    first = SyncRun.objects.order_by("started_at").first()
    since = answered.finished_at if answered else first.started_at if first else now
    if since is None or now - since < timedelta(hours=policy.alert_after_hours):
        return []
    return [f"GitHub was not followed since {since:%-d %B %Y, %H:%M} UTC: who may see reports may be out of date."]


def _waiting() -> list[str]:
    if SyncRun.objects.waiting().exists():
        return ["The last sync would change more than it may by itself, and waits for somebody to agree."]
    return []


def _small_team(*, policy: TeamPolicy, now: datetime) -> list[str]:
    members = rota.staying(now=now).count()
    if members >= policy.smallest_team:
        return []
    return [f"The security team has {members} member{'s' * (members != 1)}; {policy.smallest_team} is the least."]


def _projects(*, now: datetime) -> list[str]:
    active = list(Project.objects.filter(archived_at=None, github_id__isnull=False))
    publishers = evidence.publishers_of(active)
    maintained = set(Maintainership.objects.current(at=now).values_list("project_id", flat=True))
    lonely = [project.name for project in active if project.pk not in maintained]
    shut = [project.name for project in active if project.private_reporting is False]
    thin = [project.name for project in active if len(publishers[project.pk]) < ENOUGH_PUBLISHERS]
    return [
        *([f"Nobody maintains {_named(lonely)}."] if lonely else []),
        *([f"Fewer than two people can publish an advisory of {_named(thin)}."] if thin else []),
        *([f"Nobody can report in private on GitHub in {_named(shut)}."] if shut else []),
    ]


def _named(names: list[str]) -> str:
    shown = names[:MOST_NAMED]
    rest = len(names) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
