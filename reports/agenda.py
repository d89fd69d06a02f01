"""What one person needs to know first: what is burning, what is theirs, and what happened while they were away."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

from django.conf import settings
from django.db.models import Model, Q, QuerySet

from portal.policy import Clause, enforces
from reports import undelivered
from reports.counts import Count, counted, counting
from reports.enums import EventKind
from reports.headline import headline
from reports.models import Report, ReportEvent
from reports.models.report import NO_DEADLINE, ReportQuerySet
from reports.questions import MOMENT, Question, remembered
from reports.rows import ListedRow, Row, listed, report_of, rows_of
from teams.membership import standing_of
from teams.models import User

AT_RISK, AT_RISK_SHOWN, OWN, CHANGED_EVENTS, CHANGED_REPORTS = 25, 10, 8, 60, 8
"""Rows of each part, at most. The queue has the rest."""

LONGEST_ABSENCE = timedelta(days=30)
"""What is older is history, not news."""

QUIET = frozenset(
    {
        EventKind.FILE_DOWNLOADED,
        EventKind.QUARANTINED,
        EventKind.LINK_SENT,
        EventKind.EXPORTED,
        EventKind.IDENTITY_REVEALED,
    }
)
"""Events that nobody needs to hear of on coming back."""


class Kind(Enum):
    REPORTS = auto()
    QUARANTINE = auto()
    UNDELIVERED = auto()


@dataclass(frozen=True, slots=True)
class Change:
    """What others did to one report since the person looked, the latest first, each kind once."""

    reference: str
    summary: str
    at: datetime
    kinds: list[EventKind] = field(default_factory=list)

    @property
    def words(self) -> str:
        """As one sentence."""
        said = [kind.label for kind in self.kinds]
        return "; ".join([said[0], *(f"{text[0].lower()}{text[1:]}" for text in said[1:])])


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    at_risk: list[Row]
    there_is_more_at_risk: bool
    own: list[Row]
    """Coordinated by the person, or by nobody; by nearest deadline, without those at risk."""
    changes: list[Change]
    there_are_more_changes: bool
    since: datetime
    reports: Count
    quarantined: Count
    undelivered: Count
    headline: str

    @property
    def is_empty(self) -> bool:
        return not (self.reports or self.quarantined)


@enforces(Clause.P7, Clause.P9)
def agenda(user: User, *, now: datetime) -> Agenda:
    horizon = _horizon(now)
    nearest = _nearest(AT_RISK + 1).ask({})
    at_risk = [report for report in map(report_of, nearest) if report.next_due_at and report.next_due_at <= horizon]
    own = _own(user, after=horizon)
    shown = at_risk[:AT_RISK_SHOWN]
    rows = rows_of([*shown, *own])
    changes, more = _changes(user, now=now)
    counts = counted(Kind, _counts(user.has_perm(undelivered.SEND_AGAIN)), now=now)
    return Agenda(
        at_risk=rows[: len(shown)],
        there_is_more_at_risk=len(at_risk) > len(shown),
        own=rows[len(shown) :],
        changes=changes,
        there_are_more_changes=more,
        since=_last_looked(user, now=now),
        reports=counts[Kind.REPORTS],
        quarantined=counts[Kind.QUARANTINE],
        undelivered=counts[Kind.UNDELIVERED],
        headline=headline(
            [report.next_due_at for report in at_risk if report.next_due_at],
            now=now,
            zone=settings.POLICY.calendar.zone,
            most=AT_RISK,
        ),
    )


@remembered
def _counts(with_undelivered: bool) -> Question[tuple[int]]:  # noqa: FBT001 - the key by which it is remembered
    asked: list[QuerySet[Model]] = [_open().by_nearest_deadline(), Report.objects.in_quarantine()]
    return counting([*asked, undelivered.all_failed()] if with_undelivered else asked)


def look(user: User, *, until: datetime) -> None:
    """Everything up to then has been seen."""
    User.objects.filter(pk=user.pk).filter(Q(looked_at=None) | Q(looked_at__lt=until)).update(looked_at=until)


def _open() -> ReportQuerySet:
    return Report.objects.open().in_queue()


def _horizon(now: datetime) -> datetime:
    """The end of the next business day."""
    calendar = settings.POLICY.calendar
    return calendar.end_of(calendar.next_business_day(calendar.day_of(now)))


@remembered
def _nearest(most: int) -> Question[ListedRow]:
    return listed(_open().by_nearest_deadline(), most=most)


@remembered
def _calm(coordinator_id: int | None) -> Question[ListedRow]:
    return listed(_open().due_after(MOMENT).by_nearest_deadline().filter(coordinator=coordinator_id), most=OWN)


def _shared() -> Question[ListedRow]:
    return listed(_open().due_after(MOMENT).by_nearest_deadline(), most=OWN)


def _own(user: User, *, after: datetime) -> list[Report]:
    """Two walks along two indexes, because one for "the person's or nobody's" would walk along none.

    Who only holds grants reads few reports, and each was shared with them to be worked on: all are theirs.
    """
    asked = [_calm(user.pk), _calm(None)] if standing_of(user).is_member else [_shared()]
    rows = [row for question in asked for row in question.ask({MOMENT: after})]
    found = [report_of(row) for row in rows]
    return sorted(found, key=lambda report: (report.next_due_at or NO_DEADLINE, -report.pk))[:OWN]


def _last_looked(user: User, *, now: datetime) -> datetime:
    return max(user.looked_at or user.date_joined, now - LONGEST_ABSENCE)


@remembered
def _events_by_others(user_id: int) -> Question[tuple[str, str, datetime, str]]:
    return Question.of(
        ReportEvent.objects.filter(at__gt=MOMENT, report__quarantined_at=None)
        .exclude(user=user_id)
        .exclude(kind__in=QUIET)
        .order_by("-at", "-id")
        .values_list("report__reference", "report__summary", "at", "kind")[:CHANGED_EVENTS]
    )


def _changes(user: User, *, now: datetime) -> tuple[list[Change], bool]:
    events = _events_by_others(user.pk).ask({MOMENT: _last_looked(user, now=now)})
    changes: dict[str, Change] = {}
    for reference, summary, at, kind in events:
        kinds = changes.setdefault(reference, Change(reference, summary, at)).kinds
        if kind not in kinds:
            kinds.append(EventKind(kind))
    return [*changes.values()][:CHANGED_REPORTS], len(changes) > CHANGED_REPORTS or len(events) == CHANGED_EVENTS
