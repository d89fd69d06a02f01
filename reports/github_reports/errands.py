"""What GitHub has to be told about a private report: wished for with the change itself, told by the worker."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import F, Q

from portal.policy import Clause, enforces
from portal.queue import enqueue
from reports.access import Permission
from reports.enums import PATCH_ROLES, Channel, Errand, OnGitHub, State, Task
from reports.guards import demand
from reports.models import GitHubErrand, GitHubReport, Grant, Report
from teams.models import User

MOST_ATTEMPTS: Final = 20
"""Then it is left until somebody has it tried again."""
LEASE: Final = timedelta(minutes=3)
"""Longer than any call takes. A killed worker's errand is taken up again after it."""


def wish(report: Report, kind: Errand, *, now: datetime) -> None:
    """Of a report that came from GitHub; of every other one nothing is to be told."""
    if report.channel != Channel.GITHUB:
        return
    GitHubErrand.objects.get_or_create(report=report, kind=kind, defaults={"next_attempt_at": now})
    GitHubErrand.objects.filter(report=report, kind=kind).update(
        wished=F("wished") + 1, attempts=0, next_attempt_at=now
    )
    enqueue(Task.TELL_GITHUB, report.pk)


@enforces(Clause.P10)
def wish_after_move(report: Report, *, now: datetime) -> None:
    """That a person has taken it on, or declined it, is told there too. What is disclosed is published there anyway."""
    if report.state in {State.TRIAGE, State.IDENTIFIED} or report.decline_reason:
        wish(report, Errand.STATE, now=now)


def wish_at_arrival(report: Report, *, now: datetime) -> None:
    """Where GitHub's comments may be used, the reporter reads there where the conversation goes on."""
    if settings.GITHUB_ADVISORY_COMMENTS:
        wish(report, Errand.COMMENT, now=now)


def try_again(report: Report, *, by: User, now: datetime) -> int:
    """Everything that could not be told, at once; how much that is."""
    demand(by, Permission.MOVE, report)
    waiting = GitHubErrand.objects.filter(UNTOLD, report=report)
    found = waiting.update(attempts=0, next_attempt_at=now)
    if found:
        enqueue(Task.TELL_GITHUB, report.pk)
    return found


UNTOLD: Final = Q(told__lt=F("wished"))


def due(now: datetime) -> Q:
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return UNTOLD & free & Q(next_attempt_at__lte=now, attempts__lt=MOST_ATTEMPTS, report__erased_at=None)


def ring_for_due(*, now: datetime) -> None:
    """Every minute: whatever is due, whether or not a bell for it was heard."""
    found = GitHubErrand.objects.filter(due(now)).order_by("report_id")
    for report in found.values_list("report_id", flat=True).distinct():
        enqueue(Task.TELL_GITHUB, report)


def keep_collaborators(*, now: datetime) -> None:
    """Every minute: whoever is on the patch team by now works on the accepted draft there, and nobody who is not."""
    accepted = GitHubReport.objects.filter(state=OnGitHub.DRAFT, report__erased_at=None)
    rows = list(accepted.exclude(report__state=State.CLOSED).select_related("report"))
    if not rows:
        return
    asked = GitHubErrand.objects.filter(UNTOLD, kind=Errand.COLLABORATORS, report__in=[row.report for row in rows])
    under_way = set(asked.values_list("report_id", flat=True))
    teams = logins_of([row.report for row in rows])
    for row in rows:
        if row.report_id not in under_way and teams.get(row.report_id, set()) != set(row.placed.split()):
            wish(row.report, Errand.COLLABORATORS, now=now)


def logins_of(reports: list[Report]) -> dict[int, set[str]]:
    """The patch teams, by what GitHub calls their people."""
    on_it = Grant.objects.in_force().filter(report__in=reports, role__in=PATCH_ROLES, user__is_active=True)
    found: dict[int, set[str]] = {}
    for report, login in on_it.values_list("report_id", "user__github_login"):
        found.setdefault(report, set()).add(login)
    return found
