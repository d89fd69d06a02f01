"""Groups of reports about the same thing. The portal suggests; a member of the team decides.

To be grouped is no verdict: each keeps its own state, clock and reporter, and no reporter learns of it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from portal.policy import Clause, enforces
from reports import history
from reports.access import Permission
from reports.enums import EventKind
from reports.guards import Refused, demand
from reports.models import Grouping, Report
from reports.models.flood import new_group
from teams.models import User

ONE_AT_A_TIME = "reports in groups"
MOST = 200
"""Reports of one group."""
IN_FORCE = Q(ended_at=None)


def beside(report: Report) -> list[Report]:
    """The others of the report's group that the viewer may read, the oldest first."""
    own = Grouping.objects.filter(IN_FORCE, report=report).values("group")
    others = Grouping.objects.filter(IN_FORCE, group__in=own).exclude(report=report)
    return list(Report.objects.filter(pk__in=others.values("report_id")).select_related("coordinator").oldest_first())


@enforces(Clause.P2, Clause.P8)
def group(report: Report, others: Sequence[Report], *, by: User, now: datetime) -> int:
    """Keep `report` and `others` together, with all that stood in their groups. How many are in the group then."""
    chosen = {one.pk: one for one in (report, *others)}
    if len(chosen) == 1:
        raise Refused("Choose at least one other report.")
    with transaction.atomic():
        _one_at_a_time()
        standing = _standing_with(chosen.values())
        code = next((row.group for row in standing if row.report_id == report.pk), "")
        code = code or next((row.group for row in standing), "") or new_group()
        whole = {row.report_id: row.report for row in standing} | chosen
        if len(whole) > MOST:
            raise Refused(f"A group has at most {MOST} reports.")
        there = {row.report_id for row in standing if row.group == code}
        coming = [one for number, one in sorted(whole.items()) if number not in there]
        for one in coming:
            demand(by, Permission.COORDINATE, one)
        Grouping.objects.filter(IN_FORCE, report__in=coming).update(ended_by=by, ended_at=now)
        Grouping.objects.bulk_create(Grouping(report=one, group=code, grouped_by=by, grouped_at=now) for one in coming)
        events = [history.event_of(one, EventKind.GROUPED, by=by, now=now, group=code) for one in coming]
        history.append_all(events, now=now)
    return len(whole)


def _standing_with(reports: Iterable[Report]) -> list[Grouping]:
    """Who stands in a group with one of `reports`, they themselves included."""
    groups = Grouping.objects.filter(IN_FORCE, report__in=reports).values("group")
    return list(Grouping.objects.filter(IN_FORCE, group__in=groups).select_related("report"))


def ungroup(report: Report, *, by: User, now: datetime) -> None:
    """Take `report` out of its group."""
    demand(by, Permission.COORDINATE, report)
    with transaction.atomic():
        _one_at_a_time()
        code = Grouping.objects.filter(IN_FORCE, report=report).values_list("group", flat=True).first()
        if code is None or not Grouping.objects.filter(IN_FORCE, report=report).update(ended_by=by, ended_at=now):
            raise Refused("It is in no group.")
        history.append(report, EventKind.UNGROUPED, by=by, now=now, group=code)


def _one_at_a_time() -> None:
    """To the end of the transaction. Groups grow together, so that no rows alone could say who waits for whom."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [ONE_AT_A_TIME])
