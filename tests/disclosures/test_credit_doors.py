"""A finder whom a reporter or the team named answers by a link of their own, which shows nothing of the report."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from disclosures import credit_doors, credit_rewriting, publishing
from disclosures import credits as crediting
from disclosures.enums import AnswerChannel, CreditAnswerKind
from disclosures.models import Advisory, Credit, CreditAnswer, PublishedAdvisory
from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind
from reports.guards import Refused
from reports.intake import Receipt
from reports.models import ReportEvent
from teams.models import User
from tests import factories
from tests.disclosures.crediting import MONDAY, confirmed, printed
from tests.disclosures.factories import approved_advisory
from tests.people import browser_of
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db
WORDS = {"kind": "named", "name": "Fin Der", "handle": "", "organisation": "Example GmbH"}
TEXT = "Fin Der (Example GmbH)"


@pytest.fixture
def receipt() -> Receipt:
    factories.member()
    project = factories.ProjectFactory.create(name="wadm")
    receipt = confirmed(projects=[project], project_unknown=False)
    with acting_as(receipt.reporter.viewer):
        crediting.name_finder(receipt.report, known_as="Fin", by=receipt.reporter)
    return receipt


def finder(receipt: Receipt) -> Credit:
    with acting_as(SYSTEM):
        return Credit.objects.select_related("report").get(report=receipt.report, kind="finder")


def link(receipt: Receipt) -> str:
    """Made by the reporter, as its path."""
    with acting_as(receipt.reporter.viewer):
        credit_doors.make(finder(receipt), by=receipt.reporter, now=MONDAY)
    found = credit_doors.link_of(finder(receipt))
    return found[found.index("/r/") :]


def says_so(path: str) -> None:
    answered = Client().post(path, {**WORDS, "agreed": TEXT, "answer": "yes"})
    assert (answered.status_code, answered.headers["Location"]) == (HTTPStatus.FOUND, path)


def proofs(receipt: Receipt) -> list[tuple[str, str, str]]:
    with acting_as(SYSTEM):
        rows = CreditAnswer.objects.filter(credit=finder(receipt)).select_related("report")
        return [(row.answer, row.channel, row.text) for row in rows]


@pytest.mark.clause("P8", "P17")
def test_the_link_asks_with_the_exact_words_and_shows_nothing_of_the_report(receipt: Receipt) -> None:
    path = link(receipt)

    page = Client().get(path)
    shown = Client().post(path, {**WORDS, "preview": "yes"}).content.decode()

    assert page.status_code == HTTPStatus.OK
    assert TEXT in shown
    for secret in (receipt.report.reference, receipt.report.summary, "wadm", "Robin"):
        assert secret not in page.content.decode()
    assert (page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == ("no-store, private", "noindex")
    assert (finder(receipt).answer, proofs(receipt)) == ("", [])


@pytest.mark.clause("P17", "P18")
def test_what_they_agree_to_is_kept_with_its_proof_printed_and_taken_back_by_the_same_link(receipt: Receipt) -> None:
    path = link(receipt)

    says_so(path)
    named = printed(receipt.report)
    Client().post(path, {"withdraw": "yes"})

    assert (named, printed(receipt.report)) == ([TEXT], [])
    assert proofs(receipt) == [
        (CreditAnswerKind.NAMED, AnswerChannel.PAGE, TEXT),
        (CreditAnswerKind.WITHDRAWN, AnswerChannel.PAGE, ""),
    ]


@pytest.mark.clause("P17")
def test_other_words_than_those_shown_are_shown_first_and_kept_not_at_all(receipt: Receipt) -> None:
    path = link(receipt)

    answered = Client().post(path, {**WORDS, "agreed": "Somebody else", "answer": "yes"})

    assert (answered.status_code, TEXT in answered.content.decode(), proofs(receipt)) == (HTTPStatus.OK, True, [])


@pytest.mark.clause("P17")
def test_once_they_came_themselves_the_reporter_says_nothing_for_them(receipt: Receipt) -> None:
    says_so(link(receipt))
    visitor = Visitor()
    visitor.enter(receipt)
    browser = visitor.browser
    page = reverse("track-credit-finder", args=[receipt.report.reference, finder(receipt).pk])

    shown = browser.get(page).content.decode()
    refused = browser.post(page, {"withdraw": "yes"}, follow=True).content.decode()

    assert "They have answered themselves" in shown
    assert "Only whom it names can take it back." in refused
    assert printed(receipt.report) == [TEXT]


@pytest.mark.clause("P8")
def test_another_link_ends_the_one_before_and_a_made_up_one_is_none(receipt: Receipt) -> None:
    before = link(receipt)
    after = link(receipt)

    answers = [Client().get(path) for path in (before, reverse("finder-credit", args=["x" * 43]), after)]

    assert [each.status_code for each in answers] == [HTTPStatus.NOT_FOUND, HTTPStatus.NOT_FOUND, HTTPStatus.OK]


@pytest.mark.clause("P17")
def test_the_reporter_has_the_link_on_their_page_and_it_counts_as_asked_once(receipt: Receipt) -> None:
    visitor = Visitor()
    visitor.enter(receipt)
    browser = visitor.browser
    number = finder(receipt).pk
    page = reverse("track-credit-finder", args=[receipt.report.reference, number])
    without = browser.get(page).content.decode()

    for _ in range(2):
        browser.post(reverse("track-finder-link", args=[receipt.report.reference, number]))

    assert "Make a link for them" in without
    assert credit_doors.link_of(finder(receipt)) in browser.get(page).content.decode()
    with acting_as(SYSTEM):
        assert ReportEvent.objects.filter(report=receipt.report, kind=EventKind.CREDIT_ASKED).count() == 1


@pytest.mark.clause("P18")
def test_a_finder_who_answers_after_publication_is_named_on_our_page(receipt: Receipt) -> None:
    approved_advisory(receipt.report, now=MONDAY)
    path = link(receipt)
    with acting_as(SYSTEM):
        publishing.publish(Advisory.objects.get(), now=MONDAY + timedelta(hours=1))
    says_so(path)
    with acting_as(SYSTEM):
        credit_rewriting.sweep(now=MONDAY + timedelta(days=1))

    assert PublishedAdvisory.objects.get().thanked == [TEXT]


# --- Named by the team ----------------------------------------------------------------------------------------


@pytest.fixture
def named_by_the_team(receipt: Receipt) -> Credit:
    member = factories.member()
    with acting_as(factories.looking(member)):
        return crediting.name_finder(receipt.report, known_as="Tea Fin", by=member)


def link_from_the_desk(credit: Credit, member: User) -> str:
    """As its path, out of the page that shows it once."""
    place = reverse("report-credit-link", args=[credit.report.reference, credit.pk])
    shown = browser_of(member).post(place).content.decode()
    found = re.search(r'value="[^"]*(/r/thanks/[^"]+)"', shown)
    assert found is not None
    return found[1]


@pytest.mark.clause("P17", "P18")
def test_a_finder_whom_the_team_named_answers_by_a_link_that_a_member_passes_on(
    receipt: Receipt, named_by_the_team: Credit
) -> None:
    member = factories.member()

    path = link_from_the_desk(named_by_the_team, member)
    page = Client().get(path).content.decode()
    says_so(path)

    for secret in (receipt.report.reference, receipt.report.summary, "wadm", "Robin"):
        assert secret not in page
    assert printed(receipt.report) == [TEXT]
    with acting_as(SYSTEM):
        kept = Credit.objects.get(pk=named_by_the_team.pk)
        asked = ReportEvent.objects.filter(report=receipt.report, kind=EventKind.CREDIT_ASKED, user=member)
        assert (kept.asked_at is not None, kept.came_themselves_at is not None) == (True, True)
        assert asked.count() == 1


def test_it_is_shown_once_and_another_ends_it_which_stays_on_record(
    receipt: Receipt, named_by_the_team: Credit
) -> None:
    member = factories.member()
    first = link_from_the_desk(named_by_the_team, member)
    desk = browser_of(member).get(reverse("report-credit", args=[receipt.report.reference])).content.decode()

    second = link_from_the_desk(named_by_the_team, member)

    assert (first in desk, "Make another link" in desk) == (False, True)
    assert [Client().get(path).status_code for path in (first, second)] == [HTTPStatus.NOT_FOUND, HTTPStatus.OK]
    with acting_as(SYSTEM):
        asked = ReportEvent.objects.filter(report=receipt.report, kind=EventKind.CREDIT_ASKED, user=member)
        assert asked.count() == 2


@pytest.mark.clause("P8", "P17")
def test_the_team_has_no_link_of_whoever_a_reporter_named(receipt: Receipt) -> None:
    member = factories.member()

    with acting_as(factories.looking(member)), pytest.raises(Refused, match="Only whoever named them"):
        credit_doors.make(finder(receipt), by=member, now=MONDAY)

    assert credit_doors.link_of(finder(receipt)) == ""
