"""For how long closed reports, and who sent them, are kept (PRV-02)."""

from dataclasses import dataclass
from datetime import datetime

MONTHS_A_YEAR = 12
SHORTEST_MONTH = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Months after a report was closed. 0: for ever."""

    identities_months: int
    reports_months: int

    def identities_closed_before(self, now: datetime) -> datetime | None:
        return _before(now, self.identities_months)

    def reports_closed_before(self, now: datetime) -> datetime | None:
        return _before(now, self.reports_months)


def _before(now: datetime, months: int) -> datetime | None:
    """So many months ago, on a day that every month has: never sooner than promised by more than three days."""
    if not months:
        return None
    years, month = divmod(now.year * MONTHS_A_YEAR + now.month - 1 - months, MONTHS_A_YEAR)
    return now.replace(year=years, month=month + 1, day=min(now.day, SHORTEST_MONTH))
