"""Whether strangers may report in private on GitHub, repository by repository: asked rarely, and kept with its date."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q

from portal.github import Directory, GitHubError
from portal.policy import Clause, enforces
from teams.models import Project

EVERY: Final = timedelta(days=1)
MOST: Final = 50
"""Repositories of one round, those asked about longest ago first."""

type WallClock = Callable[[], datetime]


@enforces(Clause.P4)
def ask(source: Directory, *, clock: WallClock) -> int:
    """About how many repositories GitHub told. No transaction is open meanwhile, and what fails is left as it was."""
    due = Q(private_reporting_asked_at=None) | Q(private_reporting_asked_at__lte=clock() - EVERY)
    active = Project.objects.filter(due, archived_at=None, github_id__isnull=False)
    told = 0
    for project in active.order_by(F("private_reporting_asked_at").asc(nulls_first=True), "pk")[:MOST]:
        try:
            is_on = source.private_reporting(project.repository)
        except GitHubError:
            break
        if is_on is not None:
            told += 1
        kept = {"private_reporting": is_on} if is_on is not None else {}
        Project.objects.filter(pk=project.pk).update(**kept, private_reporting_asked_at=clock())
    return told
