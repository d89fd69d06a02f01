"""Breaking the glass: a configured administrator opens one report for an hour, in writing, and the team is told.

Nobody goes around the need to know otherwise. What this makes is a grant like any other, so that it stands where
grants stand, ends by itself and can be revoked at once.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports import history, notices
from reports.enums import EventKind, NoticeKind, Role
from reports.guards import Refused
from reports.models import Grant, Recusal, Report
from teams.models import User

LASTS: Final = timedelta(hours=1)
SHORTEST_REASON: Final = 20
"""Characters: enough for a sentence that the team can judge."""


@enforces(Clause.P8)
def break_glass(reference: str, *, reason: str, by: User, now: datetime) -> Report:
    """Let `by` see the report for an hour, and tell the team and the escalation address at once."""
    if not by.may_break_glass:
        raise Refused("Only administrators whom this installation names for emergencies can do that.")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused("Say in a sentence why it cannot wait for somebody of the team.")
    with acting_as(SYSTEM), transaction.atomic():
        report = Report.objects.select_related("coordinator").filter(reference=reference).first()
        if report is None:
            raise Refused("There is no report with this reference.")
        if Recusal.objects.filter(report=report, user=by, lifted_at=None).exists():
            raise Refused("You are recused from it, and an emergency does not change that.")
        _open(report, reason=reason.strip(), by=by, now=now)
    return report


def _open(report: Report, *, reason: str, by: User, now: datetime) -> None:
    earlier = Grant.objects.filter(report=report, user=by, role=Role.BREAK_GLASS, revoked_at=None)
    earlier.update(revoked_at=now, revoked_by=by)
    grant = Grant.objects.create(
        report=report,
        user=by,
        role=Role.BREAK_GLASS,
        reason=reason,
        granted_by=by,
        granted_at=now,
        sees_from=report.received_at,
        expires_at=now + LASTS,
    )
    history.append(report, EventKind.GLASS_BROKEN, by=by, now=now, grant=grant.pk, until=(now + LASTS).isoformat())
    fact = f"grant:{grant.pk}"
    told = notices.of_users(report, NoticeKind.GLASS_BROKEN, notices.team_of(report), fact=fact, now=now)
    told.append(notices.of_escalation(report, NoticeKind.GLASS_BROKEN, fact=fact, now=now))
    notices.write(told)
