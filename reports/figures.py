"""Whether we keep our word, in numbers, worked out in the background: no page waits for sums over all reports."""

from datetime import datetime, timedelta

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Subquery

from portal.policy import Clause, enforces
from reports.enums import ClockKind, DeclineReason, EventKind
from reports.models import Clock, Figures, Recusal, Report, ReportEvent
from teams.models import SyncRun

PERIOD = timedelta(days=365)
KEPT = Q(stopped_at__isnull=False, stopped_at__lte=F("due_at"))


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    name = "Median"


def latest() -> Figures | None:
    """None until they have been worked out for the first time."""
    return Figures.objects.first()


def beside_warnings(**also: Subquery) -> tuple[Figures | None, list[str]]:
    """The figures, and what the last sync warned of: in one query, since the dashboard asks on each visit.

    `also` is asked with them, and is found on the figures.
    """
    last = SyncRun.objects.order_by("-started_at", "-pk").values("warnings")[:1]
    found = Figures.objects.annotate(warnings=Subquery(last), **also).first()
    return found, list(found.warnings or ()) if found else []


@enforces(Clause.P7, Clause.P31)
def compute(*, now: datetime) -> Figures:
    """Count what was promised within a year and is decided: kept, or past its due moment. Spam was promised nothing,
    and neither was what was made up.

    A report that some of the team may not read is left out: their dashboard would tell them that there is one (AZ-04).
    """
    acknowledged, in_time = _decided(ClockKind.ACKNOWLEDGE, now=now)
    updates, updated_in_time = _decided(ClockKind.NEXT_UPDATE, now=now)
    published, on_the_day = _published(now=now)
    figures, _ = Figures.objects.update_or_create(
        pk=1,
        defaults={
            "computed_at": now,
            "since": now - PERIOD,
            "acknowledgements": acknowledged,
            "acknowledged_in_time": in_time,
            "median_to_acknowledge": _median_to_acknowledge(now=now),
            "updates": updates,
            "updated_in_time": updated_in_time,
            "open_reports": Report.objects.open().in_queue().exclude(pk__in=_left_out()).count(),
            "published": published,
            "published_on_the_day": on_the_day,
        },
    )
    return figures


def _left_out() -> "QuerySet[Report, int]":
    recused = Recusal.objects.filter(lifted_at=None).values("report_id")
    apart = Q(pk__in=recused) | Q(restricted_at__isnull=False) | Q(is_rehearsal=True)
    return Report.objects.filter(apart).values_list("pk", flat=True)


def _decided(kind: ClockKind, *, now: datetime) -> tuple[int, int]:
    """How many promises of the kind are decided, and how many of these were kept."""
    counted = (
        Clock.objects.filter(kind=kind, started_at__gt=now - PERIOD, started_at__lte=now)
        .filter(Q(stopped_at__isnull=False) | Q(due_at__lt=now))
        .exclude(report__decline_reason=DeclineReason.SPAM)
        .exclude(report__in=_left_out())
        .aggregate(decided=Count("pk"), kept=Count("pk", filter=KEPT))
    )
    return counted["decided"], counted["kept"]


def _published(*, now: datetime) -> tuple[int, int]:
    """How many advisories were judged by the day of their releases, and how many of these kept it, by the record."""
    kept = Q(kind=EventKind.SAME_DAY_KEPT)
    judged = ReportEvent.objects.filter(kept | Q(kind=EventKind.SAME_DAY_MISSED), at__gt=now - PERIOD, at__lte=now)
    counted = judged.exclude(report__in=_left_out()).aggregate(judged=Count("pk"), kept=Count("pk", filter=kept))
    return counted["judged"], counted["kept"]


def _median_to_acknowledge(*, now: datetime) -> timedelta | None:
    taken = ExpressionWrapper(F("stopped_at") - F("started_at"), output_field=DurationField())
    answered = Clock.objects.filter(kind=ClockKind.ACKNOWLEDGE, started_at__gt=now - PERIOD, stopped_at__isnull=False)
    answered = answered.exclude(report__decline_reason=DeclineReason.SPAM).exclude(report__in=_left_out())
    median: timedelta | None = answered.aggregate(median=Median(taken, output_field=DurationField()))["median"]
    return median
