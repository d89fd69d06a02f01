"""Names that have to go leave GitHub too, without anybody's leave (P17); those that come late get there (P18)."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from disclosures import credit_missing, credit_obstacles, credit_places
from disclosures.conductor import beginning
from disclosures.credit_rewriting import WHY
from disclosures.enums import PlaceObstacle, RepositoryAdvisoryState, StepKind, StepState
from disclosures.models import RepositoryAdvisory, Step
from portal.policy import Clause, enforces
from reports.models import Report


@enforces(Clause.P17, Clause.P18)
def sweep(*, now: datetime) -> None:
    """What is being written again already is left to its step, and what was just tried is given time."""
    _hope_where_it_is_back_in_use()
    at_it = Step.objects.filter(kind=StepKind.REWRITE).exclude(state__in=(StepState.DONE, StepState.SKIPPED))
    waiting = credit_places.waiting(credit_places.ON_GITHUB, due=credit_obstacles.is_due(now))
    for report in waiting.exclude(pk__in=at_it.values("report_id")):
        with transaction.atomic():
            _give_up_what_is_shut(report)
            if credit_obstacles.claim(report, now=now):
                beginning.write_everywhere(report, changed=WHY, now=now)
    for report in credit_missing.on_github().exclude(pk__in=at_it.values("report_id")):
        beginning.write_everywhere(report, changed=WHY, now=now)


def _hope_where_it_is_back_in_use() -> None:
    """What was given up since its repository was archived can be written once that is undone."""
    reports = credit_obstacles.given_up_as(PlaceObstacle.ARCHIVED)
    rows = RepositoryAdvisory.objects.filter(report__in=reports, ghsa_id__isnull=False, project__archived_at=None)
    for row in rows.select_related("report", "project"):
        credit_obstacles.hope_again(row.report, row.project.repository, why=PlaceObstacle.ARCHIVED)


def _give_up_what_is_shut(report: Report) -> None:
    """Where nothing can be written: GitHub is not asked for it again."""
    obstacles: dict[str, list[PlaceObstacle | None]] = defaultdict(list)
    for row in RepositoryAdvisory.objects.filter(report=report, ghsa_id__isnull=False).select_related("project"):
        obstacles[row.project.repository].append(_obstacle(row))
    for where, found in obstacles.items():
        if (why := found[0]) is not None and None not in found:
            credit_obstacles.give_up(report, where, why)


def _obstacle(row: RepositoryAdvisory) -> PlaceObstacle | None:
    if row.state == RepositoryAdvisoryState.CLOSED:
        return PlaceObstacle.CLOSED
    return PlaceObstacle.ARCHIVED if row.project.archived_at else None
