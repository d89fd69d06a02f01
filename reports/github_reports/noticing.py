"""What others change about a private report on GitHub is noticed, told, and never taken for the report's own state."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import transaction

from portal.github import AdvisoryState, RepositoryAdvisory
from portal.policy import Clause, enforces
from reports import history, notices, search
from reports.enums import Errand, EventKind, NoticeKind, OnGitHub
from reports.github_reports import content
from reports.github_reports.content import Part, name_of
from reports.models import GitHubErrand, GitHubReport, Report

BY_ERRAND: Final = {Errand.STATE: Part.STATE, Errand.SEVERITY: Part.SEVERITY}
"""What changes there when GitHub is told."""
TEXT: Final = frozenset(Part) - {Part.STATE}


@enforces(Clause.P11)
def compare(row: GitHubReport, found: RepositoryAdvisory, *, now: datetime, ours: Collection[Part] = ()) -> list[Part]:
    """Keep what it says now, and tell the coordinator what somebody else has changed; what that was.

    `ours`: the parts that the portal itself has just written.
    """
    with transaction.atomic():
        report = Report.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.report_id)
        known = GitHubReport.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if report.erased_at is not None or _is_older(found, known):
            return []
        known.report = report
        changed = _by_others(known, found, ours)
        _keep(known, found, changed, now=now)
        if changed:
            parts = [part.value for part in changed]
            event = history.append(
                report, EventKind.GITHUB_CHANGED, by=None, now=now, fields=parts, to=found.state.value
            )
            notices.tell_coordinator(report, NoticeKind.GITHUB_CHANGED, fact=f"event:{event.pk}", now=now)
    return changed


def _is_older(found: RepositoryAdvisory, known: GitHubReport) -> bool:
    """An answer that was overtaken by a later one."""
    return found.updated_at is not None and known.updated_at is not None and found.updated_at < known.updated_at


def _by_others(known: GitHubReport, found: RepositoryAdvisory, ours: Collection[Part]) -> list[Part]:
    tried = [row.kind for row in GitHubErrand.objects.filter(report=known.report) if row.was_tried]
    expected = {*ours, *(BY_ERRAND[Errand(kind)] for kind in tried if kind in BY_ERRAND)}
    if known.writing_since is not None:
        expected |= TEXT
    changed = [part for part in content.differences(known.content, found) if part not in expected]
    if Part.STATE in changed and _is_told_elsewhere(known, found):
        changed.remove(Part.STATE)
    return changed


def _is_told_elsewhere(known: GitHubReport, found: RepositoryAdvisory) -> bool:
    """Its disclosure publishes it and sees whether somebody else did; an accepted one is what it works on."""
    return known.conducted_at is not None and found.state in {AdvisoryState.PUBLISHED, AdvisoryState.DRAFT}


def _keep(known: GitHubReport, found: RepositoryAdvisory, changed: list[Part], *, now: datetime) -> None:
    forgotten = content.PEOPLE if not known.submitter else frozenset()
    known.state = OnGitHub(found.state.value)
    known.content = content.written(found, but=forgotten)
    known.updated_at, known.seen_at = found.updated_at, now
    if changed:
        known.changed_at, known.changed = now, [part.value for part in changed]
    known.save(update_fields=["state", "content", "updated_at", "seen_at", "changed_at", "changed"])
    _follow(known, found)


def _follow(known: GitHubReport, found: RepositoryAdvisory) -> None:
    """Call the reporter what their account is called today, unless they have said what they want to be called."""
    author, before = found.author, known.submitter_login
    if author is None or not known.is_by(author.id) or author.login == before:
        return
    known.submitter_login = author.login
    known.save(update_fields=["submitter_login"])
    reporter = known.reporter
    reporter.report = known.report
    if reporter.name == name_of(before):
        reporter.name = name_of(author.login)
        reporter.save(update_fields=["name"])
        search.index(known.report)


def forget_people(report: Report) -> None:
    """Nobody can be known by it any more; what the report says there stays to be compared."""
    for row in GitHubReport.objects.filter(report=report):
        row.report = report
        row.submitter = row.submitter_login = row.finders = ""
        row.content = content.without_people(row.content)
        row.save(update_fields=["submitter", "submitter_login", "finders", "content"])
