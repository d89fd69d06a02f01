"""Objecting to the end of one's membership, and answering that (P25)."""

from datetime import datetime

from django.db import IntegrityError, transaction

from portal.policy import Clause, enforces
from teams.enums import AppealState, Leaving
from teams.membership import standing_of
from teams.models import Appeal, Departure, User


class Refused(Exception):
    """It may not be done. The message is for the person who tried."""


def open_to(user: User) -> Departure | None:
    """The last end of a membership of theirs, if it was not by their own will."""
    last = (
        Departure.objects.filter(membership__user=user, ended_at__isnull=False)
        .select_related("appeal__answered_by")
        .first()
    )
    return last if last is not None and last.why != Leaving.STEPPED_DOWN else None


@enforces(Clause.P25)
def appeal(user: User, *, text: str, now: datetime) -> None:
    departure = open_to(user)
    if departure is None:
        raise Refused("There is nothing to object to.")
    if not text.strip():
        raise Refused("Say what is wrong, so that a lead can look into it.")
    try:
        with transaction.atomic():
            Appeal.objects.create(departure=departure, text=text.strip()[:4000], written_at=now)
    except IntegrityError:
        raise Refused("You have objected already. A lead will answer.") from None


@enforces(Clause.P25)
def answer(objection: Appeal, *, state: AppealState, text: str, by: User, now: datetime) -> None:
    """A lead's word. Coming back is joining again, by the person's own act."""
    if not standing_of(by).is_lead:
        raise Refused("Only a lead answers.")
    if objection.departure.membership.user == by:
        raise Refused("Another lead has to answer that.")
    if not text.strip():
        raise Refused("Say why.")
    waiting = Appeal.objects.filter(pk=objection.pk, state=AppealState.OPEN)
    if not waiting.update(state=state, answer=text.strip()[:4000], answered_by=by, answered_at=now):
        raise Refused("It was answered already.")
