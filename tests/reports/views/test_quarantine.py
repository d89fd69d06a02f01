"""What came in a flood, and what could not be told."""

import pytest
from django.test import Client

from portal.viewer import SYSTEM, acting_as
from reports.enums import DeclineReason, NoticeKind, NoticeState, State
from reports.models import Notification, Report
from teams.enums import AccountEventKind
from teams.models import AccountEvent, User
from tests import factories
from tests.people import browser_of
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def flood() -> list[Report]:
    return [
        factories.receipt(summary=f"Bounty {number}", token=f"flood {number}", quarantined=True).report
        for number in range(3)
    ]


def now(report: Report) -> Report:
    with acting_as(SYSTEM):
        return Report.objects.get(pk=report.pk)


def test_a_real_one_is_taken_out_and_spam_is_closed(desk: Client, flood: list[Report]) -> None:
    listed = desk.get("/reports/quarantine/").content.decode()

    desk.post("/reports/quarantine/review/", {"lift": flood[0].reference})
    desk.post("/reports/quarantine/review/", {"all": "spam", "chosen": [flood[1].reference, flood[2].reference]})

    assert [f"Bounty {number}" in listed for number in range(3)] == [True] * 3
    assert now(flood[0]).quarantined_at is None
    assert now(flood[0]).state == State.RECEIVED
    assert {now(report).decline_reason for report in flood[1:]} == {DeclineReason.SPAM}
    assert "The quarantine is empty" in desk.get("/reports/quarantine/").content.decode()


def test_what_somebody_has_taken_out_is_not_closed_by_an_old_page(desk: Client, flood: list[Report]) -> None:
    desk.post("/reports/quarantine/review/", {"lift": flood[0].reference})

    desk.post("/reports/quarantine/review/", {"spam": flood[0].reference})

    assert now(flood[0]).state == State.RECEIVED


@pytest.mark.clause("P8")
def test_others_neither_see_nor_empty_it(flood: list[Report]) -> None:
    browser = browser_of(factories.maintainer())

    listed = browser.get("/reports/quarantine/").content.decode()
    browser.post("/reports/quarantine/review/", {"spam": flood[0].reference})

    assert "Bounty" not in listed
    assert now(flood[0]).state == State.RECEIVED


def test_looking_it_over_stands_in_the_record_once_an_hour(desk: Client, member: User) -> None:
    for _ in range(2):
        desk.get("/reports/quarantine/")

    with acting_as(SYSTEM):
        assert AccountEvent.objects.filter(user=member, kind=AccountEventKind.QUARANTINE_READ).count() == 1


def test_the_quarantine_costs_the_same_with_three_reports_as_with_one(desk: Client) -> None:
    factories.receipt(token="one", quarantined=True)
    desk.get("/reports/quarantine/")  # the record keeps once an hour that somebody looked
    with_one = queries_of(desk, "/reports/quarantine/")
    for token in ("two", "three"):
        factories.receipt(token=token, quarantined=True)

    assert (with_one, queries_of(desk, "/reports/quarantine/")) == (10, 10)


def fail_all() -> list[Notification]:
    with acting_as(SYSTEM):
        Notification.objects.update(state=NoticeState.FAILED, attempts=8, error="550 mailbox unavailable")
        return list(Notification.objects.order_by("pk"))


def test_a_notice_that_failed_is_sent_again_once(desk: Client) -> None:
    factories.receipt(email="robin@example.net")
    notices = fail_all()
    listed = desk.get("/reports/undelivered/").content.decode()

    first = desk.post("/reports/undelivered/send-again/", {"only": notices[0].pk}, follow=True)
    again = desk.post("/reports/undelivered/send-again/", {"only": notices[0].pk}, follow=True)

    assert "550 mailbox unavailable" in listed
    assert "robin@example.net" not in listed
    assert "One notice is on its way again" in first.content.decode()
    assert "Nothing was sent" in again.content.decode()
    with acting_as(SYSTEM):
        renewed = Notification.objects.get(pk=notices[0].pk)
        assert (renewed.state, renewed.attempts, renewed.error) == (NoticeState.PENDING, 0, "")
        assert Notification.objects.filter(state=NoticeState.FAILED).count() == len(notices) - 1


@pytest.mark.parametrize("asked", ["", "x", "-1", "9" * 30, "\x00", "²"])
def test_nonsense_sends_nothing(desk: Client, asked: str) -> None:
    answer = desk.post("/reports/undelivered/send-again/", {"chosen": asked}, follow=True)

    assert "Nothing was sent" in answer.content.decode()


@pytest.mark.clause("P8")
def test_only_the_team_reads_who_was_not_told() -> None:
    factories.receipt()
    notices = fail_all()
    browser = browser_of(factories.maintainer())

    listed = browser.get("/reports/undelivered/").content.decode()
    browser.post("/reports/undelivered/send-again/", {"only": notices[0].pk})

    assert "Everybody has been told" in listed
    with acting_as(SYSTEM):
        assert Notification.objects.filter(state=NoticeState.PENDING).count() == 0


def test_undelivered_notices_cost_the_same_with_three_as_with_one(desk: Client) -> None:
    report = factories.receipt(email="").report

    def fail(*addresses: str) -> None:
        with acting_as(SYSTEM):
            for address in addresses:
                Notification.objects.create(
                    report=report,
                    kind=NoticeKind.NEW_REPORT,
                    address=address,
                    dedupe_key=address,
                    state=NoticeState.FAILED,
                )

    fail("one@example.net")
    with_one = queries_of(desk, "/reports/undelivered/")
    fail("two@example.net", "three@example.net")

    assert (with_one, queries_of(desk, "/reports/undelivered/")) == (5, 5)
