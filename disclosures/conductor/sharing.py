"""Who is let into the drafts on GitHub follows who is on the patch team, day by day (P27)."""

from collections.abc import Mapping
from datetime import datetime

from disclosures.enums import RepositoryAdvisoryState, StepKind, StepState, Task
from disclosures.models import RepositoryAdvisory, Step
from portal.policy import Clause, enforces
from portal.queue import enqueue
from reports.enums import PATCH_ROLES
from reports.models import Grant, Report

type Logins = Mapping[int, str]
"""By the number of the person here."""


@enforces(Clause.P8, Clause.P27)
def let_in(report: Report) -> Logins:
    team = Grant.objects.in_force().filter(report=report, role__in=PATCH_ROLES, user__is_active=True)
    return {number: login for number, login in team.values_list("user", "user__github_login") if number is not None}


def keep(row: RepositoryAdvisory, team: Logins) -> None:
    RepositoryAdvisory.objects.filter(pk=row.pk).update(let_in=sorted(team))


@enforces(Clause.P8, Clause.P27)
def sweep(*, now: datetime) -> None:
    """Have a draft shared anew whose circle is another one by now. Safe to run twice."""
    shared = Step.objects.filter(kind=StepKind.COLLABORATORS, state=StepState.DONE)
    rows = RepositoryAdvisory.objects.filter(state=RepositoryAdvisoryState.DRAFT, let_in__isnull=False)
    for row in rows.filter(report__in=shared.values("report_id")).select_related("report"):
        if set(row.let_in or ()) == let_in(row.report).keys():
            continue
        again = shared.filter(report=row.report_id, advisory=row.advisory_id, project=row.project_id)
        if again.update(state=StepState.WAITING, done_at=None, next_attempt_at=now, attempts=0):
            enqueue(Task.CONDUCT, row.report_id)
