"""Who is on duty, in turn, and who is away."""

from datetime import UTC, date, datetime, timedelta

import pytest

from teams import leaving, rota
from teams.models import DutyWeek, User
from tests import factories

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
MONDAY = date(2026, 3, 2)
WEEK = timedelta(days=7)


@pytest.fixture
def team() -> list[User]:
    return [factories.member() for _ in range(3)]


def planned() -> list[User | None]:
    return [week.user for week in rota.weeks(now=NOON)]


def test_everybody_is_on_duty_in_turn(team: list[User]) -> None:
    rota.plan(now=NOON)

    assert planned() == [*team, *team, *team[:2]]
    assert rota.on_duty(now=NOON) == team[0]


def test_planning_again_changes_nothing(team: list[User]) -> None:
    rota.plan(now=NOON)
    rota.choose(MONDAY, user=team[2], by=team[0])
    before = planned()

    rota.plan(now=NOON)

    assert planned() == before
    assert before[0] == team[2]


def test_who_is_away_is_on_duty_another_week(team: list[User]) -> None:
    rota.plan(now=NOON)

    rota.be_away(team[0], first_day=MONDAY, last_day=MONDAY + timedelta(days=1), now=NOON)

    assert planned()[0] != team[0]


def test_a_week_that_somebody_chose_stays_and_says_that_they_are_away(team: list[User]) -> None:
    rota.choose(MONDAY, user=team[0], by=team[1])
    rota.plan(now=NOON)

    rota.be_away(team[0], first_day=NOON.date(), last_day=NOON.date(), now=NOON)

    first = rota.weeks(now=NOON)[0]
    assert (first.user, first.is_away, first.is_chosen) == (team[0], True, True)
    assert rota.on_duty(now=NOON) == team[1]


def test_who_leaves_is_on_duty_no_more(team: list[User]) -> None:
    rota.plan(now=NOON)
    departure = leaving.step_down(team[0], now=NOON)
    assert departure is not None
    leaving.end(departure, now=NOON)

    rota.plan(now=NOON)

    assert team[0] not in planned()
    assert rota.on_duty(now=NOON) == team[1]


def test_without_anybody_nobody_is_on_duty() -> None:
    rota.plan(now=NOON)

    assert rota.on_duty(now=NOON) is None
    assert not DutyWeek.objects.exists()


def test_when_all_are_away_the_rota_still_names_somebody(team: list[User]) -> None:
    for member in team:
        rota.be_away(member, first_day=MONDAY, last_day=MONDAY + 12 * WEEK, now=NOON)

    assert None not in planned()
    assert rota.on_duty(now=NOON) is None
