"""Joining the security team: by one's own act, and by agreeing to what it asks (P19, P22, P24)."""

from datetime import datetime

from django.db import IntegrityError, transaction

from portal.policy import Clause, enforces
from teams import sessions, terms
from teams.membership import objection_to_joining
from teams.models import SecurityTeamMembership, User

BY_OWN_ACT = "Joined by their own act, having agreed to the terms of {version}."


ALREADY = "You belong to the team already."


class NotNow(Exception):
    """They cannot join, or not yet. The message is for the person who tried."""


@enforces(Clause.P19, Clause.P20, Clause.P23, Clause.P24)
def join(user: User, *, version: str, now: datetime) -> SecurityTeamMembership:
    """Whoever maintains something active may, and nobody else decides about it. Rights begin with the next sign-in."""
    objection = objection_to_joining(user, now=now)
    if objection:
        raise NotNow(objection)
    if SecurityTeamMembership.objects.current(at=now).filter(user=user).exists():
        raise NotNow(ALREADY)
    try:
        with transaction.atomic():
            terms.accept(user, version=version, now=now)
            sessions.end_all(user)
            return SecurityTeamMembership.objects.create(
                user=user, since=now, reason=BY_OWN_ACT.format(version=version)
            )
    except IntegrityError:
        raise NotNow(ALREADY) from None
