"""Bringing what the portal knows of people and projects in line with GitHub: everything is read first, then compared
and applied in one transaction, or not at all (P20, P25, AUT-05, WH-05).
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction

from portal.github import Directory
from portal.policy.team import TeamPolicy
from portal.queue import enqueue
from teams import consequences, evidence, following, observing
from teams.enums import Outcome, Task
from teams.models import Evidence, Maintainership, Project, SecurityTeamMembership, SyncRun, User
from teams.snapshot import Incomplete, Snapshot, take

MOST_FINDINGS = 1000
KEPT_FOR = timedelta(days=90)

type WallClock = Callable[[], datetime]


class Held(Exception):
    """It would end more than a sync may end by itself, or believes an answer that may be wrong."""

    def __init__(self, why: str, says: list[str], ends: list[str]) -> None:
        super().__init__(why)
        self.says, self.ends = says, ends


def sync(source: Directory, *, policy: TeamPolicy, clock: WallClock) -> SyncRun:
    """One look at GitHub, whatever becomes of it. No transaction is open while GitHub is asked."""
    started_at = clock()
    try:
        snapshot = take(source, policy=policy)
    except Incomplete as failure:
        return _note(Outcome.FAILED, started_at=started_at, now=clock(), trouble=str(failure))
    now = clock()
    try:
        with transaction.atomic():
            return _apply(snapshot, policy=policy, started_at=started_at, now=now)
    except Held as reason:
        return _hold(reason, started_at=started_at, now=now)


def note_failure(trouble: str, *, now: datetime) -> SyncRun:
    """GitHub could not even be asked."""
    return _note(Outcome.FAILED, started_at=now, now=now, trouble=trouble)


def forget(*, now: datetime) -> None:
    """Runs that found nothing are of no interest after a while; whatever rests on a run keeps it."""
    old = SyncRun.objects.filter(started_at__lt=now - KEPT_FOR, findings=[], evidence=None, departures=None)
    old.exclude(outcome__in=(Outcome.HELD, Outcome.AGREED)).delete()


def _apply(snapshot: Snapshot, *, policy: TeamPolicy, started_at: datetime, now: datetime) -> SyncRun:
    """Raises `Held`, which undoes it."""
    consequences.alone()
    if SyncRun.objects.complete().filter(started_at__gt=started_at).exists():
        return _note(Outcome.SUPERSEDED, started_at=started_at, now=now, trouble="A later look was quicker.")
    there_were = _counted()
    known = evidence.latest()
    run = _note(Outcome.DONE, started_at=started_at, now=now)
    projects, changes = following.follow_repositories(snapshot.repositories, now=now)
    people, renamed = following.follow_people(
        observing.accounts_in(snapshot), needed=observing.needed_in(snapshot, policy=policy)
    )
    ends = [*observing.emptied(snapshot, known, projects.values()), *changes.ends]
    scene = observing.Scene(snapshot=snapshot, projects=projects, people=people, policy=policy, now=now)
    _write(observing.news_in(scene, known), run)
    drawn = consequences.draw(policy=policy, now=now, run=run)
    run.findings = [*changes.says, *renamed, *drawn.says][:MOST_FINDINGS]
    run.ends = sorted({*ends, *drawn.ends})
    agreed = _agreed(run.ends)
    if agreed is None and (why := _too_much(run.ends, there_were, policy=policy)):
        raise Held(why, run.findings, run.ends)
    _finish(run, agreed)
    return run


def _write(news: Iterable[Evidence], run: SyncRun) -> None:
    rows = list(news)
    for row in rows:
        row.run = run
    Evidence.objects.bulk_create(rows, batch_size=2000)


def _counted() -> Counter[str]:
    return Counter(
        project=Project.objects.filter(archived_at=None).count(),
        maintainership=Maintainership.objects.filter(until=None).count(),
        membership=SecurityTeamMembership.objects.filter(until=None).count(),
    )


def _too_much(ends: Iterable[str], there_were: Counter[str], *, policy: TeamPolicy) -> str:
    """Why a person has to look at it; nothing if it may go on."""
    counted = Counter(end.partition(":")[0] for end in ends)
    if empty := counted.pop("empty", 0):
        return f"{empty} answer{'s' * (empty != 1)} of GitHub came empty where there was something before."
    for what, count in sorted(counted.items()):
        if count > policy.ends_without_asking(there_were[what]):
            return f"It would end {count} of {there_were[what]} {what}s at once."
    return ""


def _agreed(ends: list[str]) -> SyncRun | None:
    """The plan that somebody agreed to, if it covers all that this run would end."""
    agreed = SyncRun.objects.filter(outcome=Outcome.AGREED).order_by("-decided_at").first()
    return agreed if agreed is not None and set(ends) <= set(agreed.ends) else None


def _finish(run: SyncRun, agreed: SyncRun | None) -> None:
    """What waited is settled by a run that went through."""
    run.save(update_fields=["findings", "ends"])
    if agreed is not None:
        SyncRun.objects.filter(pk=agreed.pk).update(outcome=Outcome.CARRIED_OUT)
    SyncRun.objects.filter(outcome__in=(Outcome.HELD, Outcome.AGREED)).update(outcome=Outcome.SUPERSEDED)
    if any(end.startswith("membership:") for end in run.ends):
        enqueue(Task.SWEEP)


def _hold(reason: Held, *, started_at: datetime, now: datetime) -> SyncRun:
    """Of several plans the last one waits. The same plan again waits on as it is, or stays discarded."""
    with transaction.atomic():
        last = SyncRun.objects.exclude(outcome__in=(Outcome.FAILED, Outcome.SUPERSEDED)).first()
        if last is not None and last.outcome in {Outcome.HELD, Outcome.DISCARDED} and last.ends == reason.ends:
            last.finished_at = now
            last.save(update_fields=["finished_at"])
            return last
        SyncRun.objects.filter(outcome__in=(Outcome.HELD, Outcome.AGREED)).update(outcome=Outcome.SUPERSEDED)
        return _note(
            Outcome.HELD,
            started_at=started_at,
            now=now,
            trouble=str(reason),
            findings=reason.says,
            ends=reason.ends,
        )


def _note(
    outcome: Outcome,
    *,
    started_at: datetime,
    now: datetime,
    trouble: str = "",
    findings: list[str] | None = None,
    ends: list[str] | None = None,
) -> SyncRun:
    return SyncRun.objects.create(
        outcome=outcome,
        started_at=started_at,
        finished_at=now,
        trouble=trouble[:500],
        findings=findings or [],
        ends=ends or [],
    )


class NothingWaits(Exception):
    """Somebody else was quicker, or a later run replaced it."""


def decide(run: SyncRun, *, agree: bool, by: User, now: datetime) -> None:
    """Agree to what `run` would end, so that the next sync may end as much, or discard it: then nothing ends.

    What is applied is never the old answer: GitHub is asked again, and may have thought better of it.
    """
    outcome = Outcome.AGREED if agree else Outcome.DISCARDED
    changed = SyncRun.objects.waiting().filter(pk=run.pk).update(outcome=outcome, decided_by=by, decided_at=now)
    if not changed:
        raise NothingWaits
    if agree:
        enqueue(Task.SYNC)
