"""Arithmetic with business days: pure, in the organisation's zone, about calendar days and never about hours.

A report received on a business day, at whatever hour, has that day as its day 0. One received on a closed day
has the next business day as day 1. So a report at 23:50 on a Friday and one on the Sunday after it are due at
the same moment.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays

ONE_DAY = timedelta(days=1)


class Weekday(IntEnum):
    """Numbered as `date.weekday()` does."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6

    @property
    def label(self) -> str:
        return self.name.capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayRegion:
    """A country by its ISO code, or one of its subdivisions."""

    country: str
    subdivision: str | None = None

    def __str__(self) -> str:
        return f"{self.country}-{self.subdivision}" if self.subdivision else self.country

    def holidays_of(self, year: int) -> Mapping[date, str]:
        """The public holidays that fall into the year, with their names in English where these are known."""
        return _holidays_of(self.country, self.subdivision, year)


def holiday_in(regions: Iterable[HolidayRegion], day: date) -> str | None:
    """In the first of the regions that has one."""
    for region in regions:
        if name := region.holidays_of(day.year).get(day):
            return f"{region}: {name}"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessCalendar:
    """When an organisation is at work. Raises `ValueError` if it never is."""

    zone: ZoneInfo
    day_ends_at: time = time(18)
    closed_weekdays: frozenset[Weekday] = frozenset({Weekday.SATURDAY, Weekday.SUNDAY})
    holiday_regions: tuple[HolidayRegion, ...] = ()
    extra_closed_days: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if self.closed_weekdays >= set(Weekday):
            raise ValueError("A calendar needs at least one weekday that is not closed.")

    def day_of(self, moment: datetime) -> date:
        """The calendar day it is in the organisation's zone. The moment must be aware."""
        if moment.utcoffset() is None:
            raise ValueError("A moment needs a time zone.")
        return moment.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """The end of the day's business, in the organisation's zone.

        An end that a change of clocks skips is moved on by as much; one that occurs twice means the first.
        """
        end = datetime.combine(day, self.day_ends_at, tzinfo=self.zone)
        return end.astimezone(UTC).astimezone(self.zone)

    def is_business_day(self, day: date) -> bool:
        return (
            Weekday(day.weekday()) not in self.closed_weekdays
            and day not in self.extra_closed_days
            and self.holiday_on(day) is None
        )

    def holiday_on(self, day: date) -> str | None:
        """Where and what the holiday is ("US: Thanksgiving Day"), or None."""
        return holiday_in(self.holiday_regions, day)

    def business_days_after(self, day: date) -> Iterator[date]:
        """Without an end, beginning after the day itself."""
        while True:
            day += ONE_DAY
            if self.is_business_day(day):
                yield day

    def next_business_day(self, day: date) -> date:
        return next(self.business_days_after(day))

    def due(self, received_at: datetime, *, days: int) -> datetime:
        """The end of the given business day after the receipt, in the organisation's zone.

        What arrives after the end of a business day still belongs to that day: a doubt favours the reporter.
        """
        if days < 1:
            raise ValueError("A deadline lies at least one business day ahead.")
        ahead = self.business_days_after(self.day_of(received_at))
        return self.end_of(_nth(ahead, days))

    def before(self, due: datetime, *, days: int) -> datetime:
        """The same time on the clock so many business days earlier, in the organisation's zone."""
        if days < 0:
            raise ValueError("Business days are counted from zero.")
        day = self.day_of(due)
        for _ in range(days):
            day -= ONE_DAY
            while not self.is_business_day(day):
                day -= ONE_DAY
        clock = due.astimezone(self.zone).time()
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC).astimezone(self.zone)

    def describe(self) -> str:
        """The calendar in one line, to be kept beside what was computed with it."""
        closed = [weekday.label for weekday in sorted(self.closed_weekdays)]
        if self.holiday_regions:
            closed.append("holidays of " + " and ".join(str(region) for region in self.holiday_regions))
        if extra := len(self.extra_closed_days):
            closed.append("1 extra day" if extra == 1 else f"{extra} extra days")
        days = ", ".join(closed) or "never"
        return f"{self.zone.key}; closed: {days}; days end at {self.day_ends_at:%H:%M}"


def _nth(days: Iterator[date], count: int) -> date:
    for _ in range(count - 1):
        next(days)
    return next(days)


# The package's own calendars grow while they are read, which two threads must not do together. A finished
# year is read-only from the start.
@lru_cache(maxsize=512)
def _holidays_of(country: str, subdivision: str | None, year: int) -> Mapping[date, str]:
    calendar = holidays.country_holidays(country, subdiv=subdivision, years=year, expand=False, language="en_US")
    return MappingProxyType({day: name for day, name in calendar.items() if day.year == year})


def is_known_region(region: HolidayRegion) -> bool:
    """Whether a holiday calendar exists for it."""
    subdivisions = _supported_countries().get(region.country)
    return subdivisions is not None and (region.subdivision is None or region.subdivision in subdivisions)


def _supported_countries() -> dict[str, list[str]]:
    lookup: Callable[[], dict[str, list[str]]] = holidays.list_supported_countries
    return lookup()
