"""Several faults in one report: a part of it becomes a report of its own, with the same reporter and behind the same
walls.
"""

from datetime import datetime

from django.db import transaction

from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports import history, intake
from reports.access import Permission
from reports.enums import Channel, CreditWish, EventKind
from reports.guards import Refused, demand
from reports.intake import Submission
from reports.models import Grant, Report
from teams.models import User


@enforces(Clause.P1, Clause.P8)
def split(report: Report, *, summary: str, text: str, token: str, by: User, now: datetime) -> Report:
    """Its clock began when `report` arrived. Whoever may not see that one sees no more of this. Sent twice, it is one.

    The finder gets the receipt and a link of their own, if they still have access and left an address. Neither report's
    history names the other.
    """
    demand(by, Permission.COORDINATE, report)
    demand(by, Permission.SEE_REPORTER, report)
    if report.channel == Channel.TEAM:
        raise Refused("The team opened it itself, with no reporter who could follow: open another one for the rest.")
    token = f"split:{report.pk}:{token}"
    known = intake.find(token)
    if known is not None:
        return known.report
    finder = report.reporters.select_related("grant").get(invited_by=None)
    has_access = finder.grant.is_in_force
    submission = Submission(
        token=token,
        summary=summary,
        description=text,
        project_unknown=True,
        name=finder.name,
        email=finder.email if has_access else "",
        credit_wish=CreditWish(finder.credit_wish),
        channel=Channel.WEB if report.channel == Channel.GITHUB else Channel(report.channel),
    )
    with transaction.atomic():
        history.append(report, EventKind.SPLIT, by=by, now=now)
        made = intake.receive(submission, now=report.received_at, behind=report)
        if not has_access:
            with acting_as(SYSTEM):
                Grant.objects.filter(pk=made.reporter.grant_id).update(revoked_at=now)
    return made.report
