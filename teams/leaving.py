"""Ending a membership in two steps: announced, so that what the person looks after changes hands first; then ended."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from portal.policy import Clause, enforces
from teams import sessions
from teams.enums import Leaving
from teams.models import Absence, Departure, DutyWeek, SecurityTeamMembership, User

OWN_WILL = "Stepped down."
LOOKED_BACK_ON = timedelta(days=7)
"""For how long after a membership ended by other ways it is still noticed. What is older is history."""


def announced() -> QuerySet[Departure]:
    """Departures that wait to be carried out, the oldest first."""
    return Departure.objects.filter(ended_at=None).select_related("membership__user").order_by("announced_at", "pk")


@enforces(Clause.P24, Clause.P25)
def announce_ended(*, now: datetime) -> None:
    """Of memberships that ended without having been announced, such as by a correction: what the person looks after has
    to change hands all the same. Who has joined again since keeps it. Safe to run twice.
    """
    again = SecurityTeamMembership.objects.current(at=now).values("user_id")
    ended = SecurityTeamMembership.objects.filter(until__gt=now - LOOKED_BACK_ON, until__lte=now, departure=None)
    for membership in ended.exclude(user__in=again):
        announce_end(membership, now=now)


def announce_end(membership: SecurityTeamMembership, *, now: datetime) -> None:
    """It was ended by hand, however long ago the end is dated."""
    defaults = {"why": Leaving.ENDED_BY_HAND, "reason": membership.ended_reason, "announced_at": now}
    Departure.objects.get_or_create(membership=membership, defaults=defaults)


@enforces(Clause.P24)
def step_down(user: User, *, now: datetime) -> Departure | None:
    """Announce it, by the person's own will; nothing if they are no member."""
    membership = SecurityTeamMembership.objects.current(at=now).filter(user=user).first()
    if membership is None:
        return None
    departure, _ = Departure.objects.update_or_create(
        membership=membership, defaults={"why": Leaving.STEPPED_DOWN, "reason": OWN_WILL, "announced_at": now}
    )
    return departure


@enforces(Clause.P24, Clause.P25)
def end(departure: Departure, *, now: datetime) -> bool:
    """The membership ends, and with it the sessions and the duty to come. False if it had ended already."""
    membership = departure.membership
    with transaction.atomic():
        going_on = SecurityTeamMembership.objects.filter(Q(until=None) | Q(until__gt=now), pk=membership.pk)
        ended = going_on.update(until=max(now, membership.since), ended_reason=departure.reason)
        Departure.objects.filter(pk=departure.pk, ended_at=None).update(ended_at=now)
        DutyWeek.objects.filter(user=membership.user, monday__gt=now.date()).delete()
        Absence.objects.filter(user=membership.user).delete()
        sessions.end_all(membership.user)
    return bool(ended)
