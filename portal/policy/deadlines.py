"""The policy's deadlines.

Promises count business days and reminders count plain days: they share no arithmetic.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from itertools import count as count_from
from itertools import islice

from portal.policy.business_days import ONE_DAY, Weekday, holiday_in
from portal.policy.clauses import Clause
from portal.policy.enforce import enforces
from portal.policy.organisation import ClockPolicy, Policy


class Binding(Enum):
    PROMISE = "promise"
    TARGET = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A number of business days after something was received, and the clause it comes from."""

    clause: Clause
    binding: Binding
    business_days: Callable[[ClockPolicy], int]

    def due(self, received_at: datetime, *, policy: Policy) -> datetime:
        """The end of the last business day, aware, in the organisation's zone."""
        return policy.calendar.due(received_at, days=self.business_days(policy.clock))

    def warn_at(self, received_at: datetime, *, policy: Policy) -> datetime:
        """When to warn that the deadline comes nearer, aware, in the organisation's zone."""
        due = self.due(received_at, policy=policy)
        return policy.calendar.before(due, days=policy.clock.warning_business_days)

    def rule(self, policy: Policy) -> str:
        """How the moment was found, to be stored with it: a changed policy rewrites no past verdict."""
        days = self.business_days(policy.clock)
        counted = "1 business day" if days == 1 else f"{days} business days"
        return f"{self.clause.name} ({self.binding.value}): {counted}; {policy.calendar.describe()}"


ACKNOWLEDGE = Deadline(
    clause=Clause.P7,
    binding=Binding.PROMISE,
    business_days=lambda clock: clock.acknowledge_business_days,
)
# P9 promises to be swift and gives no number: this one is our own target.
NEXT_UPDATE = Deadline(
    clause=Clause.P9,
    binding=Binding.TARGET,
    business_days=lambda clock: clock.next_update_business_days,
)


def reporter_reminders(asked_at: datetime, *, policy: Policy) -> tuple[datetime, ...]:
    """When a reporter whom we asked something is reminded, earliest first, in UTC.

    A target of ours: whole days of 24 hours, whatever the calendar says.
    """
    if asked_at.utcoffset() is None:
        raise ValueError("A moment needs a time zone.")
    return tuple(asked_at.astimezone(UTC) + timedelta(days=days) for days in policy.clock.reporter_reminder_days)


class Advice(Enum):
    GOOD = "good"
    AVOID = "avoid"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDay:
    day: date
    advice: Advice
    reason: str
    """A few words for a badge: "good", "Friday", "holiday in US: Thanksgiving Day"."""

    @property
    def is_good(self) -> bool:
        return self.advice is Advice.GOOD


@enforces(Clause.P14)
def release_day_verdict(day: date, *, policy: Policy) -> ReleaseDay:
    """Whether the day suits the people who must install the update."""
    weekday = Weekday(day.weekday())
    if holiday := _holiday_for_users(day, policy=policy):
        return ReleaseDay(day=day, advice=Advice.AVOID, reason=f"holiday in {holiday}")
    if policy.release.avoid_holidays and day in policy.calendar.extra_closed_days:
        return ReleaseDay(day=day, advice=Advice.AVOID, reason="closed day")
    if weekday in policy.release.avoid_weekdays:
        return ReleaseDay(day=day, advice=Advice.AVOID, reason=weekday.label)
    return ReleaseDay(day=day, advice=Advice.GOOD, reason="good")


def _holiday_for_users(day: date, *, policy: Policy) -> str | None:
    """With us, if these days are avoided at all, or where users are."""
    ours = policy.calendar.holiday_on(day) if policy.release.avoid_holidays else None
    return ours or holiday_in(policy.release.also_avoid_holidays_of, day)


def next_release_days(today: date, *, count: int, policy: Policy) -> tuple[ReleaseDay, ...]:
    """The next days that are no weekend, from today on, each with its verdict, so that people see why."""
    days = (today + ahead * ONE_DAY for ahead in count_from())
    working = (day for day in days if Weekday(day.weekday()) not in policy.calendar.closed_weekdays)
    return tuple(release_day_verdict(day, policy=policy) for day in islice(working, count))
