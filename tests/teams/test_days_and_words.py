"""Days and words on the team's pages that nobody means: an answer, and never a fault (AVL-04)."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from teams.models import DutyWeek, Evidence
from tests import factories
from tests.people import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls")]

EDGES = ["0001-01-01", "9999-12-31", "9999-12-30"]


@pytest.mark.parametrize("day", EDGES)
def test_the_history_of_a_day_at_the_edge_of_the_calendar(day: str) -> None:
    answer = browser_of(factories.member()).get(reverse("team-history"), {"on": day})

    assert answer.status_code == HTTPStatus.OK


@pytest.mark.parametrize("day", [*EDGES, "2020-01-01"])
def test_an_absence_at_the_edge_of_the_calendar(day: str) -> None:
    browser = browser_of(factories.member())

    answer = browser.post(reverse("be-away"), {"first_day": day, "last_day": day})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert browser.get(reverse("rota")).status_code == HTTPStatus.OK


def test_a_week_for_somebody_whose_name_cannot_be() -> None:
    answer = browser_of(factories.member()).post(reverse("choose-duty"), {"monday": "2026-03-02", "who": "a\0b"})

    assert (answer.status_code, DutyWeek.objects.count()) == (HTTPStatus.FOUND, 0)


def test_a_reason_that_cannot_be_kept() -> None:
    lead, project = factories.member(lead=True), factories.ProjectFactory.create()
    other = factories.maintainer(project=project)
    before = Evidence.objects.count()

    answer = browser_of(lead).post(
        reverse("withdraw-confirmation", args=[project.pk, other.pk]), {"reason": "No\0 more."}
    )

    assert answer.status_code == HTTPStatus.FOUND
    assert (Evidence.objects.count(), Evidence.objects.first().reason) == (before + 1, "No\ufffd more.")  # type: ignore[union-attr] # there is one


def test_only_a_member_can_be_away() -> None:
    answer = browser_of(factories.maintainer()).post(
        reverse("be-away"), {"first_day": "2027-01-01", "last_day": "2027-01-02"}
    )

    assert answer.status_code == HTTPStatus.NOT_FOUND
