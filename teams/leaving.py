"""Ending a membership in two steps: announced, so that what the person looks after changes hands first; then ended."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from portal.policy import Clause, enforces
from teams import sessions
from teams.enums import Leaving
from teams.models import Absence, Departure, DutyWeek, SecurityTeamMembership, User

OWN_WILL = "Stepped down."


def announced() -> QuerySet[Departure]:
    """Departures that wait to be carried out, the oldest first."""
    return Departure.objects.filter(ended_at=None).select_related("membership__user").order_by("announced_at", "pk")


@enforces(Clause.P24)
def step_down(user: User, *, now: datetime) -> Departure | None:
    """Announce it, by the person's own will; nothing if they are no member."""
    membership = SecurityTeamMembership.objects.current(at=now).filter(user=user, until=None).first()
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
        ended = SecurityTeamMembership.objects.filter(pk=membership.pk, until=None).update(
            until=max(now, membership.since), ended_reason=departure.reason
        )
        Departure.objects.filter(pk=departure.pk, ended_at=None).update(ended_at=now)
        DutyWeek.objects.filter(user=membership.user, monday__gt=now.date()).delete()
        Absence.objects.filter(user=membership.user).delete()
        sessions.end_all(membership.user)
    return bool(ended)
