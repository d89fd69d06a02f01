"""Looks at GitHub for what nobody told us: published by hand, a CVE ID that came, a release that is gone (P16, P31)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from disclosures import credit_obstacles, cves
from disclosures.conductor import doubtful, on_github, releases
from disclosures.conductor.outcome import Attempt
from disclosures.enums import CveState, ReleaseState, RepositoryAdvisoryState, StepKind, StepState, Task
from disclosures.formats import release_notes
from disclosures.models import Conduct, CveRequest, Release, RepositoryAdvisory, Step
from disclosures.repositories import github_for
from portal.github import AdvisoryState, GitHub, GitHubError, NotThere
from portal.github import Release as ReleaseOnGitHub
from portal.github import RepositoryAdvisory as OnGitHub
from portal.queue import enqueue
from portal.viewer import SYSTEM, acting_as
from reports import history, notices
from reports.enums import EventKind, NoticeKind, State
from reports.models import Report

type WallClock = Callable[[], datetime]

WATCHED: Final = (RepositoryAdvisoryState.DRAFT, RepositoryAdvisoryState.PUBLISHED, RepositoryAdvisoryState.CLOSED)
MOST: Final = 200
"""Reports of one round, those looked at longest ago first."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is looked at for one report, read before GitHub is asked."""

    going: Conduct
    advisories: tuple[RepositoryAdvisory, ...]
    releases: tuple[Release, ...]


def look(*, clock: WallClock) -> None:
    """At every report whose day was prepared or begun, until it is closed and no CVE ID is out.

    One that fails holds up no other.
    """
    with acting_as(SYSTEM):
        awaiting = CveRequest.objects.filter(report=OuterRef("report"), state=CveState.REQUESTED)
        open_ones = Conduct.objects.filter(~Q(report__state=State.CLOSED) | Exists(awaiting)).order_by("report_id")
        reports = list(open_ones.values_list("report_id", flat=True)[:MOST])
    for report in reports:
        look_at(report, clock=clock)


def look_at(report_id: int, *, clock: WallClock) -> None:
    """No transaction is open while GitHub is asked. What it does not answer changes nothing."""
    with acting_as(SYSTEM):
        watched = _watched(report_id)
    if watched is None:
        return
    try:
        github = github_for(watched.going.report)
        for row in watched.advisories:
            found = github.advisory(row.project.repository, row.ghsa_id or "")
            with acting_as(SYSTEM):
                _take_in(row, found, watched.going, now=clock())
        for seen in watched.releases:
            release = _release(github, seen)
            with acting_as(SYSTEM):
                _compare(seen, release, now=clock())
    except GitHubError:
        return


def _watched(report_id: int) -> Watched | None:
    going = Conduct.objects.filter(report=report_id).select_related("report", "started_by").first()
    if going is None:
        return None
    rows = RepositoryAdvisory.objects.filter(report=report_id, state__in=WATCHED, ghsa_id__isnull=False)
    seen = Release.objects.filter(report=report_id, state=ReleaseState.PUBLISHED)
    advisories = tuple(rows.select_related("project", "advisory"))
    found = tuple(seen.select_related("project"))
    for row in advisories:
        row.report = row.advisory.report = going.report
    for release in found:
        release.report = going.report
    return Watched(going, advisories, found)


def _take_in(row: RepositoryAdvisory, found: OnGitHub, going: Conduct, *, now: datetime) -> None:
    if found.cve_id:
        cves.arrived(cves.need(row.advisory, now=now), found.cve_id, now=now)
    was = row.state
    if found.state is AdvisoryState.PUBLISHED and was == RepositoryAdvisoryState.DRAFT:
        _take_over(row, found, going, now=now)
    elif found.state.value != was:
        RepositoryAdvisory.objects.filter(pk=row.pk, state=was).update(state=found.state.value, checked_at=now)
        if was == RepositoryAdvisoryState.CLOSED:
            credit_obstacles.hope_again(row.report, row.project.repository)
    else:
        RepositoryAdvisory.objects.filter(pk=row.pk).update(checked_at=now)


def _take_over(row: RepositoryAdvisory, found: OnGitHub, going: Conduct, *, now: datetime) -> None:
    """Somebody published it by hand. A step of ours that is at it this very moment will see so itself."""
    step = Step.objects.filter(
        report=row.report_id, kind=StepKind.PUBLISH, advisory=row.advisory_id, project=row.project_id
    ).first()
    if step is not None and step.state == StepState.RUNNING:
        return
    attempt = Attempt(step=step or Step(report=row.report, kind=StepKind.PUBLISH), conduct=going, now=now)
    on_github.note_published(attempt, row, found, people=(), by_hand=True)
    if step is not None:
        Step.objects.filter(pk=step.pk).update(state=StepState.DONE, done_at=now)
    notices.tell_team(row.report, NoticeKind.BY_HAND, fact=f"by-hand:{row.pk}", now=now)
    enqueue(Task.CONDUCT, row.report_id)


def _release(github: GitHub, seen: Release) -> ReleaseOnGitHub | None:
    try:
        return github.release(seen.project.repository, seen.github_id or 0)
    except NotThere:
        return None


def _compare(row: Release, found: ReleaseOnGitHub | None, *, now: datetime) -> None:
    """With what was seen before. A link that somebody took out of the notes is put back."""
    state = _state(row, found)
    if state != ReleaseState.PUBLISHED:
        _lose(row, found, state, now=now)
    elif found is not None and row.linked_at is not None and not _still_links(row.report, row, found):
        Release.objects.filter(pk=row.pk).update(linked_at=None)
        notes = Step.objects.filter(report=row.report_id, kind=StepKind.NOTES, project=row.project_id)
        notes.filter(state=StepState.DONE).update(state=StepState.WAITING, done_at=None, next_attempt_at=now)


def _lose(row: Release, found: ReleaseOnGitHub | None, state: ReleaseState, *, now: datetime) -> None:
    """It counts no more, people are told, and it is looked for by its tag again."""
    sight = doubtful.sight_of(found) if found else ""
    standing = Release.objects.filter(pk=row.pk, state=ReleaseState.PUBLISHED, github_id=row.github_id)
    with transaction.atomic():
        if not standing.update(state=state, seen_at=now, seen_as=sight):
            return
        history.append(row.report, EventKind.RELEASE_LOST, by=None, now=now, project=row.project_id, state=state)
        fact = f"release:{row.pk}:{state}:{now.isoformat()}"
        notices.tell_team(row.report, NoticeKind.RELEASE_LOST, fact=fact, now=now)
        doubtful.look_again(row, now=now)


def _state(row: Release, found: ReleaseOnGitHub | None) -> ReleaseState:
    if found is None:
        return ReleaseState.DELETED
    state = releases.state_of(found)
    if state is ReleaseState.PUBLISHED and row.commit and doubtful.mark_of(found) != row.commit:
        return ReleaseState.RETAGGED
    return state


def _still_links(report: Report, row: Release, found: ReleaseOnGitHub) -> bool:
    public = RepositoryAdvisory.objects.filter(report=report, project=row.project_id, ghsa_id__isnull=False)
    return all(release_notes.has_link(found.notes, one.html_url) for one in _with(report, list(public)))


def _with(report: Report, rows: list[RepositoryAdvisory]) -> list[RepositoryAdvisory]:
    for row in rows:
        row.report = report
    return rows
