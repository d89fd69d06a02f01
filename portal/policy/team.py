"""Who belongs to the security team, as the policy file puts it, and what a member agrees to (P19 to P25)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from portal.policy import values
from portal.policy.keys import Document, IfMissing, Key


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPolicy:
    maintainer_roles: frozenset[str]
    """Roles on a repository, as GitHub names them, that make somebody its maintainer."""
    maintainer_teams: Mapping[str, frozenset[str]]
    """GitHub teams by their slugs, and the names of the repositories that each maintains."""
    confirmation_counts: bool
    active_days: int
    largest_end_percent: int
    """A sync that would end more than this share of anything asks a person."""
    grace_days: int
    smallest_team: int
    alert_after_hours: int
    handover_answer_hours: int

    @property
    def active_span(self) -> timedelta:
        return timedelta(days=self.active_days)

    @property
    def grace(self) -> timedelta:
        return timedelta(days=self.grace_days)

    def ends_without_asking(self, there_are: int) -> int:
        """How many of so many a sync may end by itself; one always, or a small team could never change."""
        return max(1, there_are * self.largest_end_percent // 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a member agrees to. Another version asks everybody again."""

    version: str
    responsibilities: tuple[str, ...]
    confidentiality: tuple[str, ...]


_SHIPPED = IfMissing.TAKE_SHIPPED

MAINTAINER_ROLES = Key("team.maintainer_roles", values.some_names, _SHIPPED)
MAINTAINER_TEAMS = Key("team.maintainer_teams", values.names_by_name, _SHIPPED)
CONFIRMATION_COUNTS = Key("team.confirmation_counts", values.truth, _SHIPPED)
ACTIVE_DAYS = Key("team.active_days", values.whole_number(30, 3650), _SHIPPED)
LARGEST_END_PERCENT = Key("team.largest_end_percent", values.whole_number(1, 100), _SHIPPED)
GRACE_DAYS = Key("team.grace_days", values.whole_number(0, 90), _SHIPPED)
SMALLEST_TEAM = Key("team.smallest_team", values.whole_number(1, 50), _SHIPPED)
ALERT_AFTER_HOURS = Key("team.alert_after_hours", values.whole_number(2, 168), _SHIPPED)
HANDOVER_ANSWER_HOURS = Key("team.handover_answer_hours", values.whole_number(1, 168), _SHIPPED)
VERSION = Key("terms.version", values.text, _SHIPPED)
RESPONSIBILITIES = Key("terms.responsibilities", values.some_sentences, _SHIPPED)
CONFIDENTIALITY = Key("terms.confidentiality", values.some_sentences, _SHIPPED)

KEYS: tuple[Key[object], ...] = (
    MAINTAINER_ROLES,
    MAINTAINER_TEAMS,
    CONFIRMATION_COUNTS,
    ACTIVE_DAYS,
    LARGEST_END_PERCENT,
    GRACE_DAYS,
    SMALLEST_TEAM,
    ALERT_AFTER_HOURS,
    HANDOVER_ANSWER_HOURS,
    VERSION,
    RESPONSIBILITIES,
    CONFIDENTIALITY,
)


def team(document: Document) -> TeamPolicy:
    return TeamPolicy(
        maintainer_roles=MAINTAINER_ROLES.value(document),
        maintainer_teams=MAINTAINER_TEAMS.value(document),
        confirmation_counts=CONFIRMATION_COUNTS.value(document),
        active_days=ACTIVE_DAYS.value(document),
        largest_end_percent=LARGEST_END_PERCENT.value(document),
        grace_days=GRACE_DAYS.value(document),
        smallest_team=SMALLEST_TEAM.value(document),
        alert_after_hours=ALERT_AFTER_HOURS.value(document),
        handover_answer_hours=HANDOVER_ANSWER_HOURS.value(document),
    )


def terms(document: Document) -> Terms:
    return Terms(
        version=VERSION.value(document),
        responsibilities=RESPONSIBILITIES.value(document),
        confidentiality=CONFIDENTIALITY.value(document),
    )
