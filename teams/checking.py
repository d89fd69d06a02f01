"""Whether somebody is still who they were, asked when they sign in: what was seen may have grown old since (P20)."""

from datetime import datetime, timedelta

from django.db import transaction

from portal.policy import Clause, enforces
from portal.policy.team import TeamPolicy
from portal.queue import enqueue
from teams import consequences
from teams.enums import Outcome, Task
from teams.models import SyncRun, User

FRESH = timedelta(days=2)
"""When GitHub was not heard for longer, its silence says nothing about anybody (AUT-05)."""
NOTHING_CHANGED = (Outcome.FAILED, Outcome.SUPERSEDED)


@enforces(Clause.P20, Clause.P25)
def check(user: User, *, policy: TeamPolicy, now: datetime) -> None:
    """Draw what follows for them from what is known; while a sync does so for everybody, leave it to it."""
    if _is_for_a_person_to_decide(user, now=now):
        return
    with transaction.atomic():
        if not consequences.alone_at_once():
            return
        drawn = consequences.draw([user.pk], policy=policy, now=now)
        if any(end.startswith("membership:") for end in drawn.ends):
            enqueue(Task.SWEEP)


def _is_for_a_person_to_decide(user: User, *, now: datetime) -> bool:
    """GitHub is silent, or ending this membership waits for an answer, or was answered with no."""
    heard = SyncRun.objects.complete().first()
    if heard is not None and heard.started_at < now - FRESH:
        return True
    last = SyncRun.objects.exclude(outcome__in=NOTHING_CHANGED).first()
    undecided = last is not None and last.outcome in {Outcome.HELD, Outcome.AGREED, Outcome.DISCARDED}
    return undecided and last is not None and consequences.end_of(user) in last.ends
