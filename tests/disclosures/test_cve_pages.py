"""The pages on which people see to CVE IDs."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client

from disclosures import cves
from disclosures.cve_acts import WAYS, Act
from disclosures.enums import CveState
from disclosures.models import CveRequest
from portal.viewer import SYSTEM, acting_as
from reports.models import Report
from teams.models import User
from tests import factories
from tests.disclosures.wishes import NOW, advisory_of, again, assigned_wish, wish_of
from tests.people import browser_of
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


@pytest.fixture
def browser(member: User) -> Client:
    return browser_of(member)


def place(wish: CveRequest, act: Act | str = "") -> str:
    root = f"/reports/{wish.report.reference}/cve/"
    return f"{root}{wish.advisory_id}/{act}/" if act else root


def text_of(browser: Client, address: str) -> str:
    return " ".join(browser.get(address).content.decode().split())


@pytest.mark.clause("P15")
def test_an_advisory_needs_an_id_from_its_first_moment_and_looking_changes_nothing(browser: Client) -> None:
    report = factories.receipt(now=NOW - timedelta(days=1)).report
    advisory = advisory_of(report)

    shown = text_of(browser, f"/reports/{report.reference}/cve/")

    assert "No ID yet" in shown
    assert advisory.identifier in shown
    with acting_as(SYSTEM):
        assert CveRequest.objects.count() == 0


def test_an_id_that_is_entered_stands_on_the_page(browser: Client) -> None:
    wish = wish_of()

    shown = browser.post(place(wish, Act.ENTER), {"cve_id": " cve-2026-40001 "}, follow=True).content.decode()

    assert "The ID is entered." in shown
    assert "CVE-2026-40001" in shown
    assert again(wish).state == CveState.ASSIGNED


def test_a_mistyped_id_is_refused_at_its_field_and_kept(browser: Client) -> None:
    answer = browser.post(place(wish_of(), Act.ENTER), {"cve_id": "CVE-26-1"})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "An ID looks like CVE-2026-12345" in answer.content.decode()
    assert 'value="CVE-26-1"' in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()


@pytest.mark.clause("P8")
def test_an_id_of_a_hidden_report_is_refused_in_the_words_for_a_mistake(browser: Client, member: User) -> None:
    hidden = assigned_wish("CVE-2026-40001")
    with acting_as(SYSTEM):
        hidden.report.recusals.create(user=member, reason="Wrote the fault.")

    answer = browser.post(place(wish_of(), Act.ENTER), {"cve_id": "CVE-2026-40001"})

    shown = answer.content.decode()
    assert "compare it digit by digit" in shown
    assert hidden.report.reference not in shown


@pytest.mark.clause("P15")
def test_one_proposes_and_another_agrees(browser: Client) -> None:
    wish, other = wish_of(), browser_of(factories.member(name="Mo Member"))

    browser.post(place(wish, Act.PROPOSE), {"reason": "It is no vulnerability by itself."})
    own, others = text_of(browser, place(wish)), text_of(other, place(wish))
    other.post(place(wish, Act.AGREE))

    label = WAYS[Act.AGREE].label
    assert (label in own, label in others) == (False, True)
    assert "It is no vulnerability by itself." in others
    assert again(wish).state == CveState.NOT_NEEDED


@pytest.mark.parametrize("act", Act, ids=str)
def test_each_act_has_a_page_and_an_answer_to_nonsense(browser: Client, act: Act) -> None:
    wish = wish_of()

    shown = browser.get(place(wish, act))
    answered = browser.post(place(wish, act), {"cve_id": "\x01", "reason": " ", "keep": "both"})

    assert shown.status_code == HTTPStatus.OK
    assert WAYS[act].title in shown.content.decode()
    assert answered.status_code in {HTTPStatus.FOUND, HTTPStatus.UNPROCESSABLE_ENTITY}


def test_a_second_id_is_settled_on_its_page(browser: Client) -> None:
    wish = assigned_wish("CVE-2026-40001")

    shown = browser.post(
        place(wish, Act.SECOND), {"cve_id": "CVE-2026-40002", "keep": "second"}, follow=True
    ).content.decode()

    assert "CVE-2026-40002" in shown
    assert "In favour of CVE-2026-40002." in shown


def test_an_id_that_waits_is_spread_by_one_button(browser: Client) -> None:
    wish = assigned_wish(is_published=True)

    shown = text_of(browser, place(wish))

    assert "What was published does not name it yet." in shown
    assert f'action="/reports/{wish.report.reference}/cve/{wish.advisory_id}/spread/"' in shown


def test_an_advisory_of_another_report_is_none_of_this_one(browser: Client) -> None:
    wish, other = wish_of(), wish_of()

    answer = browser.get(f"/reports/{wish.report.reference}/cve/{other.advisory_id}/enter/")

    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_what_leads_to_the_page_stands_on_the_report(browser: Client) -> None:
    wish = wish_of()
    with acting_as(SYSTEM):
        Report.objects.update(state="fixing")

    assert place(wish) in text_of(browser, f"/reports/{wish.report.reference}/")


def test_the_page_takes_as_many_queries_for_three_advisories_as_for_one(browser: Client, member: User) -> None:
    wish = wish_of()
    with acting_as(factories.looking(member)):
        cves.propose_not_needed(wish, reason="Why not.", by=member, now=NOW)
    browser.get(place(wish))
    one = queries_of(browser, place(wish))
    with acting_as(SYSTEM):
        for _ in range(2):
            cves.need(advisory_of(wish.report), now=NOW)

    three = queries_of(browser, place(wish))

    assert one == three
    assert three <= 12
