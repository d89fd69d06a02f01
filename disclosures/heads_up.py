"""Telling ahead that a disclosure comes: those who must install updates for many others plan their day (P14).

Only what is approved, and of it only day, hour, severity and projects, to addresses that the installation names.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from disclosures import publishing
from disclosures.draft import from_json
from portal.policy import Clause, enforces
from reports import history, notices
from reports.access import Permission
from reports.enums import EventKind, Severity, State
from reports.guards import Refused, demand
from reports.models import Report, ReportEvent
from reports.told_ahead import HeadsUp
from teams.models import User

STATES = frozenset({State.FIXING, State.READY})
"""While it is planned, and nothing is out."""
HOURS = range(24)


def draw_up(report: Report, *, hour: int, now: datetime) -> HeadsUp:
    """What would go out. Raises `Refused` while something of it is missing or not approved."""
    if report.is_rehearsal:
        raise Refused("It is a rehearsal: nobody outside the team hears of it.")
    if not settings.HEADS_UP_ADDRESSES:
        raise Refused("The installation names nobody to tell: see PORTAL_HEADS_UP_ADDRESSES.")
    if report.state not in STATES:
        raise Refused(f"It is {report.get_state_display()}: there is nothing to tell ahead.")
    day = report.release_planned_on
    if day is None or day < settings.POLICY.calendar.day_of(now):
        raise Refused("No day to come is planned: plan the release first.")
    if hour not in HOURS:
        raise Refused("Choose an hour of the day.")
    named = report.affected_projects.filter(project__archived_at=None).values_list("project__name", flat=True)
    return HeadsUp(day=day, hour=hour, severity=_severity(report), projects=list(named))


def _severity(report: Report) -> str:
    """The highest of what is approved."""
    advisories = list(report.advisories.all())
    revisions = [publishing.approved(advisory) for advisory in advisories]
    approved = [from_json(revision.content).severity for revision in revisions if revision is not None]
    if not advisories or len(approved) < len(advisories) or not all(approved):
        raise Refused("Its advisory is not approved yet: only what is approved may be told.")
    return max(approved, key=Severity.values.index)


def given(report: Report) -> ReportEvent | None:
    """The last time that it was told."""
    return report.events.filter(kind=EventKind.HEADS_UP_GIVEN).select_related("user").order_by("seq").last()


@enforces(Clause.P14)
def give(report: Report, *, hour: int, shown: str, by: User, now: datetime) -> HeadsUp:
    """Tell them what was `shown` to `by`, a day; if another one is planned since, it is shown first."""
    demand(by, Permission.PUBLISH, report)
    told = draw_up(report, hour=hour, now=now)
    if told.day.isoformat() != shown:
        raise Refused("Another day was planned since you looked: read it again before it goes out.")
    last = given(report)
    if last is not None and last.details == told.details:
        raise Refused("Exactly that was told already.")
    with transaction.atomic():
        event = history.append(report, EventKind.HEADS_UP_GIVEN, by=by, now=now, **told.details)
        notices.write(notices.ahead(report, settings.HEADS_UP_ADDRESSES, fact=f"event:{event.pk}", now=now))
    return told
