"""Walls around a report: a member who is recused, and a report that is restricted to named people (P8).

Each verb writes its event before the wall stands, since whoever builds it may be on the other side afterwards.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from portal.policy import Clause, enforces
from reports import coordination, history, notices, sharing
from reports.access import Permission
from reports.enums import EventKind, Role
from reports.guards import Refused, demand
from reports.models import Grant, Recusal, Report, Restriction
from teams.models import User


@enforces(Clause.P8)
def recuse(report: Report, *, who: User, reason: str, by: User, now: datetime) -> None:
    """Wall `who` off: somebody who reported it, wrote the fault, or is close to who did. The others see the wall.

    It outweighs membership and every grant. The reason is not required.
    """
    demand(by, Permission.SHARE, report)
    team = notices.team_of(report)
    if not team.filter(pk=who.pk).exists():
        raise Refused(f"{who} is not of the team that can see it. Somebody outside the team loses a grant instead.")
    others = team.exclude(pk=who.pk)
    if report.restricted_at is not None:
        others = others.filter(pk__in=sharing.lasting(report).values("user_id"))
    if not others.exists():
        raise Refused("They are the last of the team who can see it: let somebody else in first.")
    try:
        with transaction.atomic():
            history.append(report, EventKind.RECUSED, by=by, now=now, to=who.pk)
            if report.coordinator_id == who.pk:
                coordination.free(report, now=now, but=who)
            Recusal.objects.create(report=report, user=who, reason=reason.strip(), recused_at=now, recused_by=by)
    except IntegrityError:
        raise Refused(f"{who} is recused already.") from None


def lift_recusal(recusal: Recusal, *, by: User, now: datetime) -> None:
    demand(by, Permission.SHARE, recusal.report)
    with transaction.atomic():
        if not Recusal.objects.filter(pk=recusal.pk, lifted_at=None).update(lifted_at=now, lifted_by=by):
            raise Refused("It was lifted already.")
        history.append(recusal.report, EventKind.RECUSAL_LIFTED, by=by, now=now, to=recusal.user_id)


@enforces(Clause.P8)
def restrict(report: Report, *, keep: Iterable[User], reason: str, by: User, now: datetime) -> None:
    """From now on membership does not suffice: `keep`, and whoever builds the wall, coordinate it by grants.

    A grant that somebody else of the team still holds, such as of an earlier restriction, ends with it.
    """
    demand(by, Permission.SHARE, report)
    if report.restricted_at is not None:
        raise Refused("It is restricted already.")
    if not reason.strip():
        raise Refused("Say why not all of the team may know.")
    team = set(notices.team_of(report))
    kept = {by, *keep} & team
    if not kept:
        raise Refused("Somebody of the team has to keep sight of it.")
    try:
        with transaction.atomic():
            for person in sorted(kept, key=lambda person: person.pk):
                _keep_in_sight(report, person, by=by, now=now)
            for grant in Grant.objects.in_force().filter(report=report, user__in=team - kept).order_by("pk"):
                sharing.end(grant, of=report, by=by, now=now)
            history.append(report, EventKind.RESTRICTED, by=by, now=now, kept=len(kept))
            Restriction.objects.create(report=report, reason=reason.strip(), restricted_at=now, restricted_by=by)
            Report.objects.filter(pk=report.pk).update(restricted_at=now)
            report.restricted_at = now
            if report.coordinator_id is not None and not notices.team_of(report).filter(pk=report.coordinator_id):
                coordination.free(report, now=now)
    except IntegrityError:  # somebody else was quicker
        report.restricted_at = None
        raise Refused("It is restricted already.") from None


def lift_restriction(report: Report, *, by: User, now: datetime) -> None:
    """Membership suffices again. The grants stay, and can be revoked one by one."""
    demand(by, Permission.SHARE, report)
    with transaction.atomic():
        if not Restriction.objects.filter(report=report, lifted_at=None).update(lifted_at=now, lifted_by=by):
            raise Refused("It is not restricted any more.")
        Report.objects.filter(pk=report.pk).update(restricted_at=None)
        history.append(report, EventKind.RESTRICTION_LIFTED, by=by, now=now)
    report.restricted_at = None


def _keep_in_sight(report: Report, person: User, *, by: User, now: datetime) -> None:
    if not sharing.lasting(report).filter(user=person, role=Role.COORDINATOR).exists():
        for grant in Grant.objects.in_force().filter(report=report, user=person, role=Role.COORDINATOR):
            sharing.end(grant, of=report, by=by, now=now)
        sharing.give(report, to=person, role=Role.COORDINATOR, reason=sharing.BY_MEMBERSHIP, by=by, now=now)
