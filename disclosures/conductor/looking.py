"""Looks at GitHub for what nobody told us: published by hand, a CVE ID that came, a release that is gone (P16, P31)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from disclosures import credit_obstacles, cves, publishing
from disclosures.conductor import beginning, doubtful, on_github, releases, taken_back
from disclosures.conductor.outcome import Attempt
from disclosures.consent import consented
from disclosures.enums import CveState, PlaceObstacle, ReleaseState, RepositoryAdvisoryState, StepKind, StepState, Task
from disclosures.formats import release_notes
from disclosures.models import Conduct, CveRequest, Release, RepositoryAdvisory, Step
from disclosures.repositories import github_for
from portal.github import AdvisoryState, GitHub, GitHubError, Limited, NotThere
from portal.github import Release as ReleaseOnGitHub
from portal.github import RepositoryAdvisory as OnGitHub
from portal.policy import Clause, enforces
from portal.queue import enqueue
from portal.viewer import SYSTEM, acting_as
from reports import history, notices
from reports.enums import EventKind, NoticeKind, State
from teams.models import Project

type WallClock = Callable[[], datetime]

WATCHED: Final = (
    RepositoryAdvisoryState.DRAFT,
    RepositoryAdvisoryState.PUBLISHED,
    RepositoryAdvisoryState.CLOSED,
    RepositoryAdvisoryState.WITHDRAWN,
)
MOST: Final = 200
"""Reports of one round, those looked at longest ago first."""
AGAIN: Final = timedelta(minutes=2)
"""Before a report is looked at again, unless somebody rings for it."""
NEVER: Final = datetime.min.replace(tzinfo=UTC)
ROUND: Final = 20.0
"""Seconds for one report: what is left then comes first the next time."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is looked at for one report, read before GitHub is asked; what was asked about longest ago comes first."""

    going: Conduct
    rows: tuple[RepositoryAdvisory | Release, ...]


def look(*, now: datetime) -> None:
    """Ring for every report whose day was prepared or begun, until it is closed, no CVE ID is out, and GitHub shows
    as withdrawn what is.

    Each is a task of its own, so that one that takes long, or fails, holds up no other.
    """
    awaiting = CveRequest.objects.filter(report=OuterRef("report"), state=CveState.REQUESTED)
    left = RepositoryAdvisory.objects.filter(taken_back.LEFT, report=OuterRef("report"))
    open_ones = Conduct.objects.filter(_due(now), ~Q(report__state=State.CLOSED) | Exists(awaiting) | Exists(left))
    longest_ago = open_ones.order_by(F("looked_at").asc(nulls_first=True), "pk")
    for report in longest_ago.values_list("report_id", flat=True)[:MOST]:
        enqueue(Task.LOOK_AT, report)


def ring_for(project: Project) -> None:
    """GitHub told of something there: whatever concerns it is looked at now."""
    rows = RepositoryAdvisory.objects.filter(report=OuterRef("report"), project=project)
    seen = Release.objects.filter(report=OuterRef("report"), project=project)
    concerned = Conduct.objects.filter(Exists(rows) | Exists(seen))
    for report in concerned.values_list("report_id", flat=True):
        ring(report)


def ring(report: int) -> None:
    """It is looked at now, whenever that was done last."""
    Conduct.objects.filter(report=report).update(looked_at=None)
    enqueue(Task.LOOK_AT, report)


def look_at(report_id: int, *, clock: WallClock) -> None:
    """At each row by itself. No transaction is open while GitHub is asked; what it does not answer changes nothing."""
    until = time.monotonic() + ROUND
    with acting_as(SYSTEM):
        watched = _watched(report_id, now=clock())
        github = github_for(watched.going.report) if watched and watched.rows else None
    if watched is None or github is None:
        return
    for row in watched.rows:
        if time.monotonic() > until:
            return
        with acting_as(SYSTEM):
            _begin(row, now=clock())
        try:
            _look_at(row, github, watched.going, clock=clock)
        except Limited:
            return
        except GitHubError:
            continue


def _look_at(row: RepositoryAdvisory | Release, github: GitHub, going: Conduct, *, clock: WallClock) -> None:
    if isinstance(row, Release):
        release = _release(github, row)
        with acting_as(SYSTEM):
            _compare(row, release, now=clock())
        return
    found = github.advisory(row.project.repository, row.ghsa_id or "")
    with acting_as(SYSTEM):
        if RepositoryAdvisory.objects.filter(pk=row.pk, ghsa_id=row.ghsa_id).exists():  # or another is named by now
            _take_in(row, found, going, now=clock())


def _begin(row: RepositoryAdvisory | Release, *, now: datetime) -> None:
    """Kept before GitHub is asked: a row on which a worker is ended comes last the next time."""
    if isinstance(row, Release):
        Release.objects.filter(pk=row.pk).update(looked_at=now)
    else:
        RepositoryAdvisory.objects.filter(pk=row.pk).update(looked_at=now)


def _due(now: datetime) -> Q:
    return Q(looked_at=None) | Q(looked_at__lte=now - AGAIN)


def _watched(report_id: int, *, now: datetime) -> Watched | None:
    """Claims the report: who rings twice has it looked at once."""
    if not Conduct.objects.filter(_due(now), report=report_id).update(looked_at=now):
        return None
    going = Conduct.objects.select_related("report", "started_by").get(report=report_id)
    advisories = RepositoryAdvisory.objects.filter(report=report_id, state__in=WATCHED, ghsa_id__isnull=False)
    releases = Release.objects.filter(report=report_id, state=ReleaseState.PUBLISHED)
    rows: list[RepositoryAdvisory | Release] = [
        *advisories.select_related("project", "advisory"),
        *releases.select_related("project"),
    ]
    for row in rows:
        row.report = going.report
        if isinstance(row, RepositoryAdvisory):
            row.advisory.report = going.report
    return Watched(going, tuple(sorted(rows, key=lambda row: row.looked_at or NEVER)))


def _take_in(row: RepositoryAdvisory, found: OnGitHub, going: Conduct, *, now: datetime) -> None:
    if found.cve_id:
        cves.arrived(cves.need(row.advisory, now=now), found.cve_id, now=now)
    was, state = row.state, taken_back.state_of(found)
    if found.state is AdvisoryState.PUBLISHED and was == RepositoryAdvisoryState.DRAFT:
        _take_over(row, found, going, now=now)
    elif state != was:
        if taken_back.keep(row, state, now=now) and was == RepositoryAdvisoryState.CLOSED:
            credit_obstacles.hope_again(row.report, row.project.repository, why=PlaceObstacle.CLOSED)
            beginning.write_again(row.report, [row], now=now)
    else:
        RepositoryAdvisory.objects.filter(pk=row.pk).update(checked_at=now)


def _take_over(row: RepositoryAdvisory, found: OnGitHub, going: Conduct, *, now: datetime) -> None:
    """It is published: by somebody's hand, or by us, who never heard of it. A step that is at it will see so itself."""
    step = Step.objects.filter(
        report=row.report_id, kind=StepKind.PUBLISH, advisory=row.advisory_id, project=row.project_id
    ).first()
    if step is not None and step.state == StepState.RUNNING:
        return
    by_hand = step is None or not on_github.published_by_us(step, found)
    attempt = Attempt(step=step or Step(report=row.report, kind=StepKind.PUBLISH), conduct=going, now=now)
    on_github.note_published(attempt, row, found, people=() if by_hand else consented(row.report), by_hand=by_hand)
    if step is not None:
        Step.objects.filter(pk=step.pk).update(state=StepState.DONE, done_at=now)
    enqueue(Task.CONDUCT, row.report_id)


def _release(github: GitHub, seen: Release) -> ReleaseOnGitHub | None:
    try:
        return github.release(seen.project.repository, seen.github_id or 0)
    except NotThere:
        return None


def _compare(row: Release, found: ReleaseOnGitHub | None, *, now: datetime) -> None:
    """With what was seen before."""
    state = _state(row, found)
    if state != ReleaseState.PUBLISHED:
        _lose(row, found, state, now=now)
    elif found is not None:
        _compare_links(row, found, now=now)


@enforces(Clause.P32)
def _compare_links(row: Release, found: ReleaseOnGitHub, *, now: datetime) -> None:
    """To each advisory. One that somebody took out of the notes is put back, and one that they put there counts."""
    advisories = RepositoryAdvisory.objects.filter(report=row.report, project=row.project_id, ghsa_id__isnull=False)
    for one in advisories.filter(state__in=publishing.PUBLIC):
        one.report = row.report
        if release_notes.has_link(found.notes, one.html_url):
            releases.note_linked(one, report=row.report, now=now)
            continue
        RepositoryAdvisory.objects.filter(pk=one.pk).update(linked_at=None)
        notes = Step.objects.filter(
            report=row.report_id, kind=StepKind.NOTES, project=row.project_id, advisory=one.advisory_id
        )
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
