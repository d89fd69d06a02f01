"""Whether somebody is an active maintainer of an active project: from what was seen to a verdict, in sentences (P20).

Pure: it asks nobody and changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from portal.policy import Clause, enforces
from portal.policy.team import TeamPolicy


@dataclass(frozen=True, slots=True)
class Held:
    """Something that is so, since it was first seen to be."""

    what: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Confirmation:
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one person on one project."""

    repository: str
    """As owner/name."""
    project_ended: str = ""
    """Why it is not active; empty while it is."""
    account_is_open: bool = True
    role: Held | None = None
    teams: tuple[Held, ...] = ()
    confirmation: Confirmation | None = None
    left_organisation_at: datetime | None = None
    contributed_at: datetime | None = None
    released: Held | None = None

    @property
    def name(self) -> str:
        return self.repository.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`says`: why, each a sentence."""

    is_maintainer: bool
    is_active: bool
    is_eligible: bool
    says: tuple[str, ...]

    @property
    def words(self) -> str:
        return " ".join(self.says)


@dataclass(frozen=True, slots=True)
class _Ground:
    sentence: str
    since: datetime


@enforces(Clause.P20, Clause.P23)
def judge(facts: Facts, *, policy: TeamPolicy, now: datetime) -> Verdict:
    grounds = _grounds(facts, policy=policy, now=now)
    is_active, activity = _activity(facts, grounds, policy=policy, now=now)
    says = [ground.sentence for ground in grounds]
    if grounds:
        says.append(activity)
    else:
        says.append(f"Nothing makes them a maintainer of {facts.name}: no role, no team, no confirmation that counts.")
    if facts.project_ended:
        says.append(f"{facts.name} is not active: {facts.project_ended}.")
    if not facts.account_is_open:
        says.append("Their account is switched off.")
    return Verdict(
        is_maintainer=bool(grounds),
        is_active=bool(grounds) and is_active,
        is_eligible=bool(grounds) and is_active and facts.account_is_open and not facts.project_ended,
        says=tuple(says),
    )


def _grounds(facts: Facts, *, policy: TeamPolicy, now: datetime) -> list[_Ground]:
    """What makes them a maintainer."""
    found = []
    if facts.role and facts.role.what.lower() in policy.maintainer_roles:
        found.append(
            _Ground(
                f"GitHub gives them the role {facts.role.what} on {facts.name} ({_seen(facts.role.since)}).",
                facts.role.since,
            )
        )
    found += [
        _Ground(f"They belong to the team {team.what}, which maintains {facts.name} ({_seen(team.since)}).", team.since)
        for team in facts.teams
        if facts.name.lower() in policy.maintainer_teams.get(team.what, ())
    ]
    confirmed = _confirmation_that_counts(facts, policy=policy, now=now)
    if confirmed:
        found.append(
            _Ground(
                f"{confirmed.by} confirmed it on {_day(confirmed.at)}: {confirmed.reason.rstrip('.')}.", confirmed.at
            )
        )
    return found


def _activity(facts: Facts, grounds: list[_Ground], *, policy: TeamPolicy, now: datetime) -> tuple[bool, str]:
    """Nobody is called inactive before they were looked at for the whole span: GitHub tells no dates of the past."""
    horizon = now - policy.active_span
    confirmed = _confirmation_that_counts(facts, policy=policy, now=now)
    signs = [
        _Ground(f"Active: they contributed, as seen on {_day(facts.contributed_at)}.", facts.contributed_at)
        if facts.contributed_at
        else None,
        _Ground(f"Active: they released {facts.released.what} on {_day(facts.released.since)}.", facts.released.since)
        if facts.released
        else None,
        _Ground("Active, as confirmed.", confirmed.at) if confirmed else None,
    ]
    newest = max((sign for sign in signs if sign), key=lambda sign: sign.since, default=None)
    if newest and newest.since > horizon:
        return True, newest.sentence
    watched = max((ground.since for ground in grounds), default=None)
    if watched and watched > horizon:
        return True, (
            f"Counted as active: that was first seen on {_day(watched)}, and nobody is called inactive before "
            f"{policy.active_days} days."
        )
    last = f" The last sign is of {_day(newest.since)}." if newest else ""
    return False, f"Inactive: no contribution, release or confirmation for {policy.active_days} days.{last}"


def _confirmation_that_counts(facts: Facts, *, policy: TeamPolicy, now: datetime) -> Confirmation | None:
    """It lasts as long as any sign of activity, and ends when they leave the organisation (AUT-05)."""
    said = facts.confirmation
    if said is None or not policy.confirmation_counts or said.at <= now - policy.active_span:
        return None
    left = facts.left_organisation_at
    return None if left and left >= said.at else said


def _seen(moment: datetime) -> str:
    return f"seen since {_day(moment)}"


def _day(moment: datetime) -> str:
    return f"{moment:%-d %B %Y}"
