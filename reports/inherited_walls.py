"""The walls around a report that was a part of another: nobody sees it who could not see that one (P8)."""

from datetime import datetime
from typing import Final

from reports.enums import Role
from reports.models import Grant, Recusal, Report, Restriction
from reports.models.grants import GrantQuerySet
from teams.models import SecurityTeamMembership

INHERITED: Final = (Role.COORDINATOR, Role.OBSERVER)
"""Whoever works on the fix of the one has no part in that of the other yet."""


def build(report: Report, *, behind: Report, now: datetime) -> None:
    """Before anybody hears of `report`. Of whoever was let in to a restricted report only the team comes along."""
    for wall in Recusal.objects.filter(report=behind, lifted_at=None).select_related("report"):
        Recusal.objects.create(
            report=report, user_id=wall.user_id, reason=wall.reason, recused_at=now, recused_by_id=wall.recused_by_id
        )
    standing = Restriction.objects.filter(report=behind, lifted_at=None).select_related("report").first()
    if standing is None:
        return
    Restriction.objects.create(
        report=report, reason=standing.reason, restricted_at=now, restricted_by_id=standing.restricted_by_id
    )
    Report.objects.filter(pk=report.pk).update(restricted_at=now)
    report.restricted_at = now
    for grant in _of_the_team(behind):
        Grant.objects.create(
            report=report,
            user_id=grant.user_id,
            role=grant.role,
            reason="Sees the report of which it was a part.",
            granted_at=now,
            sees_from=report.received_at,
        )


def _of_the_team(behind: Report) -> GrantQuerySet:
    """Those of members who look after it, or look on, until somebody ends that."""
    members = SecurityTeamMembership.objects.current().values("user_id")
    walled_off = Recusal.objects.filter(report=behind, lifted_at=None).values("user_id")
    lasting = Grant.objects.in_force().filter(report=behind, role__in=INHERITED, expires_at=None)
    return lasting.filter(user__in=members).exclude(user__in=walled_off).order_by("pk")
