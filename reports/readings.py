"""Who has seen what of a report, once an hour for each person and kind of thing (AUD-03).

Asking whether it is known costs nothing where the report is asked for anyway, and nothing is written when it is.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from portal import origin
from portal.audit import chain
from portal.viewer import UserViewer, current_viewer
from reports.enums import EventKind, Sight
from reports.history import Detail, event_of
from reports.models import Report, Reporter, ReportEvent
from teams.models import User

ONCE_AN_HOUR: Final = timedelta(hours=1)


def is_known(*, now: datetime) -> Exists:
    """To be asked together with a report: whether the person who looks has read it within the hour."""
    mine = ReportEvent.objects.filter(user=_reader(), details__what=Sight.PAGE, kind=EventKind.READ)
    return Exists(mine.filter(report=OuterRef("pk"), at__gt=now - ONCE_AN_HOUR).order_by())


def note_sight(report: Report, what: Sight, *, now: datetime) -> None:
    """Keep that the person who looks has seen `what` of the report. The portal itself reads for somebody else."""
    event = _sight(report, what, now=now)
    if event.user_id is not None and not _alike(event).exists():
        _once(event, where=from_where())


def note_page(report: Report, *, now: datetime) -> None:
    """The same of the report itself, which was asked for with `is_known`."""
    event = _sight(report, Sight.PAGE, now=now)
    if event.user_id is not None and not vars(report)["is_known"]:
        _once(event, where=from_where())


def _sight(report: Report, what: Sight, *, now: datetime) -> ReportEvent:
    return ReportEvent(report=report, kind=EventKind.READ, user_id=_reader(), at=now, details={"what": what.value})


def link_is_known(*, now: datetime) -> Exists:
    """To be asked together with a reporter's key: whether they have come by a link within the hour."""
    used = ReportEvent.objects.filter(reporter=OuterRef("reporter"), kind=EventKind.LINK_USED)
    return Exists(used.filter(report=OuterRef("report"), at__gt=now - ONCE_AN_HOUR).order_by())


def note_link(reporter: Reporter, *, now: datetime) -> None:
    """Keep that somebody came by the reporter's link, and never from where."""
    event = event_of(reporter.report, EventKind.LINK_USED, by=reporter, now=now)
    if not _alike(event).exists():
        _once(event, where={})


def note_download(report: Report, kind: EventKind, *, by: User | Reporter, now: datetime, **details: Detail) -> None:
    """Keep that something was taken away: each time, and for a member with a hash of where they are."""
    where = from_where() if isinstance(by, User) else {}
    chain.append([event_of(report, kind, by=by, now=now, **details, **where)])


def from_where() -> Mapping[str, str]:
    return {"network": origin.network()} if origin.network() else {}


def _reader() -> int | None:
    viewer = current_viewer()
    return viewer.user_id if isinstance(viewer, UserViewer) else None


def _once(event: ReportEvent, *, where: Mapping[str, str]) -> None:
    with transaction.atomic(savepoint=False):
        Report.objects.select_for_update(no_key=True, of=("self",)).values_list("pk").get(pk=event.report_id)
        if not _alike(event).exists():  # somebody's second tab was quicker
            event.details = {**event.details, **where}
            chain.append([event])


def _alike(event: ReportEvent) -> QuerySet[ReportEvent]:
    """The same by the same person within the hour."""
    return ReportEvent.objects.filter(
        report=event.report_id,
        kind=event.kind,
        user=event.user_id,
        reporter=event.reporter_id,
        at__gt=event.at - ONCE_AN_HOUR,
        details__contains=event.details,
    ).order_by()
