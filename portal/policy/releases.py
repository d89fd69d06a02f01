"""When a fix had better be released, as the policy file puts it (P14)."""

from dataclasses import dataclass

from portal.policy import values
from portal.policy.business_days import HolidayRegion, Weekday
from portal.policy.keys import Document, IfMissing, Key


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePolicy:
    avoid_weekdays: frozenset[Weekday]
    avoid_holidays: bool
    also_avoid_holidays_of: tuple[HolidayRegion, ...] = ()
    """Where people are who must install an update, though we work on these days."""
    look_ahead_days: int = 28
    """How far the advice looks."""
    most_a_week: int = 1
    """How many disclosures of one week those who must install updates take easily."""


_SHIPPED = IfMissing.TAKE_SHIPPED

AVOID_WEEKDAYS = Key("release.avoid_weekdays", values.some_weekdays, _SHIPPED)
AVOID_HOLIDAYS = Key("release.avoid_holidays", values.truth, _SHIPPED)
ALSO_AVOID_HOLIDAYS_OF = Key("release.also_avoid_holidays_of", values.list_of(values.region), IfMissing.TAKE_EMPTY_LIST)
LOOK_AHEAD_DAYS = Key("release.look_ahead_days", values.whole_number(7, 90), _SHIPPED)
MOST_A_WEEK = Key("release.most_a_week", values.whole_number(1, 20), _SHIPPED)

KEYS: tuple[Key[object], ...] = (
    AVOID_WEEKDAYS,
    AVOID_HOLIDAYS,
    ALSO_AVOID_HOLIDAYS_OF,
    LOOK_AHEAD_DAYS,
    MOST_A_WEEK,
)


def release(document: Document) -> ReleasePolicy:
    return ReleasePolicy(
        avoid_weekdays=AVOID_WEEKDAYS.value(document),
        avoid_holidays=AVOID_HOLIDAYS.value(document),
        also_avoid_holidays_of=ALSO_AVOID_HOLIDAYS_OF.value(document),
        look_ahead_days=LOOK_AHEAD_DAYS.value(document),
        most_a_week=MOST_A_WEEK.value(document),
    )
