"""Writing an issue that its reporter agreed to on GitHub, once, and closing the report with it (P6).

No transaction is open while GitHub is asked. Whoever dies in between leaves a row that says that it may be there: the
next one looks for its mark before anything is sent again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, QuerySet

from disclosures.enums import PublicityState, Task
from disclosures.models import PublicIssue
from disclosures.publicity import HARMLESS
from disclosures.repositories import github_for
from portal.github import GitHub, GitHubError, Issue, Uncertain
from portal.policy import Clause, enforces
from portal.queue import enqueue
from portal.viewer import SYSTEM, acting_as
from reports import history, lifecycle
from reports.enums import DeclineReason, EventKind
from reports.guards import Decision, Refused
from reports.lifecycle import Move
from reports.models import Report
from teams.membership import viewer_for

LEASE: Final = timedelta(minutes=3)
"""Longer than a visit to GitHub takes."""
SOON, LATER = timedelta(minutes=5), timedelta(hours=1)
"""When it is tried again: after what passes by itself, and after what somebody has to put right."""
CLOCKS_DIFFER: Final = timedelta(hours=1)
BATCH: Final = 50
LETTER: Final = """Hello,

as you agreed, your report is an ordinary issue now, for everybody to read: {url}

What becomes of it can be followed there. Thank you for telling us first. We close the report here."""

type WallClock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Visit:
    """What is to be written where. `may_be_there`: an earlier visit may have done it."""

    report: Report
    repository: str
    title: str
    body: str
    marker: str
    since: datetime
    may_be_there: bool


def ring_for_due(*, now: datetime) -> None:
    """Every minute: whatever was agreed to and is not there yet, whether or not a bell for it was heard."""
    for number in _due(now).order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:BATCH]:
        enqueue(Task.MAKE_PUBLIC, number)


@enforces(Clause.P6)
def make(number: int, *, clock: WallClock) -> None:
    """One visit to GitHub for one issue, if it is due and nobody else is at it."""
    with acting_as(SYSTEM):
        visit = _claimed(number, now=clock())
    if visit is None:
        return
    may_be_there = visit.may_be_there
    try:
        github = github_for(visit.report)
        issue = _looked_for(visit, github)
        if issue is None:
            may_be_there = False
            issue = github.create_issue(visit.repository, {"title": visit.title, "body": visit.body})
    except GitHubError as trouble:
        lost = may_be_there or isinstance(trouble, Uncertain)
        with acting_as(SYSTEM):
            _put_off(number, trouble, may_be_there=lost, now=clock())
        return
    with acting_as(SYSTEM):
        _keep(number, issue, now=clock())


def _due(now: datetime) -> QuerySet[PublicIssue]:
    return PublicIssue.objects.filter(state=PublicityState.AGREED, next_attempt_at__lte=now, report__erased_at=None)


def _claimed(number: int, *, now: datetime) -> Visit | None:
    row = _due(now).select_related("report", "project").filter(pk=number).first()
    if row is None:
        return None
    if row.report.state not in HARMLESS and not row.may_be_there:
        PublicIssue.objects.filter(pk=number, state=PublicityState.AGREED).update(state=PublicityState.DROPPED)
        return None
    taken = PublicIssue.objects.filter(pk=number, state=PublicityState.AGREED, next_attempt_at__lte=now).update(
        next_attempt_at=now + LEASE, attempts=F("attempts") + 1, may_be_there=True
    )
    if not taken:
        return None
    return Visit(
        report=row.report,
        repository=row.project.repository,
        title=row.title,
        body=row.whole_text,
        marker=row.marker,
        since=row.asked_at - CLOCKS_DIFFER,
        may_be_there=row.may_be_there,
    )


def _looked_for(visit: Visit, github: GitHub) -> Issue | None:
    """Whether an earlier visit has done it after all."""
    if not visit.may_be_there:
        return None
    found = github.issues_since(visit.repository, visit.since)
    return next((issue for issue in found if visit.marker in issue.body), None)


def _put_off(number: int, trouble: GitHubError, *, may_be_there: bool, now: datetime) -> None:
    """After a lost answer it is looked for; after a refusal nothing is there."""
    row = PublicIssue.objects.select_related("report").get(pk=number)
    row.problem, row.may_be_there = str(trouble)[:300], may_be_there
    row.next_attempt_at = now + (SOON if may_be_there else LATER)
    row.save(update_fields=["problem", "may_be_there", "next_attempt_at"])


def _keep(number: int, issue: Issue, *, now: datetime) -> None:
    row = PublicIssue.objects.select_related("report", "asked_by").get(pk=number)
    if row.state != PublicityState.AGREED:
        return
    row.state, row.number, row.url, row.made_at = PublicityState.MADE, issue.number, issue.html_url, now
    row.problem, row.may_be_there = "", False
    row.save(update_fields=["state", "number", "url", "made_at", "problem", "may_be_there"])
    history.append(row.report, EventKind.MADE_PUBLIC, by=row.asked_by, now=now, issue=row.pk)
    _close(row, now=now)


def _close(row: PublicIssue, *, now: datetime) -> None:
    """In the name of whoever proposed it; if they may not any more, somebody else closes it by hand."""
    decision = Decision(reason=DeclineReason.ORDINARY_BUG, message=LETTER.format(url=row.url))
    with acting_as(viewer_for(row.asked_by)):
        try:
            lifecycle.move(row.report, Move.DECLINE, by=row.asked_by, decision=decision, now=now)
        except Refused:
            return
