"""Who can see a report and why, who could on any past day, and who did: the sharing page's answers, with evidence.

It follows from the same rows as the rule itself (`reports.models.grants.readable`), told over time. A property test
holds the two together.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Min, Q

from portal.policy import Clause, enforces
from reports.enums import READINGS, REPORTER_ROLES, EventKind, Role
from reports.enums import Sight as Sees
from reports.models import Grant, Recusal, Report, Reporter, ReportEvent, Restriction
from reports.spells import Spell, earlier, without
from teams import record
from teams.models import SecurityTeamMembership, User

TAKEN = (EventKind.FILE_DOWNLOADED, EventKind.EXPORTED, EventKind.CASE_FILE_TAKEN)
SEEN = (*READINGS, *TAKEN)
VISITS = Q(kind=EventKind.READ, details__what=Sees.PAGE) | Q(kind=EventKind.LINK_USED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Somebody may see the report for a spell. Either `user` or `reporter` is set; `grant` unless by membership."""

    spell: Spell
    why: str
    user: User | None = None
    reporter: Reporter | None = None
    grant: Grant | None = None
    membership: SecurityTeamMembership | None = None

    @property
    def by_membership(self) -> bool:
        return self.membership is not None

    @property
    def is_emergency(self) -> bool:
        return self.grant is not None and self.grant.role == Role.BREAK_GLASS


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Somebody did see it, in so many different hours, and took so many files or copies away."""

    name: str
    handle: str
    first: datetime
    last: datetime
    hours: int
    taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What one person has left on a report: when they looked, acted, or said that they trust it is handled."""

    user_id: int | None
    name: str
    handle: str
    first: datetime | None
    last: datetime | None
    hours: int
    taken: int
    acted: datetime | None
    trusted: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Every spell in which anybody could see a report since it arrived, and the walls that were built around it."""

    sights: Sequence[Sight]
    recusals: Sequence[Recusal]
    restrictions: Sequence[Restriction]

    def at(self, moment: datetime) -> list[Sight]:
        """Who may see it at that moment."""
        return [sight for sight in self.sights if sight.spell.holds(moment)]

    def during(self, spell: Spell) -> list[Sight]:
        """Who might have seen it at any moment of `spell`, such as a day."""
        return [sight for sight in self.sights if sight.spell.meets(spell)]

    @property
    def restriction(self) -> Restriction | None:
        return next((row for row in self.restrictions if row.lifted_at is None), None)


@enforces(Clause.P8)
def circle_of(report: Report) -> Circle:
    """Members first, the leads before the others, then grants by their age.

    Four queries, and one more if somebody's account is switched off.
    """
    recusals = list(report.recusals.select_related("user", "recused_by").order_by("recused_at", "pk"))
    restrictions = list(report.restrictions.select_related("restricted_by"))
    memberships, grants = _memberships(report), _grants(report)
    people = [*(row.user for row in memberships), *(grant.user for grant in grants if grant.user)]
    walls = _walls(recusals, people=people)
    shut = [Spell(row.restricted_at, row.lifted_at) for row in restrictions]
    return Circle(
        sights=[*_by_membership(report, memberships, walls, shut), *_by_grant(grants, walls)],
        recusals=recusals,
        restrictions=restrictions,
    )


@enforces(Clause.P8)
def who_can_see(report: Report, *, at: datetime) -> list[Sight]:
    return circle_of(report).at(at)


def who_saw(report: Report) -> list[Seen]:
    return seen(traces_of(report))


@enforces(Clause.P22)
def seen(traces: Iterable[Trace]) -> list[Seen]:
    """Who has seen it, the latest first. Readings are recorded once for each person and hour."""
    return [
        Seen(
            name=trace.name,
            handle=trace.handle,
            first=trace.first,
            last=trace.last,
            hours=trace.hours,
            taken=trace.taken,
        )
        for trace in traces
        if trace.first is not None and trace.last is not None
    ]


def traces_of(report: Report) -> list[Trace]:
    """Of everybody who looked or did something, whoever looked last first. One query."""
    rows = (
        ReportEvent.objects.filter(Q(user__isnull=False) | Q(reporter__isnull=False), report=report)
        .order_by()
        .values("user", "user__name", "user__github_login", "reporter", "reporter__invited_by")
        .annotate(
            first=Min("at", filter=Q(kind__in=SEEN)),
            last=Max("at", filter=Q(kind__in=SEEN)),
            acted=Max("at", filter=~Q(kind__in=(*SEEN, EventKind.TRUSTED))),
            trusted=Max("at", filter=Q(kind=EventKind.TRUSTED)),
            hours=Count("pk", filter=VISITS),
            taken=Count("pk", filter=Q(kind__in=TAKEN)),
        )
        .order_by(F("last").desc(nulls_last=True))
    )
    return [
        Trace(
            user_id=row["user"],
            name=_of_the_reporters(row["reporter__invited_by"]) if row["reporter"] else row["user__name"] or "",
            handle=f"@{row['user__github_login']}" if row["user__github_login"] else "",
            first=row["first"],
            last=row["last"],
            hours=row["hours"],
            taken=row["taken"],
            acted=row["acted"],
            trusted=row["trusted"],
        )
        for row in rows
    ]


def _of_the_reporters(invited_by: int | None) -> str:
    """Who they are is not told here."""
    return "Reporter" if invited_by is None else "Co-reporter"


def _walls(recusals: Iterable[Recusal], *, people: Iterable[User]) -> Mapping[int, Sequence[Spell]]:
    """When each person could see nothing of it, whatever they held: recused, or their account switched off."""
    walls: defaultdict[int, list[Spell]] = defaultdict(list)
    for row in recusals:
        walls[row.user_id].append(Spell(row.recused_at, row.lifted_at))
    for user_id, since in record.switched_off(people).items():
        walls[user_id].append(Spell(since))
    return walls


def _memberships(report: Report) -> list[SecurityTeamMembership]:
    lasted = SecurityTeamMembership.objects.filter(Q(until=None) | Q(until__gt=report.received_at))
    return list(lasted.select_related("user").order_by("-is_lead", "since", "pk"))


def _grants(report: Report) -> list[Grant]:
    return list(report.grants.select_related("user", "granted_by", "reporter").order_by("granted_at", "pk"))


def _by_membership(
    report: Report,
    memberships: Iterable[SecurityTeamMembership],
    walls: Mapping[int, Sequence[Spell]],
    restricted: Sequence[Spell],
) -> list[Sight]:
    return [
        Sight(spell=spell, why=row.reason, user=row.user, membership=row)
        for row in memberships
        for spell in without(
            Spell(max(row.since, report.received_at), row.until), [*walls.get(row.user_id, ()), *restricted]
        )
    ]


def _by_grant(grants: Iterable[Grant], walls: Mapping[int, Sequence[Spell]]) -> list[Sight]:
    return [
        Sight(
            spell=spell,
            why=grant.reason,
            user=grant.user,
            reporter=grant.reporter if grant.role in REPORTER_ROLES else None,
            grant=grant,
        )
        for grant in grants
        for spell in without(
            Spell(grant.granted_at, earlier(grant.revoked_at, grant.expires_at)),
            walls.get(grant.user_id, ()) if grant.user_id else (),
        )
    ]
