"""Joining the security team: by one's own act, and by agreeing to what it asks (P19, P22, P24)."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from portal.policy import Clause, enforces
from teams.membership import objection_to_joining
from teams.models import SecurityTeamMembership, TermsAcceptance, User

BY_OWN_ACT = "Joined by their own act, having agreed to the terms of {version}."


class NotNow(Exception):
    """They cannot join, or not yet. The message is for the person who tried."""


@enforces(Clause.P22)
def accept_terms(user: User, *, version: str, now: datetime) -> None:
    """Agree to the terms as they were shown, which must be those in force. Safe to run twice."""
    if version != settings.POLICY.terms.version:
        raise NotNow("The terms have changed since you opened the page. Please read them again.")
    TermsAcceptance.objects.get_or_create(user=user, version=version, defaults={"accepted_at": now})


@enforces(Clause.P19, Clause.P20, Clause.P23, Clause.P24)
def join(user: User, *, version: str, now: datetime) -> SecurityTeamMembership:
    """Whoever maintains something active may; nobody else decides about it."""
    objection = objection_to_joining(user, now=now)
    if objection:
        raise NotNow(objection)
    try:
        with transaction.atomic():
            accept_terms(user, version=version, now=now)
            return SecurityTeamMembership.objects.create(
                user=user, since=now, reason=BY_OWN_ACT.format(version=version)
            )
    except IntegrityError:
        raise NotNow("You belong to the team already.") from None
