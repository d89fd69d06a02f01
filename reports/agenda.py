"""What one person needs to know first: what is burning, what is theirs, and what happened while they were away."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from itertools import islice
from typing import cast

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, Q, QuerySet

from portal.policy import Clause, enforces
from reports import engagement, undelivered
from reports.counts import Count, counted, counting
from reports.enums import CHANGES_NOTHING, Answer, EventKind
from reports.headline import headline
from reports.models import Invitation, Report, ReportEvent
from reports.models.report import NO_DEADLINE, ReportQuerySet
from reports.questions import LONG_BEFORE, MOMENT, Question, remembered
from reports.rows import FIELDS, ListedRow, Row, listed, listed_apart, report_of, rows_of
from teams.membership import standing_of
from teams.models import User

AT_RISK, AT_RISK_SHOWN, OWN, CHANGED_EVENTS, CHANGED_REPORTS = 25, 10, 8, 60, 8
"""Rows of each part, at most. The queue has the rest."""

LONGEST_ABSENCE = timedelta(days=30)
"""What is older is history, not news."""

NAMED = [field.attname for field in FIELDS if field.name in {"id", "reference", "data_key", "data_key_by", "summary"}]
"""What it takes to name a report, its own key included."""

QUIET = CHANGES_NOTHING | {
    EventKind.QUARANTINED,
    EventKind.LINK_SENT,
    EventKind.FIX_CHANGED,
    EventKind.GROUPED,
    EventKind.UNGROUPED,
    EventKind.LINKED,
    EventKind.UNLINKED,
}
"""Events that nobody needs to hear of on coming back, or not everybody may."""


class Kind(Enum):
    REPORTS = auto()
    QUARANTINE = auto()
    UNDELIVERED = auto()


@dataclass(frozen=True, slots=True)
class Change:
    """What others did to one report since the person looked, the latest first, each kind once."""

    report: Report
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
    unseen: list[Row]
    """On which the person has left no trace yet, the oldest first."""
    overlooked: list[Row]
    """That nobody but the coordinator has looked at for long, the oldest first."""
    asked: list[Invitation]
    changes: list[Change]
    there_are_more_changes: bool
    since: datetime
    reports: Count
    quarantined: Count
    undelivered: Count
    further: list[Count]
    """Of each queryset that was to be counted too."""
    headline: str

    @property
    def is_empty(self) -> bool:
        return not (self.reports or self.quarantined or self.asked)


@dataclass(frozen=True, slots=True)
class Further:
    """What apps that stand on this one count in the same question: how many querysets, and how each is worded.

    `MOMENT` stands for now.
    """

    count: int
    word: Callable[[], Sequence[QuerySet[Model]]]


NOTHING_ELSE = Further(0, list)


@enforces(Clause.P7, Clause.P9)
def agenda(user: User, *, now: datetime, further: Further = NOTHING_ELSE) -> Agenda:
    horizon = _horizon(now)
    nearest = _nearest(AT_RISK + 1).ask({})
    at_risk = [report for report in map(report_of, nearest) if report.next_due_at and report.next_due_at <= horizon]
    own, unseen, overlooked = _lists(user, after=horizon, now=now)
    shown = at_risk[:AT_RISK_SHOWN]
    rows = iter(rows_of([*shown, *own, *unseen, *overlooked]))
    changes, more = _changes(user, now=now)
    counts, others = _counted(user, further, now=now)
    return Agenda(
        at_risk=list(islice(rows, len(shown))),
        there_is_more_at_risk=len(at_risk) > len(shown),
        own=list(islice(rows, len(own))),
        unseen=list(islice(rows, len(unseen))),
        overlooked=list(rows),
        asked=list(Invitation.objects.filter(user=user, answer=Answer.PENDING)),
        changes=changes,
        there_are_more_changes=more,
        since=_last_looked(user, now=now),
        reports=counts[Kind.REPORTS],
        quarantined=counts[Kind.QUARANTINE],
        undelivered=counts[Kind.UNDELIVERED],
        further=others,
        headline=headline(
            [report.next_due_at for report in at_risk if report.next_due_at],
            now=now,
            zone=settings.POLICY.calendar.zone,
            most=AT_RISK,
        ),
    )


def _counted(user: User, further: Further, *, now: datetime) -> tuple[Mapping[Kind, Count], list[Count]]:
    kinds = [Kind.REPORTS, Kind.QUARANTINE, *([Kind.UNDELIVERED] if user.has_perm(undelivered.SEND_AGAIN) else [])]
    others = range(further.count)
    found = counted([*kinds, *others], _counts(Counted(Kind.UNDELIVERED in kinds, further)), now=now)
    return {kind: found.get(kind, Count(0)) for kind in Kind}, [found[place] for place in others]


@dataclass(frozen=True, slots=True)
class Counted:
    with_undelivered: bool
    further: Further


@remembered
def _counts(wanted: Counted) -> Question[tuple[int]]:
    asked: list[QuerySet[Model]] = [_open().by_nearest_deadline(), Report.objects.in_quarantine()]
    return counting([*asked, *([undelivered.all_failed()] if wanted.with_undelivered else []), *wanted.further.word()])


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
def _calm(user_id: int) -> Question[ListedRow]:
    """The person's, nobody's, what they have not looked at, and what nobody else has: four walks along four indexes."""
    calm = _open().due_after(MOMENT).by_nearest_deadline()
    unseen, overlooked = engagement.not_looked_at_by(user_id), engagement.overlooked(since=LONG_BEFORE)
    return listed_apart([calm.filter(coordinator=user_id), calm.filter(coordinator=None), unseen, overlooked], most=OWN)


def _shared() -> Question[ListedRow]:
    return listed(_open().due_after(MOMENT).by_nearest_deadline(), most=OWN)


def _lists(user: User, *, after: datetime, now: datetime) -> tuple[list[Report], list[Report], list[Report]]:
    """Their own, those not looked at yet, and those that were overlooked.

    Who only holds grants reads few reports, and each was shared with them to be worked on: all are theirs.
    """
    if not standing_of(user).is_member:
        return _by_deadline(report_of(row) for row in _shared().ask({MOMENT: after})), [], []
    lists: list[list[Report]] = [[], [], [], []]
    for row in _calm(user.pk).ask({MOMENT: after, LONG_BEFORE: engagement.patience_began(now)}):
        lists[cast("int", row[-1])].append(report_of(row))
    own, nobodys, unseen, overlooked = lists
    return _by_deadline([*own, *nobodys]), sorted(unseen, key=_age), sorted(overlooked, key=_age)


def _by_deadline(reports: Iterable[Report]) -> list[Report]:
    return sorted(reports, key=lambda report: (report.next_due_at or NO_DEADLINE, -report.pk))[:OWN]


def _age(report: Report) -> tuple[datetime, int]:
    return report.received_at, report.pk


def _last_looked(user: User, *, now: datetime) -> datetime:
    return max(user.looked_at or user.date_joined, now - LONGEST_ABSENCE)


@remembered
def _events_by_others(user_id: int) -> Question[ListedRow]:
    return Question.of(
        ReportEvent.objects.filter(at__gt=MOMENT, report__quarantined_at=None, report__is_rehearsal=False)
        .exclude(user=user_id)
        .exclude(kind__in=QUIET)
        .order_by("-at", "-id")
        .values_list("at", "kind", *(f"report__{name}" for name in NAMED))[:CHANGED_EVENTS]
    )


def _changes(user: User, *, now: datetime) -> tuple[list[Change], bool]:
    events = _events_by_others(user.pk).ask({MOMENT: _last_looked(user, now=now)})
    changes: dict[str, Change] = {}
    for at, kind, *named in events:
        report = Report.from_db(DEFAULT_DB_ALIAS, NAMED, named)
        kinds = changes.setdefault(report.reference, Change(report, cast("datetime", at))).kinds
        if kind not in kinds:
            kinds.append(EventKind(str(kind)))
    return [*changes.values()][:CHANGED_REPORTS], len(changes) > CHANGED_REPORTS or len(events) == CHANGED_EVENTS
