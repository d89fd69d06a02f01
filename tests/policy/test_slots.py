"""Which day suits a release: what is said about each, and which is called the best."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.policy import load
from portal.policy.business_days import HolidayRegion, Weekday
from portal.policy.deadlines import release_day_verdict
from portal.policy.organisation import SHIPPED
from portal.policy.slots import Away, Circumstances, Concern, Duty, Slot, Verdict, advise, slot_on

POLICY = load()
MONDAY = date(2026, 11, 23)
"""Of the week of Thanksgiving."""
ANN, BOB, CAT = 1, 2, 3

persons = st.integers(1, 4)
near = st.integers(-10, 40).map(lambda ahead: MONDAY + timedelta(days=ahead))
absences = st.builds(
    lambda person, first, days: Away(person=person, first_day=first, last_day=first + timedelta(days=days)),
    persons,
    near,
    st.integers(0, 20),
)
duties = st.builds(
    Duty,
    what=st.sampled_from(["releases wash", "coordinates it"]),
    people=st.frozensets(persons),
    fewest=st.integers(1, 3),
)
circumstances = st.builds(
    Circumstances,
    duties=st.lists(duties, max_size=3),
    absences=st.lists(absences, max_size=4),
    others=st.lists(near, max_size=4),
    reporter_discloses_on=st.none() | near,
    is_exploited=st.booleans(),
)


def words_of(slots: tuple[Slot, ...]) -> list[tuple[str, str]]:
    return [(f"{slot.day:%a %d}", slot.words) for slot in slots]


@pytest.mark.clause("P14")
def test_each_day_says_all_that_speaks_against_it_the_weightiest_first() -> None:
    known = Circumstances(
        duties=[
            Duty(what="releases wash", people=frozenset({ANN})),
            Duty(what="approves", people=frozenset({BOB, CAT}), fewest=2),
        ],
        absences=[
            Away(person=ANN, first_day=date(2026, 11, 24), last_day=date(2026, 11, 24)),
            Away(person=BOB, first_day=date(2026, 11, 27), last_day=date(2026, 11, 30)),
        ],
        others=[date(2026, 12, 3)],
        reporter_discloses_on=date(2026, 11, 29),
    )

    advice = advise(MONDAY, circumstances=known, policy=POLICY)

    assert words_of(advice.slots[:9]) == [
        ("Mon 23", ""),
        ("Tue 24", "nobody who releases wash is there"),
        ("Wed 25", ""),
        ("Thu 26", "holiday in US: Thanksgiving Day"),
        ("Fri 27", "too few who approve are there; Friday"),
        ("Sat 28", "too few who approve are there; Saturday"),
        ("Sun 29", "too few who approve are there; Sunday"),
        (
            "Mon 30",
            (
                "too few who approve are there; the reporter tells everybody on 29 November, before it;"
                " another disclosure that week"
            ),
        ),
        ("Tue 01", "the reporter tells everybody on 29 November, before it; another disclosure that week"),
    ]
    assert [slot.day.day for slot in advice.ranked[:3]] == [23, 25, 26]


@pytest.mark.clause("P14")
def test_once_it_is_exploited_it_goes_out_as_soon_as_it_is_ready_whatever_the_calendar_says() -> None:
    friday = date(2026, 11, 27)
    known = Circumstances(others=[friday, friday], reporter_discloses_on=friday, is_exploited=True)

    advice = advise(friday, circumstances=known, policy=POLICY)

    assert advice.is_urgent
    assert advice.best == Slot(friday)
    assert words_of(advice.slots[:3]) == [
        ("Fri 27", ""),
        ("Sat 28", "it is exploited for 1 more day"),
        ("Sun 29", "it is exploited for 2 more days"),
    ]
    assert [slot.day for slot in advice.ranked] == [slot.day for slot in advice.slots]


@pytest.mark.clause("P14")
def test_a_second_disclosure_in_a_week_is_to_be_known_and_takes_no_reason() -> None:
    known = Circumstances(others=[date(2026, 12, 3)])

    slot = slot_on(date(2026, 12, 1), today=MONDAY, circumstances=known, policy=POLICY)

    assert (slot.verdict, slot.takes_a_reason) == (Verdict.MIND, False)
    assert slot.words == "another disclosure that week"


@pytest.mark.clause("P14")
def test_holidays_are_avoided_where_users_are_too(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(SHIPPED.read_text().replace("also_avoid_holidays_of = []", 'also_avoid_holidays_of = ["DE-BY"]'))
    abroad = load(file)

    verdicts = [release_day_verdict(date(2027, 1, 6), policy=policy).reason for policy in (POLICY, abroad)]

    assert abroad.release.also_avoid_holidays_of == (HolidayRegion(country="DE", subdivision="BY"),)
    assert verdicts == ["good", "holiday in DE-BY: Epiphany"]


@given(circumstances, near)
@settings(max_examples=80)
@pytest.mark.clause("P14")
def test_every_day_ahead_is_judged_once_and_the_best_is_the_nearest_of_the_best(
    known: Circumstances, today: date
) -> None:
    advice = advise(today, circumstances=known, policy=POLICY)

    ahead = [today + timedelta(days=days) for days in range(POLICY.release.look_ahead_days)]
    assert [slot.day for slot in advice.slots] == ahead
    assert sorted(slot.day for slot in advice.ranked) == ahead
    assert all(advice.best.weight <= slot.weight for slot in advice.slots)
    assert all(slot.day >= advice.best.day for slot in advice.slots if slot.weight == advice.best.weight)


@given(circumstances, near)
@settings(max_examples=80)
@pytest.mark.clause("P14")
def test_no_friday_weekend_or_holiday_is_good_unless_it_is_exploited(known: Circumstances, today: date) -> None:
    for slot in advise(today, circumstances=known, policy=POLICY).slots:
        unsuitable = not release_day_verdict(slot.day, policy=POLICY).is_good
        said = {remark.concern for remark in slot.remarks}

        assert (Concern.UNSUITABLE in said) == (unsuitable and not known.is_exploited)
        assert slot.takes_a_reason or not unsuitable or known.is_exploited


@given(circumstances, near)
@settings(max_examples=80)
@pytest.mark.clause("P14")
def test_a_day_without_the_people_is_never_better_than_one_with_them(known: Circumstances, today: date) -> None:
    advice = advise(today, circumstances=known, policy=POLICY)
    places = {slot.day: place for place, slot in enumerate(advice.ranked)}
    lacking = {slot.day for slot in advice.slots if any(remark.concern is Concern.NOBODY for remark in slot.remarks)}

    for slot in advice.slots:
        away = {each.person for each in known.absences if each.covers(slot.day)}
        assert (slot.day in lacking) == any(
            duty.people & away and len(duty.people - away) < duty.fewest for duty in known.duties
        )
    if lacking and len(lacking) < len(places):
        assert max(places[day] for day in places.keys() - lacking) < min(places[day] for day in lacking)


@given(circumstances, near, near)
@settings(max_examples=80)
@pytest.mark.clause("P14")
def test_what_is_known_to_be_in_the_way_never_makes_a_day_better(known: Circumstances, day: date, other: date) -> None:
    worse = Circumstances(
        duties=known.duties,
        absences=[*known.absences, Away(person=ANN, first_day=day, last_day=day)],
        others=[*known.others, other],
        reporter_discloses_on=known.reporter_discloses_on,
        is_exploited=known.is_exploited,
    )

    before, after = (slot_on(day, today=MONDAY, circumstances=each, policy=POLICY) for each in (known, worse))

    assert after.weight >= before.weight


def test_the_advice_looks_as_far_ahead_as_the_policy_says() -> None:
    assert POLICY.release.avoid_weekdays == {Weekday.FRIDAY, Weekday.SATURDAY, Weekday.SUNDAY}
    assert len(advise(MONDAY, circumstances=Circumstances(), policy=POLICY).slots) == POLICY.release.look_ahead_days
