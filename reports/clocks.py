"""Promises with a due moment: started, stopped by people, watched by the sweep (P7, P9)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypedDict

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from portal.policy import Clause, deadlines, enforces
from reports import history, notices
from reports.enums import ClockKind, EventKind, NoticeKind, State
from reports.models import Clock, Notification, Report
from teams.models import User

DEADLINES = {ClockKind.ACKNOWLEDGE: deadlines.ACKNOWLEDGE, ClockKind.NEXT_UPDATE: deadlines.NEXT_UPDATE}
WHAT_HAPPENS = {
    ClockKind.ACKNOWLEDGE: "Then the whole team and the escalation address are told, and the breach stays on record.",
    ClockKind.NEXT_UPDATE: "Then the whole team is told, and the miss stays on record.",
}
ESCALATED = frozenset({ClockKind.ACKNOWLEDGE})
BATCH = 200
"""Clocks of one transaction of the sweep."""

REMEMBER_NEXT_DUE = """
    UPDATE reports_report AS report
       SET next_due_at = (SELECT min(due_at) FROM reports_clock WHERE report_id = report.id AND stopped_at IS NULL)
     WHERE report.id = %s RETURNING next_due_at
"""


@enforces(Clause.P7, Clause.P9)
def start(report: Report, kind: ClockKind, *, now: datetime) -> Clock:
    """Compute the due moment once and store it with the rule that gave it. A running clock of the kind runs on."""
    clock, _ = Clock.objects.get_or_create(
        report=report, kind=kind, stopped_at=None, defaults={**_promised(kind, now=now)}
    )
    remember_next_due(report)
    return clock


@enforces(Clause.P7)
def start_first(report: Report, kind: ClockKind, *, now: datetime) -> Clock:
    """`start` for a report that was just made: no clock of it can be running."""
    clock = Clock.objects.create(report=report, kind=kind, **_promised(kind, now=now))
    Report.objects.filter(pk=report.pk).update(next_due_at=clock.due_at)
    report.next_due_at = clock.due_at
    return clock


class Promised(TypedDict):
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    rule: str


def _promised(kind: ClockKind, *, now: datetime) -> Promised:
    deadline, policy = DEADLINES[kind], settings.POLICY
    return {
        "started_at": now,
        "warn_at": max(now, deadline.warn_at(now, policy=policy)),
        "due_at": deadline.due(now, policy=policy),
        "rule": deadline.rule(policy),
    }


def stop(report: Report, kind: ClockKind, *, by: User, now: datetime) -> bool:
    """A person kept the promise. False if no such clock was running."""
    was_running = _stop(report, kind, by=by, now=now)
    remember_next_due(report)
    return was_running


def _stop(report: Report, kind: ClockKind, *, by: User, now: datetime) -> bool:
    running = Clock.objects.filter(report=report, kind=kind, stopped_at=None)
    return bool(running.update(stopped_at=now, stopped_by=by))


def restart(report: Report, kind: ClockKind, *, by: User, now: datetime) -> Clock:
    """Kept once more, and promised anew."""
    _stop(report, kind, by=by, now=now)
    return start(report, kind, now=now)


@enforces(Clause.P7)
def resume(report: Report, kind: ClockKind) -> bool:
    """What stopped the last clock of that kind turned out not to have reached the reporter: it goes on, as it was.

    False if one is running, or nothing is promised any more.
    """
    stopped = Clock.objects.filter(report=report, kind=kind)
    last = stopped.order_by("-started_at", "-pk").first()
    if last is None or last.stopped_at is None or report.is_closed:
        return False
    Clock.objects.filter(pk=last.pk).update(stopped_at=None)
    remember_next_due(report)
    return True


@enforces(Clause.P7)
def reached(report: Report, *, now: datetime) -> None:
    """The reporter has seen what a person wrote, by whatever way: an acknowledgement that had come back is kept."""
    if report.state in {State.RECEIVED, State.CLOSED}:
        return
    resumed = Clock.objects.filter(report=report, kind=ClockKind.ACKNOWLEDGE, stopped_at=None)
    if resumed.update(stopped_at=now):
        remember_next_due(report)


@enforces(Clause.P7)
def keep_only_now(report: Report, kind: ClockKind, *, by: User, now: datetime) -> None:
    """It had been stopped without a word to the reporter, who hears only now: late, if that is past the due moment."""
    stopped = Clock.objects.filter(report=report, kind=kind, stopped_at__isnull=False)
    stopped.filter(due_at__lt=now, breached_at=None).update(breached_at=now)
    stopped.update(stopped_at=now, stopped_by=by)


def stop_all(report: Report, *, by: User, now: datetime) -> None:
    Clock.objects.filter(report=report, stopped_at=None).update(stopped_at=now, stopped_by=by)
    remember_next_due(report)


def remember_next_due(report: Report) -> None:
    """Keep the report's own copy of its nearest open due moment, by which lists are sorted."""
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER_NEXT_DUE, [report.pk])
        (report.next_due_at,) = cursor.fetchone()


@enforces(Clause.P7)
def sweep(*, now: datetime) -> int:
    """Warn of clocks that come due and record those that have; how many there were. Safe to run twice, or halfway.

    A clock found past its due moment is told of as missed, without the warning nobody could heed any more.
    """
    if not (_missed(now) | _near(now)).exists():  # as a rule, and so asked as cheaply as can be
        return 0
    return _sweep(_missed, _mark_missed, now=now) + _sweep(_near, _mark_near, now=now)


def _missed(now: datetime) -> QuerySet[Clock]:
    return Clock.objects.filter(stopped_at=None, breached_at=None, due_at__lte=now).order_by("due_at")


def _near(now: datetime) -> QuerySet[Clock]:
    return Clock.objects.filter(stopped_at=None, warned_at=None, warn_at__lte=now).order_by("warn_at")


def _sweep(
    due: Callable[[datetime], QuerySet[Clock]], mark: Callable[[Sequence[Clock], datetime], None], *, now: datetime
) -> int:
    found = 0
    while True:
        with transaction.atomic():
            rows = due(now).select_related("report__coordinator")
            # Whoever is at a report has it locked before its clocks, so that nobody waits in a circle.
            clocks = list(rows.select_for_update(skip_locked=True, no_key=True, of=("self", "report"))[:BATCH])
            if clocks:
                mark(clocks, now)
        found += len(clocks)
        if len(clocks) < BATCH:
            return found


def _mark_missed(clocks: Sequence[Clock], now: datetime) -> None:
    rows = Clock.objects.filter(pk__in=[clock.pk for clock in clocks])
    rows.filter(warned_at=None).update(warned_at=now)
    rows.update(breached_at=now)
    _append(clocks, EventKind.DEADLINE_MISSED, now)
    teams = notices.teams_of([clock.report for clock in clocks])
    told: list[Notification] = []
    for clock in clocks:
        kind, fact = NoticeKind.DEADLINE_MISSED, f"clock:{clock.pk}"
        told += notices.of_users(clock.report, kind, teams[clock.report_id], fact=fact, now=now)
        if clock.kind in ESCALATED:
            told.append(notices.of_escalation(clock.report, kind, fact=fact, now=now))
    notices.write(told)


def _mark_near(clocks: Sequence[Clock], now: datetime) -> None:
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(warned_at=now)
    _append(clocks, EventKind.DEADLINE_NEAR, now)
    teams = notices.teams_of([clock.report for clock in clocks])
    told: list[Notification] = []
    for clock in clocks:
        coordinator = clock.report.coordinator
        team = teams[clock.report_id]
        people = [coordinator] if coordinator in team else team
        told += notices.of_users(clock.report, NoticeKind.DEADLINE_NEAR, people, fact=f"clock:{clock.pk}", now=now)
    notices.write(told)


def _append(clocks: Sequence[Clock], kind: EventKind, now: datetime) -> None:
    events = [
        history.event_of(clock.report, kind, by=None, now=now, clock=clock.kind, due=clock.due_at.isoformat())
        for clock in clocks
    ]
    history.append_all(events, now=now)
