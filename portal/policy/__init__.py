"""The security policy as data and arithmetic. Nothing here knows of a framework, database or web."""

from portal.policy.business_days import BusinessCalendar
from portal.policy.clauses import Clause, Keeper, Kind
from portal.policy.enforce import enforces, kept_by
from portal.policy.organisation import Policy, PolicyError, load

__all__ = [
    "BusinessCalendar",
    "Clause",
    "Keeper",
    "Kind",
    "Policy",
    "PolicyError",
    "enforces",
    "kept_by",
    "load",
]
