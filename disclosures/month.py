"""The disclosure calendar: what is planned on which day of a month, as far as the viewer may know of it (P14)."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings

from disclosures.enums import ReleaseState
from disclosures.models import Release
from portal.policy import Clause, enforces
from portal.policy.business_days import ONE_DAY, Weekday
from portal.policy.deadlines import ReleaseDay, release_day_verdict
from reports.models import Report
from teams.models import Absence

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A report on a day. `projects`: what is released; empty where no project is planned yet."""

    report: Report
    projects: Sequence[str] = ()
    is_out: bool = False
    is_late: bool = False


@dataclass(slots=True)
class Day:
    verdict: ReleaseDay
    is_today: bool
    planned: list[Entry] = field(default_factory=list)
    reporters: list[Report] = field(default_factory=list)
    away: list[str] = field(default_factory=list)

    @property
    def day(self) -> date:
        return self.verdict.day

    @property
    def is_holiday(self) -> bool:
        """A reason to avoid the day that its name does not tell."""
        return not self.verdict.is_good and self.verdict.reason != Weekday(self.day.weekday()).label


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    first: date
    days: Sequence[Day]

    @property
    def before(self) -> date:
        return (self.first - ONE_DAY).replace(day=1)

    @property
    def after(self) -> date:
        return self.days[-1].day + ONE_DAY


def named(text: str, *, today: date) -> date:
    """The first day of the month written as 2026-12; of this month for anything else."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return first if FIRST_YEAR <= first.year <= LAST_YEAR else today.replace(day=1)


@enforces(Clause.P14)
def month_of(first: date, *, with_absences: bool, now: datetime) -> Month:
    """Three queries. Rehearsals take part: whoever sees one rehearses it."""
    today = settings.POLICY.calendar.day_of(now)
    length = monthrange(first.year, first.month)[1]
    days = {
        (day := first.replace(day=number)): Day(
            verdict=release_day_verdict(day, policy=settings.POLICY), is_today=day == today
        )
        for number in range(1, length + 1)
    }
    last = first.replace(day=length)
    _plan(days, first=first, last=last, today=today)
    if with_absences:
        for absence in Absence.objects.filter(first_day__lte=last, last_day__gte=first).select_related("user"):
            for each in days.values():
                if absence.first_day <= each.day <= absence.last_day:
                    each.away.append(str(absence.user))
    return Month(first=first, days=list(days.values()))


def _plan(days: Mapping[date, Day], *, first: date, last: date, today: date) -> None:
    releases: dict[tuple[int, date], list[Release]] = defaultdict(list)
    rows = Release.objects.filter(planned_on__range=(first, last)).exclude(project__archived_at__isnull=False)
    for release in rows.select_related("report", "project").order_by("project__name"):
        if release.planned_on is not None:
            releases[release.report_id, release.planned_on].append(release)
    for (_, on), parts in releases.items():
        out = all(part.state == ReleaseState.PUBLISHED for part in parts)
        late = on < today and not out and not parts[0].report.is_closed
        names = [part.project.name for part in parts]
        days[on].planned.append(Entry(report=parts[0].report, projects=names, is_out=out, is_late=late))
    planned = {report for report, _ in releases}
    for report in Report.objects.open().filter(release_planned_on__range=(first, last)).exclude(pk__in=planned):
        if report.release_planned_on is not None:
            late = report.release_planned_on < today
            days[report.release_planned_on].planned.append(Entry(report=report, is_late=late))
    for report in Report.objects.open().filter(reporter_discloses_on__range=(first, last)):
        if report.reporter_discloses_on is not None:
            days[report.reporter_discloses_on].reporters.append(report)
