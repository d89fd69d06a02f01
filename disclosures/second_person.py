"""Whoever may agree to what somebody else has proposed hears that it waits for them."""

from datetime import datetime

from reports import notices
from reports.enums import NoticeKind, Role
from reports.models import Grant, Report
from teams.models import User


def ask(report: Report, *, fact: str, but: User, now: datetime) -> None:
    """The team, and who leads the fix or releases it. `but`: who proposed it."""
    notices.tell_team(report, NoticeKind.SECOND_ASKED, fact=fact, now=now, but=but)
    may_too = Grant.objects.in_force().filter(report=report, role__in=[Role.LEAD, Role.RELEASER], user__is_active=True)
    others = [grant.user for grant in may_too.select_related("user") if grant.user and grant.user != but]
    notices.tell_users(report, NoticeKind.SECOND_ASKED, others, fact=fact, now=now)
