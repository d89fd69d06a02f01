"""What follows from the evidence: who maintains what begins and ends, and memberships that may not go on are announced
to end. Nothing here asks GitHub.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import Q

from portal.policy import Clause, enforces
from portal.policy.team import TeamPolicy
from teams import evidence
from teams.eligibility import Verdict, judge
from teams.enums import Leaving
from teams.evidence import Pair
from teams.models import Departure, Maintainership, Project, SecurityTeamMembership, SyncRun, User

ONE_AT_A_TIME = 0x7465616D
"""The number of the lock under which one at a time draws them."""
LONGEST_REASON = 500
MAINTAINS_NOTHING = "They maintain no active project."


@dataclass(slots=True)
class Consequences:
    """`says` what happened as sentences; `ends` by names that another run can compare."""

    says: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)


def alone() -> None:
    """Wait until nobody else draws consequences, for the rest of the transaction: two would announce one end twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])


def alone_at_once() -> bool:
    """The same without waiting: false if somebody else is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        row = cursor.fetchone()
    return bool(row and row[0])


def end_of(user: User) -> str:
    """The end of a membership by a name that a later run can compare."""
    return f"membership:{user.github_id}"


def verdicts_on(users: Iterable[int] | None = None, *, policy: TeamPolicy, now: datetime) -> dict[Pair, Verdict]:
    facts = evidence.facts_of(evidence.latest(users=users))
    return {pair: judge(each, policy=policy, now=now) for pair, each in facts.items()}


@enforces(Clause.P20, Clause.P25)
def draw(
    users: Iterable[int] | None = None, *, policy: TeamPolicy, now: datetime, run: SyncRun | None = None
) -> Consequences:
    """For these people, or for everybody. Safe to run twice; call it in a transaction."""
    alone()
    whose = None if users is None else list(users)
    verdicts = verdicts_on(whose, policy=policy, now=now)
    found = Consequences()
    _end_maintainerships(verdicts, whose, found, now=now)
    _begin_maintainerships(verdicts, found, now=now)
    _announce_departures(verdicts, whose, found, now=now, run=run)
    return found


def _end_maintainerships(
    verdicts: dict[Pair, Verdict], users: list[int] | None, found: Consequences, *, now: datetime
) -> None:
    current = Maintainership.objects.filter(until=None).order_by()  # joined to nothing: there may be very many
    if users is not None:
        current = current.filter(user__in=users)
    ended = []
    for row in current:
        verdict = verdicts.get(Pair(row.user_id, row.project_id))
        if verdict is None or not verdict.is_maintainer:
            row.until = max(now, row.since)
            row.ended_reason = (verdict.words if verdict else "Nothing shows it any more.")[:LONGEST_REASON]
            ended.append(row)
    people = User.objects.in_bulk({row.user_id for row in ended})
    projects = Project.objects.in_bulk({row.project_id for row in ended})
    for row in ended:
        person = people[row.user_id]
        found.says.append(f"{person.handle} maintains {projects[row.project_id]} no more.")
        found.ends.append(f"maintainership:{person.github_id}:{row.project_id}")
    Maintainership.objects.bulk_update(ended, ["until", "ended_reason"], batch_size=500)


def _begin_maintainerships(verdicts: dict[Pair, Verdict], found: Consequences, *, now: datetime) -> None:
    wanted = {pair for pair, verdict in verdicts.items() if verdict.is_maintainer}
    there = {Pair(*row) for row in Maintainership.objects.filter(until=None).values_list("user_id", "project_id")}
    new = sorted(wanted - there)
    Maintainership.objects.bulk_create(
        [
            Maintainership(
                user_id=pair.user, project_id=pair.project, since=now, reason=verdicts[pair].words[:LONGEST_REASON]
            )
            for pair in new
        ],
        batch_size=500,
    )
    people = User.objects.in_bulk({pair.user for pair in new})
    projects = Project.objects.in_bulk({pair.project for pair in new})
    found.says += [f"{people[pair.user].handle} maintains {projects[pair.project]}." for pair in new]


def _announce_departures(
    verdicts: dict[Pair, Verdict],
    users: list[int] | None,
    found: Consequences,
    *,
    now: datetime,
    run: SyncRun | None,
) -> None:
    """Who is eligible again before it has come to the end stays."""
    going_on = SecurityTeamMembership.objects.filter(Q(until=None) | Q(until__gt=now))
    memberships = going_on.select_related("user", "departure")
    if users is not None:
        memberships = memberships.filter(user__in=users)
    by_person: defaultdict[int, list[Verdict]] = defaultdict(list)
    for pair, verdict in verdicts.items():
        by_person[pair.user].append(verdict)
    for membership in memberships:
        theirs = by_person[membership.user_id]
        announced = getattr(membership, "departure", None)
        if any(verdict.is_eligible for verdict in theirs):
            if announced is not None and announced.why == Leaving.NOT_ELIGIBLE and announced.ended_at is None:
                announced.delete()
                found.says.append(f"{membership.user.handle} may stay on the team after all.")
        elif announced is None:
            why = " ".join(verdict.words for verdict in theirs) or MAINTAINS_NOTHING
            Departure.objects.create(
                membership=membership, why=Leaving.NOT_ELIGIBLE, reason=why[:LONGEST_REASON], announced_at=now, run=run
            )
            found.says.append(f"{membership.user.handle} leaves the team: {why}")
            found.ends.append(end_of(membership.user))
