"""The one place that appends to a report's history: a chain, as `portal.audit` keeps them.

The row of a report is locked before the end of its history, here as by every verb that changes both.
"""

from collections.abc import Sequence
from datetime import datetime

from portal.audit import chain
from reports.enums import CHANGES_NOTHING, EventKind
from reports.models import Report, Reporter, ReportEvent
from teams.models import User

type Author = User | Reporter | None
"""Who did it: a person of the team, somebody on the reporter's side, or the portal itself."""

type Detail = str | int | bool | list[str] | None


def append(report: Report, kind: EventKind, *, by: Author, now: datetime, **details: Detail) -> ReportEvent:
    """Append an event and, unless its kind `CHANGES_NOTHING`, mark the report as changed.

    `details` carries ids and names of fields, never prose.
    """
    if kind not in CHANGES_NOTHING and report.changed_at != now:
        Report.objects.filter(pk=report.pk).update(changed_at=now)
        report.changed_at = now
    event = event_of(report, kind, by=by, now=now, **details)
    chain.append([event])
    return event


def begin(report: Report, *kinds: EventKind, by: Author, now: datetime, **details: Detail) -> None:
    """`append` for a report that was just made: the first kind is what `by` did, the others follow by themselves."""
    first, *others = kinds
    following = [event_of(report, kind, by=None, now=now) for kind in others]
    chain.begin([event_of(report, first, by=by, now=now, **details), *following])


def append_all(events: Sequence[ReportEvent], *, now: datetime, changes: bool = True) -> None:
    """Append events of several reports in as many statements as for one."""
    if changes:
        owners = {event.report_id for event in events}
        locked = Report.objects.filter(pk__in=owners).order_by("pk").select_for_update(no_key=True, of=("self",))
        Report.objects.filter(pk__in=list(locked.values_list("pk", flat=True))).update(changed_at=now)
    chain.append(events)


def event_of(report: Report, kind: EventKind, *, by: Author, now: datetime, **details: Detail) -> ReportEvent:
    return ReportEvent(
        report=report,
        kind=kind,
        user=by if isinstance(by, User) else None,
        reporter=by if isinstance(by, Reporter) else None,
        at=now,
        details=details,
    )
