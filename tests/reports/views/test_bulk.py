"""Several reports, one decision."""

from http import HTTPStatus

import pytest
from django.test import Client

from portal.viewer import SYSTEM, acting_as
from reports.enums import State
from reports.models import Message, Report
from tests import factories
from tests.people import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def reports() -> list[Report]:
    return [factories.receipt(summary=f"Flaw {number}", token=f"bulk {number}").report for number in range(3)]


def states(reports: list[Report]) -> list[str]:
    with acting_as(SYSTEM):
        return [Report.objects.get(pk=report.pk).state for report in reports]


def test_the_page_before_shows_the_text_and_changes_nothing(desk: Client, reports: list[Report]) -> None:
    chosen = [report.reference for report in reports[:2]]

    text = desk.get("/reports/together/", {"move": "acknowledge", "chosen": chosen}).content.decode()

    assert "Acknowledge" in text
    assert "2 reports" in text
    assert "has read it" in text
    assert states(reports) == [State.RECEIVED] * 3


@pytest.mark.clause("P7")
def test_each_reporter_is_written_to_and_what_was_refused_is_said(desk: Client, reports: list[Report]) -> None:
    chosen = [report.reference for report in reports[:2]]
    sent = {"move": "acknowledge", "message": "I have read it.", "take_coordination": "on", "back": "q=x&cursor=y"}
    desk.post("/reports/together/", {**sent, "chosen": chosen[:1]})

    answer = desk.post("/reports/together/", {**sent, "chosen": chosen})
    text = desk.get("/reports/").content.decode()

    assert answer.headers["Location"] == "/reports/?q=x&cursor=y"
    assert states(reports) == [State.TRIAGE, State.TRIAGE, State.RECEIVED]
    assert f"Acknowledged: {chosen[1]}." in text
    assert f"{chosen[0]} was left as it is. It is in triage" in text
    with acting_as(SYSTEM):
        assert [message.body for message in Message.objects.all()] == ["I have read it."] * 2


def test_a_decline_without_a_text_brings_the_prepared_one_to_look_at(desk: Client, reports: list[Report]) -> None:
    asked = {"move": "decline", "chosen": [reports[0].reference], "reason": "intended", "message": ""}

    first = desk.post("/reports/together/", asked)
    second = desk.post("/reports/together/", {**asked, "message": "It is meant to be so."})

    assert first.status_code == HTTPStatus.OK
    assert "works as it is meant to" in first.content.decode()
    assert second.status_code == HTTPStatus.FOUND
    assert states(reports) == [State.CLOSED, State.RECEIVED, State.RECEIVED]


def test_spam_is_not_answered(desk: Client, reports: list[Report]) -> None:
    chosen = [report.reference for report in reports]

    desk.post("/reports/together/", {"move": "decline", "chosen": chosen, "reason": "spam", "message": "Not sent."})

    assert states(reports) == [State.CLOSED] * 3
    with acting_as(SYSTEM):
        assert Message.objects.count() == 0


@pytest.mark.parametrize(
    "asked",
    [{}, {"move": "release"}, {"move": "decline", "chosen": "x\x00"}, {"move": "acknowledge", "chosen": "WSC-0000"}],
)
def test_without_a_choice_one_is_asked_for(desk: Client, asked: dict[str, str]) -> None:
    answer = desk.post("/reports/together/", asked, follow=True)

    assert "Choose reports first" in answer.content.decode()


@pytest.mark.clause("P8")
def test_reports_of_others_cannot_be_chosen(reports: list[Report]) -> None:
    stranger = browser_of(factories.maintainer())

    stranger.post(
        "/reports/together/", {"move": "decline", "chosen": [reports[0].reference], "reason": "spam", "message": ""}
    )

    assert states(reports) == [State.RECEIVED] * 3
