from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.spells import Spell, without

START = datetime(2026, 11, 2, tzinfo=UTC)


def hour(number: int) -> datetime:
    return START + timedelta(hours=number)


def spell(begins: int, ends: int | None = None) -> Spell:
    return Spell(hour(begins), None if ends is None else hour(ends))


@pytest.mark.parametrize(
    ("walls", "left"),
    [
        ([], [spell(2, 8)]),
        ([spell(0, 2)], [spell(2, 8)]),
        ([spell(8, 9)], [spell(2, 8)]),
        ([spell(0, 4)], [spell(4, 8)]),
        ([spell(4, 6)], [spell(2, 4), spell(6, 8)]),
        ([spell(4)], [spell(2, 4)]),
        ([spell(0)], []),
        ([spell(1, 9)], []),
        ([spell(6, 7), spell(3, 4)], [spell(2, 3), spell(4, 6), spell(7, 8)]),
        ([spell(3, 6), spell(4, 5)], [spell(2, 3), spell(6, 8)]),
    ],
)
def test_walls_leave_what_is_outside_them(walls: list[Spell], left: list[Spell]) -> None:
    assert without(spell(2, 8), walls) == left


def test_a_spell_that_ends_before_it_begins_holds_nothing() -> None:
    assert without(spell(5, 5), []) == []


spells = st.builds(
    lambda begins, length: spell(begins, None if length is None else begins + length),
    st.integers(0, 30),
    st.none() | st.integers(0, 20),
)


@given(whole=spells, walls=st.lists(spells, max_size=5), moment=st.integers(0, 60).map(hour))
def test_a_moment_is_left_if_it_is_inside_and_behind_no_wall(
    whole: Spell, walls: list[Spell], moment: datetime
) -> None:
    left = any(part.holds(moment) for part in without(whole, walls))

    assert left == (whole.holds(moment) and not any(wall.holds(moment) for wall in walls))


@given(whole=spells, walls=st.lists(spells, max_size=5))
def test_what_is_left_is_in_order_and_apart(whole: Spell, walls: list[Spell]) -> None:
    left = without(whole, walls)

    assert all(first.ends is not None and first.ends <= second.begins for first, second in pairwise(left))
