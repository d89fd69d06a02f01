"""A person's word that somebody is an active maintainer, where GitHub does not show it; and taking it back (P20)."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from portal import characters
from portal.policy import Clause, enforces
from teams import consequences
from teams.enums import Sign
from teams.membership import standing_of
from teams.models import Evidence, Project, User


class Refused(Exception):
    """It may not be done. The message is for the person who tried."""


def may_confirm(user: User) -> bool:
    """Leads and administrators answer for who is here."""
    standing = standing_of(user)
    return standing.is_lead or standing.is_administrator


@enforces(Clause.P20)
def confirm(user: User, *, on: Project, reason: str, by: User, now: datetime) -> None:
    """Nobody confirms themselves, and nobody without a reason."""
    _demand(user, by)
    if not settings.POLICY.team.confirmation_counts:
        raise Refused("The policy does not let confirmations by hand count.")
    if not reason.strip():
        raise Refused("Say why you know that they maintain it.")
    record(user, on=on, holds=True, reason=reason.strip(), by=by, now=now)


@enforces(Clause.P20)
def withdraw(user: User, *, on: Project, reason: str, by: User, now: datetime) -> None:
    """What else shows that they maintain it still counts."""
    _demand(user, by)
    record(user, on=on, holds=False, reason=reason.strip() or "Taken back.", by=by, now=now)


def _demand(user: User, by: User) -> None:
    if not may_confirm(by):
        raise Refused("Only a lead or an administrator can say so.")
    if user == by:
        raise Refused("Somebody else has to say that of you.")


def record(user: User, *, on: Project, holds: bool, reason: str, by: User, now: datetime) -> None:
    """Write the word down, whoever's it is, and draw what follows from it."""
    with transaction.atomic():
        Evidence.objects.create(
            user=user,
            project=on,
            sign=Sign.CONFIRMED,
            holds=holds,
            reason=characters.storable(reason)[:500],
            by=by,
            seen_at=now,
        )
        consequences.draw([user.pk], policy=settings.POLICY.team, now=now)
