"""Looks at the advisories of every repository in scope. A webhook only says where to look first (WH-05, WH-06).

No transaction is open while GitHub is asked, and what it does not answer changes nothing.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F

from portal.github import (
    AdvisoryListing,
    AdvisoryState,
    GitHub,
    GitHubError,
    Limited,
    NotAllowed,
    NotThere,
    RepositoryAdvisory,
    Unavailable,
    deliveries,
    github,
)
from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports.github_reports import arrival, noticing, sightings
from reports.models import AdvisoryWatch, GitHubReport
from teams.models import Project

type WallClock = Callable[[], datetime]

LONGEST: Final = 40.0
"""Seconds of one round. Whatever it does not come to is first in the next one."""
SILENT_AFTER: Final = 3
"""Repositories in a row about which GitHub cannot be reached: then it is left alone until the next round."""
OVERLAP: Final = timedelta(days=1)
"""What GitHub shows late, though it was changed before something that was seen already."""
OPEN: Final = frozenset({AdvisoryState.TRIAGE, AdvisoryState.DRAFT})
LONGEST_TROUBLE: Final = 300


@enforces(Clause.P1)
def look(*, clock: WallClock) -> None:
    """At each active project's repository, those looked at longest ago first. One that fails stops no other."""
    try:
        asked = github()
    except NotAllowed:
        return
    until, silent = time.monotonic() + LONGEST, 0
    failures: list[Exception] = []
    for project in _in_scope():
        try:
            trouble = look_at(project, asked, clock=clock)
        except Exception as failure:  # noqa: BLE001 - raised in the end, with the others
            failures.append(failure)
            continue
        silent = silent + 1 if isinstance(trouble, Unavailable) else 0
        if isinstance(trouble, Limited) or silent == SILENT_AFTER or time.monotonic() > until:
            break
    if failures:
        raise ExceptionGroup("What stands in some repositories could not be taken in.", failures)


def hear(delivery: int, *, clock: WallClock) -> None:
    """GitHub rang for an advisory of one repository. Nothing else that it sent is believed."""
    word = deliveries.told_of(delivery)
    if word is None or word.repository_id is None:
        return
    project = Project.objects.filter(github_id=word.repository_id).first()
    if project is not None:
        look_at(project, github(), clock=clock)


def look_at(project: Project, asked: GitHub, *, clock: WallClock) -> GitHubError | None:
    """What kept us from it, if anything did."""
    watch, _ = AdvisoryWatch.objects.get_or_create(project=project, defaults={"began_at": clock()})
    AdvisoryWatch.objects.filter(pk=watch.pk).update(
        looked_at=clock()
    )  # a question that hangs comes last the next time
    since = watch.through - OVERLAP if watch.through else None
    try:
        listing = asked.changed_advisories(project.repository, since=since, etag=watch.etag)
        _take_in(listing.rows, project, asked, watch=watch, clock=clock)
    except GitHubError as trouble:
        _note(watch, trouble=str(trouble), now=clock())
        return trouble
    _note(watch, listing=listing, now=clock())
    return None


def _in_scope() -> Sequence[Project]:
    projects = Project.objects.filter(archived_at=None)
    return list(projects.order_by(F("advisory_watch__looked_at").asc(nulls_first=True), "pk"))


def _take_in(
    rows: Sequence[RepositoryAdvisory], project: Project, asked: GitHub, *, watch: AdvisoryWatch, clock: WallClock
) -> None:
    if not rows:
        return
    with acting_as(SYSTEM):
        named = GitHubReport.objects.filter(ghsa_id__in=[row.ghsa_id for row in rows])
        known = {row.ghsa_id: row for row in named}
        sightings.tell(project, rows, now=clock())
    for found in rows:
        if found.ghsa_id in known:
            with acting_as(SYSTEM):
                noticing.compare(known[found.ghsa_id], found, now=clock())
    new = [found for found in rows if found.ghsa_id not in known and _is_a_report(found, watch)]
    if new:
        number = _number_of(project, asked)
        for found in reversed(new):
            arrival.take(found, project=project, repository_id=number, now=clock())


def _is_a_report(found: RepositoryAdvisory, watch: AdvisoryWatch) -> bool:
    """Made in private, and waiting; or accepted by somebody there before we saw it."""
    if found.state is AdvisoryState.TRIAGE:
        return True
    is_recent = found.created_at is not None and found.created_at >= watch.began_at
    return found.was_reported and found.state in OPEN and is_recent


def _number_of(project: Project, asked: GitHub) -> int:
    """Of the repository that was looked at. Raises `NotThere` if its name belongs to another one by now (trap 20)."""
    number = asked.repository(project.repository).id
    if project.github_id not in {None, number}:
        raise NotThere("Another repository has that name now; the next look at GitHub tells what this one is called.")
    return number


def _note(watch: AdvisoryWatch, *, now: datetime, listing: AdvisoryListing | None = None, trouble: str = "") -> None:
    """The etag is kept only once everything that came with it was taken in."""
    since = (watch.failing_since or now) if trouble else None
    kept: dict[str, object] = {"looked_at": now, "trouble": trouble[:LONGEST_TROUBLE], "failing_since": since}
    if listing is not None and not listing.unchanged:
        changed = [row.updated_at for row in listing.rows if row.updated_at is not None]
        kept |= {"etag": listing.etag, "through": max([*changed, *filter(None, [watch.through])], default=None)}
    AdvisoryWatch.objects.filter(pk=watch.pk).update(**kept)
