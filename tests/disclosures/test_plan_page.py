"""The plan of a release, as people fill it in."""

from datetime import date
from http import HTTPStatus

import pytest
import time_machine
from django.test import Client

from disclosures.models import Release
from portal.viewer import SYSTEM, acting_as
from reports.enums import Role
from reports.models import ProjectFix
from teams.models import Absence
from tests import factories
from tests.disclosures.stage import NOW, Scene, releaser_of, scene
from tests.people import browser_of
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


def place(on: Scene) -> str:
    return f"/reports/{on.report.reference}/day/plan/"


def words(page: bytes) -> str:
    return " ".join(page.decode().split())


def filled(on: Scene, **changes: str) -> dict[str, str]:
    number = on.projects[0].pk
    said = {"day": "2026-12-01", f"tag_{number}": "v1.4.2", f"releaser_{number}": str(on.releaser.pk)}
    return {**said, **changes}


@pytest.mark.clause("P14")
def test_the_page_says_of_each_day_what_speaks_against_it_and_which_is_best() -> None:
    on = scene()
    Absence.objects.create(user=on.releaser, first_day=date(2026, 11, 25), last_day=date(2026, 11, 25))
    with time_machine.travel(NOW, tick=False):
        page = words(browser_of(on.member).get(place(on)).content)

    assert "Best: <strong>Monday 30 November</strong>." in page
    assert "Nobody who releases wash is there" in page
    assert "Holiday in US: Thanksgiving Day" in page
    assert page.count("better not") == 14  # today, the holiday, and four weekends of three days


@pytest.mark.clause("P14")
def test_a_day_to_be_avoided_loses_nothing_that_was_typed_and_is_kept_with_its_reason() -> None:
    on = scene()
    browser = browser_of(on.member)
    number = on.projects[0].pk

    with time_machine.travel(NOW, tick=False):
        warned = browser.post(place(on), filled(on, day="2026-12-04"))
        kept = browser.post(place(on), filled(on, day="2026-12-04", reason="Others publish it."), follow=True)

    assert warned.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Better not on Friday 4 December: Friday." in words(warned.content)
    assert f'name="tag_{number}" value="v1.4.2"' in words(warned.content)
    assert "The release is planned, though: Friday." in words(kept.content)
    with acting_as(SYSTEM):
        release = Release.objects.select_related("report").get()
        assert (release.tag, release.planned_on, release.day_reason) == (
            "v1.4.2",
            date(2026, 12, 4),
            "Others publish it.",
        )


def test_the_form_knows_version_and_only_releaser_and_takes_the_day_of_a_link() -> None:
    on = scene()
    number = on.projects[0].pk
    with acting_as(SYSTEM):
        ProjectFix.objects.create(report=on.report, project=on.projects[0], fixed_version="1.4.2")

    with time_machine.travel(NOW, tick=False):
        page = words(browser_of(on.member).get(f"{place(on)}?day=2026-12-02").content)
        nonsense = browser_of(on.member).get(f"{place(on)}?day=2026-02-31")

    assert f'name="tag_{number}" value="1.4.2"' in page
    assert f'<option value="{on.releaser.pk}" selected>Rita Releaser</option>' in page
    assert 'name="day" value="2026-12-02"' in page
    assert nonsense.status_code == HTTPStatus.OK


def test_a_day_that_is_over_is_said_on_the_plan() -> None:
    on = scene()
    browser = browser_of(on.member)

    with time_machine.travel(NOW, tick=False):
        browser.post(place(on), filled(on))
    with time_machine.travel(NOW.replace(month=12, day=3), tick=False):
        page = words(browser_of(on.member).get(place(on)).content)

    assert "wash was planned for Tuesday 1 December" in page
    assert "no release of wash was seen" in page


def test_whoever_only_works_on_the_fix_reads_the_plan_and_may_not_change_it() -> None:
    on = scene()
    developer = on.grant(factories.maintainer(name="Dora Developer"), Role.DEVELOPER)
    browser_of(on.member).post(place(on), filled(on, day="2031-01-07"))

    page = browser_of(developer).get(place(on))
    refused = browser_of(developer).post(place(on), filled(on, day="2031-01-08"))

    assert "<bdi>v1.4.2</bdi>, Rita Releaser" in words(page.content)
    assert "Keep this plan" not in words(page.content)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_an_urgent_release_is_said_first() -> None:
    on = scene(exploited=True)

    page = words(browser_of(on.member).get(place(on)).content)

    assert "Release as soon as the fix is ready, today if it can be." in page


def test_the_plan_costs_as_much_with_three_projects_as_with_one() -> None:
    on = scene()
    browser: Client = browser_of(on.member)
    browser.get(place(on))  # the record keeps once an hour who read it
    costs = []
    for more in ([], factories.ProjectFactory.create_batch(2)):
        with acting_as(SYSTEM):
            for each in more:
                on.report.projects.add(each)
                on.grant(releaser_of([each], name=f"Releaser of {each}"), Role.RELEASER)
                Release.objects.create(report=on.report, project=each, releaser=on.releaser)
        costs.append(queries_of(browser, place(on)))

    assert costs == [12, 12]
