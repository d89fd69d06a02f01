"""Who reported it: nobody sees that by the way, and whoever asks stands in the history (AZ-06)."""

from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.viewer import SYSTEM, acting_as
from reports import conversation
from reports.dossier import Part
from reports.enums import EventKind, Role
from reports.intake import Receipt
from reports.models import Grant, Reporter, ReportEvent
from teams.models import User
from tests import factories
from tests.people import browser_of, code

pytestmark = pytest.mark.django_db
NAME, ADDRESS = "Robin Reporter", "reporter@example.net"


@pytest.fixture
def receipt() -> Receipt:
    received = factories.receipt(projects=[factories.ProjectFactory.create()])
    conversation.hear(received.reporter, "One more thing.", now=timezone.now())
    return received


@pytest.fixture
def member() -> User:
    return factories.member()


def pages(browser: Client, receipt: Receipt) -> str:
    """Everything about the report that its team reads."""
    place = receipt.report.get_absolute_url()
    ways = [f"{place}?part={part}" for part in Part]
    ways += [f"{place}acknowledge/", f"{place}decline/", f"{place}severity/", "/reports/", "/dashboard/"]
    answers = [browser.get(way) for way in ways]
    assert {answer.status_code for answer in answers} == {HTTPStatus.OK}
    return "".join(answer.content.decode() for answer in answers)


def reveal(browser: Client, receipt: Receipt) -> str:
    return browser.post(reverse("report-reveal", args=[receipt.report.reference]), {"part": "notes"})["Location"]


def revealed(receipt: Receipt) -> list[str]:
    with acting_as(SYSTEM):
        found = ReportEvent.objects.filter(report=receipt.report, kind=EventKind.IDENTITY_REVEALED)
        return [str(event.user) for event in found.select_related("user")]


def test_no_page_names_the_reporter_until_a_member_asks(receipt: Receipt, member: User) -> None:
    browser = browser_of(member)

    before = pages(browser, receipt)
    back = reveal(browser, receipt)
    after = pages(browser, receipt)

    assert (NAME in before, ADDRESS in before) == (False, False)
    assert "Show who reported it" in before
    assert back == f"{receipt.report.get_absolute_url()}?part=notes"
    assert (NAME in after, ADDRESS in after) == (True, True)
    assert f"Hello {NAME}," in after
    assert revealed(receipt) == [str(member)]


def test_it_holds_for_an_hour_and_stands_in_the_history_once(receipt: Receipt, member: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        browser = browser_of(member)
        reveal(browser, receipt)
        reveal(browser, receipt)
        clock.shift(timedelta(minutes=59))
        just_before = pages(browser, receipt)
        clock.shift(timedelta(minutes=1))
        just_after = pages(browser, receipt)

    assert (NAME in just_before, NAME in just_after) == (True, False)
    assert revealed(receipt) == [str(member)]


def test_it_holds_for_this_report_and_this_session_only(receipt: Receipt, member: User) -> None:
    other = factories.receipt(name="Olga Other")
    here, elsewhere = browser_of(member), browser_of(member)

    reveal(here, receipt)

    assert "Olga Other" not in here.get(other.report.get_absolute_url()).content.decode()
    assert NAME not in elsewhere.get(receipt.report.get_absolute_url()).content.decode()


def test_whoever_helps_to_fix_it_is_not_told(receipt: Receipt) -> None:
    helper = factories.maintainer()
    with acting_as(SYSTEM):
        Grant.objects.create(report=receipt.report, user=helper, role=Role.DEVELOPER, reason="Fixes it.")
    browser = browser_of(helper)

    offered = browser.get(receipt.report.get_absolute_url()).content.decode()
    reveal(browser, receipt)
    after = browser.get(receipt.report.get_absolute_url()).content.decode()

    assert "Show who reported it" not in offered
    assert "not yours to see" in after
    assert NAME not in after
    assert revealed(receipt) == []


def test_asking_takes_the_second_factor_and_goes_on_from_there(receipt: Receipt, member: User) -> None:
    browser = browser_of(member, confirmed_ago=None)
    way = reveal(browser, receipt)

    shown_before = revealed(receipt)
    done = browser.post(way, {"code": code()})

    assert way.startswith(reverse("mfa_reauthenticate"))
    assert (shown_before, revealed(receipt)) == ([], [str(member)])
    assert done["Location"] == f"{receipt.report.get_absolute_url()}?part=notes"
    assert NAME in browser.get(done["Location"]).content.decode()


def test_opening_the_reporter_in_the_administration_stands_in_the_history_too(receipt: Receipt, member: User) -> None:
    browser = browser_of(member)
    with acting_as(SYSTEM):
        row = Reporter.objects.get(report=receipt.report)

    listed = browser.get(reverse("admin:reports_reporter_changelist")).content.decode()
    before = revealed(receipt)
    opened = browser.get(reverse("admin:reports_reporter_change", args=[row.pk])).content.decode()

    assert (NAME in listed, ADDRESS in listed, before) == (False, False, [])
    assert NAME in opened
    assert revealed(receipt) == [str(member)]


def test_the_session_knows_a_number_and_a_moment_and_no_name(receipt: Receipt, member: User) -> None:
    browser = browser_of(member)

    reveal(browser, receipt)
    kept = browser.session["identities_shown_until"]

    assert list(kept) == [str(receipt.report.pk)]
    assert Authenticator.objects.filter(user=member).count() == 1
