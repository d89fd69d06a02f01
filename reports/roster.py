"""Who is on the patch team of a report, who is asked, and who could be, with why: four queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.text import get_text_list

from portal.policy import Clause, enforces
from reports.enums import PATCH_ROLES, WORKING_ROLES, Answer
from reports.models import Grant, Invitation, Recusal, Report
from teams.models import Maintainership, SecurityTeamMembership, User

MOST_PROPOSED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Somebody's role on the team, and what they maintain of what is affected."""

    grant: Grant
    maintains: Sequence[str]

    @property
    def why(self) -> str:
        return f"maintains {listed(self.maintains)}" if self.maintains else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`fills`: affected projects of which nobody on the team is a maintainer yet."""

    user: User
    maintains: Sequence[str]
    fills: Sequence[str]
    is_member: bool

    @property
    def why(self) -> str:
        said = []
        if self.maintains:
            said.append(f"maintains {listed(self.maintains)}")
        if self.fills and self.fills == self.maintains:
            said.append("as nobody on the team does yet")
        elif self.fills:
            said.append(f"and nobody on the team maintains {listed(self.fills)} yet")
        if self.is_member:
            said.append("is on the security team" if not said else "on the security team")
        return ", ".join(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    places: Sequence[Place]
    asked: Sequence[Invitation]
    proposals: Sequence[Proposal]

    def holds(self, user: User) -> bool:
        return any(place.grant.user_id == user.pk for place in self.places)


@enforces(Clause.P26, Clause.P28)
def roster_of(report: Report, *, now: datetime) -> Roster:
    """Proposed first: whose project nobody maintains yet on the team, then who maintains most, then the members."""
    grants = list(
        report.grants.in_force().filter(role__in=PATCH_ROLES).select_related("user").order_by("granted_at", "pk")
    )
    asked = list(report.invitations.filter(answer=Answer.PENDING).select_related("user", "invited_by"))
    maintains = _maintained(report, now=now)
    working = {grant.user_id for grant in grants if grant.role in WORKING_ROLES}
    covered = {name for user_id in working if user_id is not None for name in maintains.get(user_id, ())}
    engaged = {grant.user_id for grant in grants} | {invitation.user_id for invitation in asked}
    return Roster(
        places=[Place(grant=grant, maintains=maintains.get(grant.user_id or 0, ())) for grant in grants],
        asked=asked,
        proposals=_proposals(report, maintains, covered=covered, but=engaged, now=now),
    )


def listed(names: Sequence[str]) -> str:
    return get_text_list(list(names), "and")


def _maintained(report: Report, *, now: datetime) -> Mapping[int, Sequence[str]]:
    """The names of the affected projects that each person maintains, by the person's id."""
    maintained: defaultdict[int, list[str]] = defaultdict(list)
    for user_id, name in (
        Maintainership.objects.current(at=now)
        .filter(project__affected_by__report=report, project__archived_at=None)
        .order_by("project__name")
        .values_list("user_id", "project__name")
    ):
        maintained[user_id].append(name)
    return maintained


def _proposals(
    report: Report,
    maintains: Mapping[int, Sequence[str]],
    *,
    covered: set[str],
    but: set[int | None],
    now: datetime,
) -> list[Proposal]:
    member = SecurityTeamMembership.objects.current(at=now).filter(user_id=OuterRef("pk"))
    walled_off = Recusal.objects.filter(report=report, lifted_at=None)
    people = (
        User.objects.filter(Q(pk__in=maintains) | Q(Exists(member)), is_active=True)
        .exclude(pk__in=walled_off.values("user_id"))
        .annotate(is_member=Exists(member))
    )
    proposals = [
        Proposal(
            user=user,
            maintains=maintains.get(user.pk, ()),
            fills=[name for name in maintains.get(user.pk, ()) if name not in covered],
            is_member=bool(getattr(user, "is_member", False)),
        )
        for user in people
        if user.pk not in but
    ]
    return sorted(proposals, key=_rank)[:MOST_PROPOSED]


def _rank(proposal: Proposal) -> tuple[int, int, bool, str]:
    return -len(proposal.fills), -len(proposal.maintains), not proposal.is_member, str(proposal.user)
