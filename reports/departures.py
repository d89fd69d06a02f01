"""Somebody leaves the team: what they look after changes hands, what lets them in ends, then the membership does.

All of it in one transaction and in this order, so that no live report is out of everybody's sight in between (trap 18).
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from portal.policy import Clause, enforces
from reports import handovers, history, notices
from reports.enums import EventKind, HandOverAnswer, NoticeKind, Role
from reports.models import Grant, HandOver, Report
from reports.sharing import give
from teams import leaving, rota
from teams.models import Departure, User

PATIENCE = timedelta(minutes=45)
"""For how long a departure that fails is tried again; then the membership ends as it is (AUT-05)."""
GRACE = "May finish what they worked on."


@enforces(Clause.P24, Clause.P25)
def carry_out_announced(*, now: datetime) -> None:
    """Every departure that was announced. One that fails holds up no other. Safe to run twice, or halfway."""
    leaving.announce_ended(now=now)
    failures: list[Exception] = []
    for departure in leaving.announced():
        try:
            carry_out(departure, keep=True, now=now)
        except Exception as failure:  # noqa: BLE001 - raised below, with the others
            failures.append(failure)
            if departure.announced_at <= now - PATIENCE:
                leaving.end(departure, now=now)
    if failures:
        raise ExceptionGroup("Somebody could not be let go.", failures)


@enforces(Clause.P24, Clause.P25)
def carry_out(departure: Departure, *, keep: bool, now: datetime, wanted: User | None = None) -> None:
    """`keep`: what they worked on stays in sight for the days of grace that the policy gives.

    `wanted`: who should coordinate what they did.
    """
    leaver = departure.membership.user
    with transaction.atomic():
        own = list(Report.objects.open().filter(_is_worked_on_by(leaver)).order_by("pk"))
        HandOver.objects.pending().filter(to=leaver).exclude(report__coordinator=leaver).update(
            answer=HandOverAnswer.DECLINED, answered_at=now
        )
        for report in own:
            if report.coordinator_id == leaver.pk or _is_out_of_sight_without(leaver, report):
                handovers.pass_on(report, leaver=leaver, wanted=wanted, now=now)
        _revoke_grants(leaver, now=now)
        if keep and settings.POLICY.team.grace_days:
            _give_grace(leaver, own, now=now)
        _tell(departure, leaver, now=now)
        leaving.end(departure, now=now)


def _is_worked_on_by(user: User) -> Q:
    granted = Grant.objects.in_force().filter(user=user)
    return Q(coordinator=user) | Q(pk__in=granted.values("report_id"))


def _is_out_of_sight_without(leaver: User, report: Report) -> bool:
    """A restricted report that nobody else of the team could see any more."""
    return report.restricted_at is not None and not notices.team_of(report).exclude(pk=leaver.pk).exists()


def _revoke_grants(leaver: User, *, now: datetime) -> None:
    for grant in handovers.grants_of(leaver):
        history.append(
            grant.report, EventKind.ACCESS_REVOKED, by=None, now=now, to=leaver.pk, role=grant.role, grant=grant.pk
        )
        Grant.objects.filter(pk=grant.pk).update(revoked_at=now)


def _give_grace(leaver: User, reports: list[Report], *, now: datetime) -> None:
    until = now + settings.POLICY.team.grace
    for report in reports:
        give(report, to=leaver, role=Role.OBSERVER, reason=GRACE, by=None, now=now, until=until)


def _tell(departure: Departure, leaver: User, *, now: datetime) -> None:
    fact = f"departure:{departure.pk}"
    staying = rota.staying(now=now).exclude(pk=leaver.pk)
    notices.write(
        [
            *notices.of_the_team(NoticeKind.MEMBERSHIP_ENDED, [leaver], fact=fact, now=now),
            *notices.of_the_team(NoticeKind.MEMBER_LEFT, staying, fact=fact, now=now),
        ]
    )
