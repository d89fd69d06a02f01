"""How far away a moment is, in words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal import moments
from portal.moments import Tone

BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY_MORNING = datetime(2026, 11, 22, 8, 30, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("apart", "words"),
    [
        (timedelta(seconds=20), "in a moment"),
        (timedelta(minutes=12), "in 12 min"),
        (timedelta(minutes=89), "in 89 min"),
        (timedelta(minutes=90), "in 1 h"),
        (timedelta(hours=23, minutes=59), "in 23 h"),
        (timedelta(hours=24), "tomorrow"),
        (timedelta(days=4), "on Thursday"),
        (timedelta(days=11), "on 3 December"),
        (timedelta(days=60), "on 21 January 2027"),
        (-timedelta(seconds=20), "just now"),
        (-timedelta(hours=6), "6 h ago"),
        (-timedelta(hours=30), "yesterday"),
        (-timedelta(days=4), "4 days ago"),
        (-timedelta(days=7), "15 November"),
        (-timedelta(days=365), "22 November 2025"),
    ],
)
def test_a_distance_is_told_the_way_a_person_would_tell_it(apart: timedelta, words: str) -> None:
    there = SUNDAY_MORNING + apart

    told = moments.distance(there, now=SUNDAY_MORNING, zone=BERLIN)

    assert told == words


def test_tomorrow_is_tomorrow_in_the_zone_of_the_organisation() -> None:
    late_evening_in_utc = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # already Monday in Berlin

    told = moments.distance(late_evening_in_utc + timedelta(hours=24), now=late_evening_in_utc, zone=BERLIN)

    assert told == "tomorrow"


@pytest.mark.parametrize(
    ("late", "words"),
    [
        (timedelta(seconds=1), "due now"),
        (timedelta(minutes=12), "12 min overdue"),
        (timedelta(hours=2, minutes=40), "2 h overdue"),
        (timedelta(days=1, hours=3), "1 day overdue"),
        (timedelta(days=3), "3 days overdue"),
    ],
)
def test_a_missed_deadline_says_by_how_much(late: timedelta, words: str) -> None:
    assert moments.overdue(SUNDAY_MORNING - late, now=SUNDAY_MORNING) == words


def test_an_exact_moment_names_its_zone() -> None:
    in_utc = datetime(2026, 7, 1, 16, 0, tzinfo=UTC)

    assert moments.exact(in_utc, zone=BERLIN) == "Wednesday 1 July 2026, 18:00 CEST"


def test_a_deadline_is_calm_then_soon_then_late() -> None:
    due = SUNDAY_MORNING
    warn = due - timedelta(days=1)

    tones = [
        moments.tone(due, warn=warn, now=now)
        for now in (warn - timedelta(seconds=1), warn, due - timedelta(seconds=1), due)
    ]

    assert tones == [Tone.CALM, Tone.SOON, Tone.SOON, Tone.LATE]
