from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from portal.policy import load
from portal.policy.deadlines import (
    ACKNOWLEDGE,
    NEXT_UPDATE,
    Advice,
    ReleaseDay,
    next_release_days,
    release_day_verdict,
    reporter_reminders,
)

POLICY = load()
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.clause("P7")
def test_a_report_late_on_a_friday_is_due_on_wednesday_evening() -> None:
    received_at = datetime(2026, 10, 2, 23, 50, tzinfo=NEW_YORK)

    due = ACKNOWLEDGE.due(received_at, policy=POLICY)

    assert due == datetime(2026, 10, 7, 18, 0, tzinfo=NEW_YORK)


@pytest.mark.clause("P7")
def test_the_warning_comes_one_business_day_before_the_end_and_skips_a_weekend() -> None:
    received_at = datetime(2026, 10, 7, 9, 0, tzinfo=NEW_YORK)

    due = ACKNOWLEDGE.due(received_at, policy=POLICY)
    warned_at = ACKNOWLEDGE.warn_at(received_at, policy=POLICY)

    assert due == datetime(2026, 10, 13, 18, 0, tzinfo=NEW_YORK)  # Monday the 12th is Columbus Day
    assert warned_at == datetime(2026, 10, 9, 18, 0, tzinfo=NEW_YORK)


def test_the_rule_tells_number_zone_and_closed_days() -> None:
    promised = ACKNOWLEDGE.rule(POLICY)
    aimed_at = NEXT_UPDATE.rule(POLICY)

    calendar = "America/New_York; closed: Saturday, Sunday, holidays of US; days end at 18:00"
    assert promised == f"P7 (promise): 3 business days; {calendar}"
    assert aimed_at == f"P9 (target): 5 business days; {calendar}"


def test_the_next_update_is_aimed_at_five_business_days_ahead() -> None:
    due = NEXT_UPDATE.due(datetime(2026, 10, 1, 12, 0, tzinfo=UTC), policy=POLICY)

    assert due == datetime(2026, 10, 8, 18, 0, tzinfo=NEW_YORK)


def test_reminders_count_elapsed_days_across_a_change_of_clocks_and_holidays() -> None:
    asked_at = datetime(2026, 10, 28, 9, 30, tzinfo=NEW_YORK)

    reminders = reporter_reminders(asked_at, policy=POLICY)

    assert reminders == (
        datetime(2026, 11, 4, 13, 30, tzinfo=UTC),
        datetime(2026, 11, 18, 13, 30, tzinfo=UTC),
    )


def test_a_reminder_needs_a_moment_with_a_zone() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        reporter_reminders(datetime(2026, 10, 28, 9, 30), policy=POLICY)  # noqa: DTZ001 - the mistake under test


@pytest.mark.clause("P14")
def test_the_week_of_thanksgiving_has_three_good_release_days() -> None:
    days = next_release_days(date(2026, 11, 22), count=5, policy=POLICY)

    assert days == (
        ReleaseDay(day=date(2026, 11, 23), advice=Advice.GOOD, reason="good"),
        ReleaseDay(day=date(2026, 11, 24), advice=Advice.GOOD, reason="good"),
        ReleaseDay(day=date(2026, 11, 25), advice=Advice.GOOD, reason="good"),
        ReleaseDay(day=date(2026, 11, 26), advice=Advice.AVOID, reason="holiday in US: Thanksgiving Day"),
        ReleaseDay(day=date(2026, 11, 27), advice=Advice.AVOID, reason="Friday"),
    )


@pytest.mark.clause("P14")
def test_a_weekend_is_no_release_day() -> None:
    verdict = release_day_verdict(date(2026, 11, 21), policy=POLICY)

    assert not verdict.is_good
    assert verdict.reason == "Saturday"
