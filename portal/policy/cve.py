"""What happens while a CVE ID does not come (P16)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.policy import values
from portal.policy.keys import Document, IfMissing, Key


@dataclass(frozen=True, slots=True, kw_only=True)
class CvePolicy:
    """After how many plain days since it was asked for the team is reminded of an ID, ascending."""

    reminder_days: tuple[int, ...]

    def reminder_due(self, requested_at: datetime, *, now: datetime) -> int:
        """The last of those days that has come; 0 if none has."""
        return max((days for days in self.reminder_days if requested_at + timedelta(days=days) <= now), default=0)


REMINDER_DAYS = Key(
    "cve.reminder_days", values.ascending(values.list_of(values.whole_number(1, 365))), IfMissing.TAKE_SHIPPED
)

KEYS: tuple[Key[object], ...] = (REMINDER_DAYS,)


def cve(document: Document) -> CvePolicy:
    return CvePolicy(reminder_days=REMINDER_DAYS.value(document))
