"""The people, what was seen of them, and how they belong to the team."""

from teams.models.belonging import Absence, Appeal, Departure, DutyWeek, PersonalKey, TermsAcceptance
from teams.models.evidence import Evidence, SyncRun
from teams.models.people import (
    AccountChain,
    AccountEvent,
    Maintainership,
    ModulePermissions,
    Project,
    SecurityTeamMembership,
    Term,
    TermQuerySet,
    User,
    UserManager,
)

__all__ = [
    "Absence",
    "AccountChain",
    "AccountEvent",
    "Appeal",
    "Departure",
    "DutyWeek",
    "Evidence",
    "Maintainership",
    "ModulePermissions",
    "PersonalKey",
    "Project",
    "SecurityTeamMembership",
    "SyncRun",
    "Term",
    "TermQuerySet",
    "TermsAcceptance",
    "User",
    "UserManager",
]
