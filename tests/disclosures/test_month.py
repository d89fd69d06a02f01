"""The disclosure calendar: what one may know of each day, and nothing else."""

from datetime import date
from http import HTTPStatus

import pytest
import time_machine

from disclosures.models import Release
from portal.viewer import SYSTEM, acting_as
from reports.models import Report
from teams.models import Absence
from tests import factories
from tests.disclosures.stage import NOW, Scene, scene
from tests.people import browser_of
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 12, 1)


def planned(on: Scene, day: date) -> None:
    with acting_as(SYSTEM):
        Report.objects.filter(pk=on.report.pk).update(release_planned_on=day)
        for project in on.projects:
            Release.objects.create(report=on.report, project=project, planned_on=day)


def words(page: bytes) -> str:
    return " ".join(page.decode().split())


@pytest.mark.clause("P14")
def test_a_month_shows_releases_reporters_days_holidays_and_who_is_away() -> None:
    on = scene("wadm", "wash", reporter_discloses_on=date(2026, 12, 15))
    planned(on, TUESDAY)
    Absence.objects.create(user=on.member, first_day=date(2026, 12, 23), last_day=date(2027, 1, 3))

    with time_machine.travel(NOW, tick=False):
        page = words(browser_of(on.member).get("/calendar/?month=2026-12").content)

    assert "December 2026" in page
    assert "releases wadm, wash" in page
    assert "its reporter publishes" in page
    assert page.count("Away: Mira Member") == 9
    assert "Holiday in US: Christmas Day" in page


@pytest.mark.clause("P12")
def test_a_day_that_passed_without_its_release_is_marked() -> None:
    on = scene()
    planned(on, date(2026, 11, 24))

    with time_machine.travel(NOW, tick=False):
        page = words(browser_of(on.member).get("/calendar/").content)

    assert "releases wash" in page
    assert "not seen" in page


@pytest.mark.clause("P8")
def test_others_see_neither_what_is_planned_nor_who_is_away() -> None:
    on = scene(reporter_discloses_on=TUESDAY)
    planned(on, TUESDAY)
    Absence.objects.create(user=on.member, first_day=TUESDAY, last_day=TUESDAY)
    outsider = factories.maintainer()

    page = words(browser_of(outsider).get("/calendar/?month=2026-12").content)
    plain = browser_of(factories.UserFactory.create()).get("/calendar/")

    assert on.report.reference not in page
    assert "Away:" not in page
    assert plain.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("text", ["", "2026-13", "nonsense", "99999-01", "0001-01", "2026-12-01"])
def test_a_month_that_is_none_is_this_one(text: str) -> None:
    with time_machine.travel(NOW, tick=False):
        page = words(browser_of(factories.member()).get("/calendar/", {"month": text}).content)

    assert "<h1>November 2026</h1>" in page


def test_a_full_month_costs_as_much_as_one_with_a_single_day() -> None:
    member = factories.member()
    browser = browser_of(member)
    costs = []
    for names in (("one",), ("two", "three", "four")):
        for name in names:
            on = scene(name, reporter_discloses_on=TUESDAY)
            planned(on, TUESDAY)
            Absence.objects.create(user=on.member, first_day=TUESDAY, last_day=TUESDAY)
        costs.append(queries_of(browser, "/calendar/?month=2026-12"))

    assert costs == [8, 8]
