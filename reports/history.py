"""The one place that appends to a report's history."""

from datetime import datetime

from reports.enums import EventKind
from reports.models import Report, Reporter, ReportEvent
from teams.models import User

type Author = User | Reporter | None
"""Who did it: a person of the team, somebody on the reporter's side, or the portal itself."""

type Detail = str | int | bool | list[str] | None


def append(report: Report, kind: EventKind, *, by: Author, now: datetime, **details: Detail) -> ReportEvent:
    """Append an event and mark the report as changed. `details` carries ids and names of fields, never prose."""
    event = ReportEvent.objects.create(
        report=report,
        kind=kind,
        user=by if isinstance(by, User) else None,
        reporter=by if isinstance(by, Reporter) else None,
        at=now,
        details=details,
    )
    if report.changed_at != now:
        Report.objects.filter(pk=report.pk).update(changed_at=now)
        report.changed_at = now
    return event
