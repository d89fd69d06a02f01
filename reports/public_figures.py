"""What is told in public of how promises were kept: of reports that are over, late, and in steps (traps 2).

A report counts once it is closed or disclosed, and is told of after the delay, from the beginning of a month on. A live
report is in no figure here, whatever becomes of it, so none of them can give it away.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Count, DurationField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery

from portal.policy import Clause, enforces
from reports.enums import ClockKind, DeclineReason, EventKind
from reports.figures import KEPT, PERIOD, Median
from reports.models import Clock, PublicFigures, ReportEvent

ENDS: Final = (EventKind.CLOSED, EventKind.DECLINED, EventKind.DISCLOSED, EventKind.DISCLOSED_EARLY)
ENOUGH: Final = 10
"""Decided promises before a share of them is told to everybody."""
STEP: Final = 5
"""Shares are told to everybody in steps of so many percent, so that a single report moves no public number."""


@dataclass(frozen=True, slots=True)
class PublicFigure:
    value: str
    meaning: str


def until(*, now: datetime) -> datetime:
    """Up to when public figures count: the beginning of the month that it was before the delay.

    They change once a month, so that no change tells on which day something ended.
    """
    calendar = settings.POLICY.calendar
    day = calendar.day_of(now - timedelta(days=settings.POLICY.advisories.statistics_delay_days))
    return datetime.combine(day.replace(day=1), time.min, tzinfo=calendar.zone)


@enforces(Clause.P7)
def renew(*, now: datetime) -> None:
    """Work them out once for each month: whatever happens later to a report that was over moves nothing."""
    end = until(now=now)
    if not PublicFigures.objects.filter(until=end).exists():
        PublicFigures.objects.update_or_create(pk=1, defaults={"until": end, **_sums(end)})


def in_public() -> list[PublicFigure]:
    """Coarse, from enough promises, and nothing of how many reports there are."""
    figures = PublicFigures.objects.first()
    if figures is None or figures.acknowledgements < ENOUGH:
        return []
    told = [PublicFigure(_share(figures.acknowledged_in_time, figures.acknowledgements), "of reports answered in time")]
    if figures.median_to_acknowledge is not None:
        told.append(PublicFigure(_days(figures.median_to_acknowledge), "until a person answers, half of the time"))
    if figures.updates >= ENOUGH:
        told.append(PublicFigure(_share(figures.updated_in_time, figures.updates), "of updates given when promised"))
    return told


def _sums(end: datetime) -> dict[str, object]:
    acknowledgements, updates = (_over(kind, end) for kind in (ClockKind.ACKNOWLEDGE, ClockKind.NEXT_UPDATE))
    taken = ExpressionWrapper(F("stopped_at") - F("started_at"), output_field=DurationField())
    answered = acknowledgements.filter(stopped_at__lte=F("over_at"))
    return {
        **acknowledgements.aggregate(acknowledgements=Count("pk"), acknowledged_in_time=Count("pk", filter=KEPT)),
        **updates.aggregate(updates=Count("pk"), updated_in_time=Count("pk", filter=KEPT)),
        **answered.aggregate(median_to_acknowledge=Median(taken, output_field=DurationField())),
    }


def _over(kind: ClockKind, end: datetime) -> QuerySet[Clock]:
    """What was promised within a year and decided when its report ended. Spam was promised nothing.

    By the history, which nobody changes: a report that is opened again meanwhile stays in as far as it was over.
    """
    endings = ReportEvent.objects.filter(report=OuterRef("report"), kind__in=ENDS, at__lt=end)
    last = endings.exclude(details__reason=DeclineReason.SPAM.value).order_by("-at").values("at")[:1]
    return (
        Clock.objects.filter(kind=kind, started_at__gte=end - PERIOD, started_at__lt=end)
        .exclude(report__is_rehearsal=True)
        .annotate(over_at=Subquery(last))
        .filter(Q(stopped_at__lte=F("over_at")) | Q(due_at__lt=F("over_at")))
    )


def _share(kept: int, promised: int) -> str:
    if kept == promised:
        return "100 %"
    below = max(0, 100 * kept - 1) // promised
    return f"over {below // STEP * STEP} %"


def _days(taken: timedelta) -> str:
    days = -(-taken // timedelta(days=1))
    return "within a day" if days <= 1 else f"within {days} days"
