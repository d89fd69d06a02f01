"""What holds for every calendar, and the days of the year on which people are caught out."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.policy.business_days import BusinessCalendar, HolidayRegion, Weekday

NEW_YORK = ZoneInfo("America/New_York")
ZONES = [
    NEW_YORK,
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("Asia/Kathmandu"),
    ZoneInfo("Pacific/Apia"),
    ZoneInfo("Australia/Lord_Howe"),
    ZoneInfo("America/Havana"),
    ZoneInfo("UTC"),
]
REGIONS = [
    HolidayRegion(country="US"),
    HolidayRegion(country="DE", subdivision="BY"),
    HolidayRegion(country="JP"),
    HolidayRegion(country="BR"),
]
OFFICE = BusinessCalendar(zone=NEW_YORK, holiday_regions=(HolidayRegion(country="US"),))

some_days = st.dates(min_value=date(2024, 1, 1), max_value=date(2032, 12, 31))
moments = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001 - the zone is drawn separately
    max_value=datetime(2032, 12, 31),  # noqa: DTZ001 - the same
    timezones=st.sampled_from(ZONES),
)
counts = st.integers(min_value=1, max_value=12)
calendars = st.builds(
    BusinessCalendar,
    zone=st.sampled_from(ZONES),
    day_ends_at=st.times(min_value=time(0, 1)).map(lambda end: end.replace(second=0, microsecond=0)),
    closed_weekdays=st.frozensets(st.sampled_from(Weekday), max_size=6),
    holiday_regions=st.lists(st.sampled_from(REGIONS), max_size=2, unique=True).map(tuple),
    extra_closed_days=st.frozensets(some_days, max_size=8),
)


def business_days_in(calendar: BusinessCalendar, *, after: date, until: date) -> int:
    days = (after + timedelta(days=ahead) for ahead in range(1, (until - after).days + 1))
    return sum(calendar.is_business_day(day) for day in days)


@pytest.mark.clause("P7")
@given(calendars, moments, counts)
def test_the_due_moment_is_the_end_of_the_business_day_with_that_number(
    calendar: BusinessCalendar, received_at: datetime, days: int
) -> None:
    due = calendar.due(received_at, days=days)

    last_day = calendar.day_of(due)
    assert due == calendar.end_of(last_day)
    assert calendar.is_business_day(last_day)
    assert business_days_in(calendar, after=calendar.day_of(received_at), until=last_day) == days
    assert due.astimezone(UTC) > received_at.astimezone(UTC)


@given(calendars, moments, moments, counts)
def test_who_reports_later_is_never_answered_for_earlier(
    calendar: BusinessCalendar, one: datetime, other: datetime, days: int
) -> None:
    earlier, later = sorted([one.astimezone(UTC), other.astimezone(UTC)])

    first, second = calendar.due(earlier, days=days), calendar.due(later, days=days)

    assert first.astimezone(UTC) <= second.astimezone(UTC)


@given(calendars, moments, counts)
def test_a_further_day_is_a_later_moment(calendar: BusinessCalendar, received_at: datetime, days: int) -> None:
    shorter = calendar.due(received_at, days=days)
    longer = calendar.due(received_at, days=days + 1)

    assert shorter.astimezone(UTC) < longer.astimezone(UTC)


@given(calendars, moments, counts, st.sampled_from(ZONES))
def test_the_zone_in_which_a_moment_is_written_changes_nothing(
    calendar: BusinessCalendar, received_at: datetime, days: int, elsewhere: ZoneInfo
) -> None:
    here = calendar.due(received_at, days=days)
    there = calendar.due(received_at.astimezone(UTC).astimezone(elsewhere), days=days)

    assert here.astimezone(UTC) == there.astimezone(UTC)
    assert here.tzinfo is there.tzinfo is calendar.zone


@given(calendars, moments, counts, st.frozensets(some_days, max_size=20))
def test_further_closed_days_only_delay(
    calendar: BusinessCalendar, received_at: datetime, days: int, closed: frozenset[date]
) -> None:
    lazier = BusinessCalendar(
        zone=calendar.zone,
        day_ends_at=calendar.day_ends_at,
        closed_weekdays=calendar.closed_weekdays,
        holiday_regions=calendar.holiday_regions,
        extra_closed_days=calendar.extra_closed_days | closed,
    )

    before, after = calendar.due(received_at, days=days), lazier.due(received_at, days=days)

    assert before.astimezone(UTC) <= after.astimezone(UTC)


@given(calendars, moments, counts, st.integers(min_value=0, max_value=11))
def test_a_warning_lies_as_many_business_days_ahead_at_the_same_time_of_day(
    calendar: BusinessCalendar, received_at: datetime, days: int, ahead: int
) -> None:
    due = calendar.due(received_at, days=days)
    assume(due.time() == calendar.day_ends_at)

    warned_at = calendar.before(due, days=ahead)

    day = calendar.day_of(warned_at)
    assert business_days_in(calendar, after=day, until=calendar.day_of(due)) == ahead
    assert calendar.is_business_day(day)
    assert warned_at == calendar.end_of(day)


@given(calendars, some_days)
def test_the_next_business_day_is_the_first_one_that_is_open(calendar: BusinessCalendar, day: date) -> None:
    following = calendar.next_business_day(day)

    assert business_days_in(calendar, after=day, until=following) == 1
    assert calendar.is_business_day(following)


@pytest.mark.clause("P7")
@pytest.mark.parametrize(
    ("received_at", "due"),
    [
        pytest.param("2026-10-05T00:00-04:00", "2026-10-08T18:00-04:00", id="the first minute of a Monday"),
        pytest.param("2026-10-05T17:59-04:00", "2026-10-08T18:00-04:00", id="before the day ends"),
        pytest.param("2026-10-05T23:59-04:00", "2026-10-08T18:00-04:00", id="after the day has ended"),
        pytest.param("2026-10-02T23:50-04:00", "2026-10-07T18:00-04:00", id="ten to midnight on a Friday"),
        pytest.param("2026-10-03T00:10-04:00", "2026-10-07T18:00-04:00", id="ten past midnight after it"),
        pytest.param("2026-10-04T23:59-04:00", "2026-10-07T18:00-04:00", id="the last minute of a Sunday"),
        pytest.param("2026-10-03T05:00+02:00", "2026-10-07T18:00-04:00", id="still Friday in the office"),
        pytest.param("2026-11-25T12:00-05:00", "2026-12-01T18:00-05:00", id="the eve of a Thursday holiday"),
        pytest.param("2026-11-26T12:00-05:00", "2026-12-01T18:00-05:00", id="on a Thursday holiday"),
        pytest.param("2026-12-30T12:00-05:00", "2027-01-05T18:00-05:00", id="across New Year on a Friday"),
        pytest.param("2027-12-29T12:00-05:00", "2028-01-04T18:00-05:00", id="a New Year kept the day before"),
        pytest.param("2027-03-12T12:00-05:00", "2027-03-17T18:00-04:00", id="the clocks go forward"),
        pytest.param("2026-10-30T12:00-04:00", "2026-11-04T18:00-05:00", id="the clocks go back"),
    ],
)
def test_three_business_days_end(received_at: str, due: str) -> None:
    computed = OFFICE.due(datetime.fromisoformat(received_at), days=3)

    assert computed.isoformat() == f"{due[:16]}:00{due[16:]}"


def test_an_end_that_the_clocks_skip_comes_as_much_later() -> None:
    calendar = BusinessCalendar(zone=NEW_YORK, day_ends_at=time(2, 30), closed_weekdays=frozenset())

    end = calendar.end_of(date(2027, 3, 14))

    assert end.isoformat() == "2027-03-14T03:30:00-04:00"


def test_an_end_that_occurs_twice_is_the_first() -> None:
    calendar = BusinessCalendar(zone=NEW_YORK, day_ends_at=time(1, 30), closed_weekdays=frozenset())

    end = calendar.end_of(date(2026, 11, 1))

    assert end.isoformat() == "2026-11-01T01:30:00-04:00"


def test_a_holiday_is_told_with_its_region_and_in_english() -> None:
    bavaria = BusinessCalendar(
        zone=ZoneInfo("Europe/Berlin"), holiday_regions=(HolidayRegion(country="DE", subdivision="BY"),)
    )

    told = [bavaria.holiday_on(date(2026, 1, 6)), bavaria.holiday_on(date(2026, 1, 7))]

    assert told == ["DE-BY: Epiphany", None]


@pytest.mark.parametrize(
    ("calendar", "described"),
    [
        (OFFICE, "America/New_York; closed: Saturday, Sunday, holidays of US; days end at 18:00"),
        (
            BusinessCalendar(zone=ZoneInfo("UTC"), day_ends_at=time(23, 59), closed_weekdays=frozenset()),
            "UTC; closed: never; days end at 23:59",
        ),
        (
            BusinessCalendar(
                zone=ZoneInfo("Europe/Berlin"),
                closed_weekdays=frozenset({Weekday.SUNDAY}),
                holiday_regions=tuple(REGIONS[:2]),
                extra_closed_days=frozenset({date(2026, 12, 24)}),
            ),
            "Europe/Berlin; closed: Sunday, holidays of US and DE-BY, 1 extra day; days end at 18:00",
        ),
    ],
)
def test_a_calendar_describes_itself_in_a_line(calendar: BusinessCalendar, described: str) -> None:
    assert calendar.describe() == described


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        OFFICE.due(datetime(2026, 10, 5, 12, 0), days=3)  # noqa: DTZ001 - the mistake under test


def test_a_deadline_of_no_days_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one business day"):
        OFFICE.due(datetime(2026, 10, 5, 12, 0, tzinfo=UTC), days=0)


def test_counting_back_by_less_than_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="counted from zero"):
        OFFICE.before(datetime(2026, 10, 5, 12, 0, tzinfo=UTC), days=-1)


def test_a_calendar_that_is_always_closed_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one weekday"):
        BusinessCalendar(zone=NEW_YORK, closed_weekdays=frozenset(Weekday))
