"""Tells GitHub what was wished for: one errand at a time, each by whoever claims it, until none is due.

What is done over there is done before its row says so, and while no transaction is open. A worker that is killed in
between leaves an errand that is taken up again when its lease is over: each looks first whether it was done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from portal.github import GitHubError, Limited, github
from portal.viewer import SYSTEM, acting_as
from reports import history
from reports.enums import Errand, EventKind
from reports.github_reports import deeds, errands, noticing
from reports.github_reports.deeds import Call, Told
from reports.models import GitHubErrand, GitHubReport, Report

BACKOFF: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 10, 30, 120))
LONGEST_PROBLEM: Final = 300

type WallClock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Attempt:
    """`errand` as it was claimed: what is wished for later is told later."""

    errand: GitHubErrand
    row: GitHubReport
    call: Call


def tell(report_id: int, *, clock: WallClock) -> None:
    """Everything that is due about one report."""
    tried: set[int] = set()
    while attempt := _claimed(report_id, tried, now=clock()):
        tried.add(attempt.errand.pk)
        try:
            told = attempt.call(github())
            with acting_as(SYSTEM):
                _keep(attempt, told, now=clock())
        except GitHubError as trouble:
            with acting_as(SYSTEM):
                _fail(attempt, trouble, now=clock())


def _claimed(report_id: int, tried: set[int], *, now: datetime) -> Attempt | None:
    with acting_as(SYSTEM):
        due = GitHubErrand.objects.filter(errands.due(now), report=report_id).exclude(pk__in=tried)
        for errand in sorted(due, key=lambda each: list(Errand).index(Errand(each.kind))):
            if _claim(errand, now=now):
                rows = GitHubReport.objects.select_related("report", "project")
                row = rows.get(report=report_id)
                errand.report = row.report
                return Attempt(errand, row, deeds.DEEDS[Errand(errand.kind)](row))
    return None


def _claim(errand: GitHubErrand, *, now: datetime) -> bool:
    until = now + errands.LEASE
    claimed = GitHubErrand.objects.filter(errands.due(now), pk=errand.pk, wished=errand.wished)
    errand.leased_until = until
    return bool(claimed.update(leased_until=until, attempts=F("attempts") + 1))


def _keep(attempt: Attempt, told: Told, *, now: datetime) -> None:
    errand = attempt.errand
    if not _is_ours(attempt):
        return
    kept = GitHubErrand.objects.filter(pk=errand.pk)
    kept.update(told=errand.wished, told_at=now, leased_until=None)
    errand.problem = ""
    errand.save(update_fields=["problem"])
    if told.placed is not None:
        attempt.row.placed = told.placed
        attempt.row.save(update_fields=["placed"])
    noticing.compare(attempt.row, told.found, ours=told.ours, now=now)
    if told.did:
        history.append(attempt.row.report, EventKind.GITHUB_TOLD, by=None, now=now, what=errand.kind)


def _fail(attempt: Attempt, trouble: GitHubError, *, now: datetime) -> None:
    """Told in our words: none of them is GitHub's, which may quote the report."""
    if not _is_ours(attempt):
        return
    errand = attempt.errand
    errand.refresh_from_db(fields=["attempts"])
    again_at = now + BACKOFF[min(errand.attempts, len(BACKOFF)) - 1]
    if isinstance(trouble, Limited) and trouble.retry_at:
        again_at = max(again_at, trouble.retry_at)
    errand.problem, errand.leased_until, errand.next_attempt_at = str(trouble)[:LONGEST_PROBLEM], None, again_at
    errand.save(update_fields=["problem", "leased_until", "next_attempt_at"])


def _is_ours(attempt: Attempt) -> bool:
    """Locks it, after its report. Whoever took it over after our lease knows better; so does an erasure."""
    reports = Report.objects.select_for_update(no_key=True, of=("self",))
    if reports.get(pk=attempt.row.report_id).erased_at is not None:
        return False
    ours = GitHubErrand.objects.filter(pk=attempt.errand.pk, leased_until=attempt.errand.leased_until)
    return ours.select_for_update(no_key=True, of=("self",)).first() is not None
