"""A part of a report becomes a report of its own, and nobody sees more by it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.viewer import SYSTEM, acting_as
from reports import history, walls
from reports.correspondence import splitting
from reports.enums import ClockKind, EventKind, NoticeKind
from reports.guards import Refused
from reports.intake import Receipt
from reports.models import Clock, Grant, Notification, Report, Reporter, ReportEvent
from teams.models import User
from tests import factories
from tests.people import browser_of
from tests.reports.correspondence.letters import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P1", "P8")]
LATER = NOON + timedelta(days=1)


@pytest.fixture
def member() -> User:
    return factories.member()


@pytest.fixture
def receipt() -> Receipt:
    return factories.receipt(NOON)


def split(receipt: Receipt, *, by: User) -> Report:
    with acting_as(factories.looking(by)):
        report = Report.objects.get(pk=receipt.report.pk)
        return splitting.split(report, summary="The second", text="Its words.", token="a form", by=by, now=LATER)


def test_it_has_the_same_reporter_with_a_link_of_their_own_and_the_clock_of_the_first(
    member: User, receipt: Receipt
) -> None:
    made = split(receipt, by=member)
    again = split(receipt, by=member)

    assert again == made
    with acting_as(SYSTEM):
        reporter = Reporter.objects.select_related("report").get(report=made)
        assert (reporter.name, reporter.email) == ("Robin Reporter", "reporter@example.net")
        assert reporter.grant_id != receipt.reporter.grant_id
        assert Clock.objects.get(report=made, kind=ClockKind.ACKNOWLEDGE).started_at == NOON
        assert Notification.objects.filter(report=made, kind=NoticeKind.RECEIPT, reporter=reporter).count() == 1
        assert ReportEvent.objects.filter(report=receipt.report, kind=EventKind.SPLIT).count() == 1
        assert made.description == "Its words."


def test_whoever_could_not_see_the_first_does_not_see_the_part(member: User, receipt: Receipt) -> None:
    keeper, outside, walled_off = factories.member(), factories.member(), factories.member()
    with acting_as(factories.looking(member)):
        walls.recuse(receipt.report, who=walled_off, reason="Wrote it.", by=member, now=NOON)
        walls.restrict(Report.objects.get(), keep=[keeper], reason="Close.", by=member, now=NOON)

    made = split(receipt, by=member)

    seen = {}
    for user in (member, keeper, outside, walled_off):
        with acting_as(factories.looking(user)):
            seen[user] = Report.objects.filter(pk=made.pk).exists()
    assert seen == {member: True, keeper: True, outside: False, walled_off: False}


def test_a_reporter_who_lost_access_gets_none_by_it(member: User, receipt: Receipt) -> None:
    with acting_as(SYSTEM):
        Grant.objects.filter(pk=receipt.reporter.grant_id).update(revoked_at=NOON)

    made = split(receipt, by=member)

    with acting_as(SYSTEM):
        assert [grant.is_in_force for grant in Grant.objects.filter(report=made, user=None)] == [False]
        assert not Notification.objects.filter(report=made, reporter__isnull=False).exists()


def test_only_who_coordinates_may_split_it(receipt: Receipt) -> None:
    stranger = factories.maintainer()

    with acting_as(factories.looking(stranger, is_member=False)), pytest.raises(Refused):
        splitting.split(receipt.report, summary="x", text="y", token="t", by=stranger, now=LATER)


def test_the_form_loses_nothing_and_leads_to_the_new_report(member: User, receipt: Receipt) -> None:
    desk, place = browser_of(member), f"/reports/{receipt.report.reference}/split/"

    empty = desk.post(place, {"text": "Only this."})
    done = desk.post(place, {"summary": "The second", "text": "Only this."}, follow=True)

    assert (empty.status_code, "Only this." in empty.content.decode()) == (422, True)
    assert "It is a report of its own now" in done.content.decode()


@pytest.mark.clause("P7")
def test_a_reporter_whose_mail_comes_back_is_told_on_their_page_until_they_change_the_address(
    receipt: Receipt,
) -> None:
    browser = Client()
    browser.post(f"/r/{receipt.key}/")
    where = f"/track/{receipt.report.reference}/"
    before = browser.get(where).content.decode()
    with acting_as(SYSTEM):
        kind, number = EventKind.MAIL_BOUNCED, receipt.reporter.pk
        history.append(receipt.report, kind, by=None, now=timezone.now(), notice="receipt", reporter=number)

    told = browser.get(where).content.decode()
    browser.post(f"{where}address/", {"email": "new@example.net"})
    after = browser.get(where).content.decode()

    sentence = "Our mail to your address comes back"
    assert [sentence in page for page in (before, told, after)] == [False, True, False]
