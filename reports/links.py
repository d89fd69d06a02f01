"""Linking reports that belong together. Only who may read both learns of it, in the history too (P8)."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from portal.policy import Clause, enforces
from reports import history
from reports.access import Permission
from reports.enums import EventKind
from reports.guards import Refused, demand, refuse_made_up
from reports.models import Report, ReportLink
from teams.models import User


def linked_with(report: Report) -> list[Report]:
    ids = {number for pair in _in_force(report).values_list("report_id", "other_id") for number in pair}
    return list(Report.objects.filter(pk__in=ids - {report.pk}).oldest_first())


@enforces(Clause.P8)
def link(report: Report, *, other: Report, by: User, now: datetime) -> None:
    if report.pk == other.pk:
        raise Refused("That is this very report.")
    for each in (report, other):
        demand(by, Permission.COORDINATE, each)
        refuse_made_up(each, "nothing else leads to it.")
    first, second = sorted((report, other), key=lambda each: each.pk)
    try:
        with transaction.atomic():
            made = ReportLink.objects.create(report=first, other=second, linked_by=by, linked_at=now)
            for each in (first, second):
                history.append(each, EventKind.LINKED, by=by, now=now, link=made.pk)
    except IntegrityError:
        raise Refused("They are linked already.") from None


def unlink(report: Report, *, other: Report, by: User, now: datetime) -> None:
    for each in (report, other):
        demand(by, Permission.COORDINATE, each)
    first, second = sorted((report, other), key=lambda each: each.pk)
    with transaction.atomic():
        found = _in_force(first).filter(other=second).first()
        if found is None or not _in_force(first).filter(pk=found.pk).update(ended_by=by, ended_at=now):
            raise Refused("They are not linked any more.")
        for each in (first, second):
            history.append(each, EventKind.UNLINKED, by=by, now=now, link=found.pk)


def known(report: Report) -> set[int]:
    """Links, in force or ended, of which the viewer may know."""
    return set(ReportLink.objects.filter(Q(report=report) | Q(other=report)).values_list("pk", flat=True))


def _in_force(report: Report) -> QuerySet[ReportLink]:
    return ReportLink.objects.filter(Q(report=report) | Q(other=report), ended_at=None)
