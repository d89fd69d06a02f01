"""For how long closed reports, who sent them, and mail that nobody wanted are kept (PRV-02)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MONTHS_A_YEAR = 12
SHORTEST_MONTH = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Months after a report was closed; days after mail came that was ignored, or was refused. 0: for ever."""

    identities_months: int
    reports_months: int
    unwanted_mail_days: int = 0

    def identities_closed_before(self, now: datetime) -> datetime | None:
        return _before(now, self.identities_months)

    def reports_closed_before(self, now: datetime) -> datetime | None:
        return _before(now, self.reports_months)

    def unwanted_mail_before(self, now: datetime) -> datetime | None:
        return now - timedelta(days=self.unwanted_mail_days) if self.unwanted_mail_days else None


def _before(now: datetime, months: int) -> datetime | None:
    """So many months ago, on a day that every month has: never sooner than promised by more than three days."""
    if not months:
        return None
    years, month = divmod(now.year * MONTHS_A_YEAR + now.month - 1 - months, MONTHS_A_YEAR)
    return now.replace(year=years, month=month + 1, day=min(now.day, SHORTEST_MONTH))
