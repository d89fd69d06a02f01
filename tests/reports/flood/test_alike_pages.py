"""Reports like one another, on the desk."""

import pytest
from django.test import Client
from django.utils import timezone

from portal.viewer import SYSTEM, acting_as
from reports.enums import DeclineReason, Role, State
from reports.flood import grouping
from reports.models import Grant, Message, Recusal, Report
from teams.models import User
from tests import factories
from tests.people import browser_of
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

WORDS = "The header is missing on your host, and an attacker who listens could read what your users send and receive."


def alike(number: int) -> Report:
    return factories.receipt(summary=f"Header {number}", description=WORDS, token=f"alike {number}").report


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


@pytest.fixture
def desk(member: User) -> Client:
    return browser_of(member)


@pytest.fixture
def reports() -> list[Report]:
    return [alike(number) for number in range(3)]


def page(desk: Client, report: Report, where: str = "") -> str:
    return desk.get(f"/reports/{report.reference}/{where}").content.decode()


def group(reports: list[Report], *, by: User) -> None:
    with acting_as(factories.looking(by)):
        grouping.group(reports[0], reports[1:], by=by, now=timezone.now())


def now(report: Report) -> Report:
    with acting_as(SYSTEM):
        return Report.objects.get(pk=report.pk)


def test_the_report_says_that_others_are_like_it_and_leads_to_them(desk: Client, reports: list[Report]) -> None:
    text = page(desk, reports[0])
    beside = page(desk, reports[0], "alike/")

    assert "2 others nearly say the same." in " ".join(text.replace("<strong>", "").split())
    assert all(report.reference in beside for report in reports)
    assert beside.count("100 % alike") == 2


def test_a_report_like_no_other_says_nothing_of_it(desk: Client) -> None:
    report = factories.receipt().report

    assert "Reports like it" not in page(desk, report)
    assert "No other report that you may read says nearly the same" in page(desk, report, "alike/")


def test_the_chosen_ones_are_grouped_and_one_leaves_again(desk: Client, reports: list[Report]) -> None:
    place = f"/reports/{reports[0].reference}/alike/"

    said = desk.post(place, {"chosen": [reports[1].reference]}, follow=True).content.decode()
    grouped = " ".join(page(desk, reports[0]).split())
    left = desk.post(f"{place}leave/", follow=True).content.decode()

    assert "2 reports are in one group" in said
    assert "In a group with <strong>1</strong> other, and 1 more nearly says the same." in grouped
    assert "It is in no group any more" in left


def test_nothing_chosen_groups_nothing(desk: Client, reports: list[Report]) -> None:
    said = desk.post(f"/reports/{reports[0].reference}/alike/", {"chosen": ["nonsense", "\x00"]}, follow=True)

    assert "Choose at least one other report" in said.content.decode()


@pytest.mark.clause("P2")
@pytest.mark.clause("P8")
def test_the_others_are_declined_as_duplicates_with_a_word_to_each_reporter(
    desk: Client, member: User, reports: list[Report]
) -> None:
    group(reports, by=member)
    place = f"/reports/{reports[0].reference}/alike/decline/"
    shown = desk.get(place).content.decode()

    chosen = [reports[1].reference, reports[2].reference]
    said = desk.post(place, {"chosen": chosen, "message": "We know it already."}, follow=True).content.decode()

    assert "as a duplicate" in shown
    assert f"Declined as duplicates: {reports[1].reference} and {reports[2].reference}." in said
    assert now(reports[0]).state == State.RECEIVED
    with acting_as(SYSTEM):
        for report in map(now, reports[1:]):
            assert (report.decline_reason, report.duplicate_of) == (DeclineReason.DUPLICATE, reports[0])
            assert [message.body for message in Message.objects.filter(report=report)] == ["We know it already."]


def test_without_a_word_nothing_is_declined_and_the_choice_stays(
    desk: Client, member: User, reports: list[Report]
) -> None:
    group(reports, by=member)
    place = f"/reports/{reports[0].reference}/alike/decline/"

    answer = desk.post(place, {"chosen": [reports[2].reference], "message": " "})

    text = " ".join(answer.content.decode().split())
    assert answer.status_code == 422
    assert f'value="{reports[2].reference}" checked' in text
    assert f'value="{reports[1].reference}" checked' not in text
    assert {now(report).state for report in reports} == {State.RECEIVED}


@pytest.mark.clause("P8")
def test_a_report_that_is_in_no_group_cannot_be_declined_beside_one(
    desk: Client, member: User, reports: list[Report]
) -> None:
    group(reports[:2], by=member)

    desk.post(
        f"/reports/{reports[0].reference}/alike/decline/",
        {"chosen": [reports[2].reference], "message": "We know it."},
    )

    assert now(reports[2]).state == State.RECEIVED


@pytest.mark.clause("P8")
def test_whoever_may_not_read_the_others_sees_nothing_of_them_anywhere(member: User, reports: list[Report]) -> None:
    """Neither name nor number nor count, nor that there was a group, on any part of the page."""
    group(reports, by=member)
    developer, recused = factories.maintainer(), factories.member()
    with acting_as(SYSTEM):
        Grant.objects.create(report=reports[0], user=developer, role=Role.DEVELOPER, reason="Fixes it.")
        for report in reports[1:]:
            Recusal.objects.create(report=report, user=recused, reason="Knows them.")

    for browser in (browser_of(developer), browser_of(recused)):
        seen = [page(browser, reports[0], f"?part={part}") for part in ("conversation", "activity", "original")]
        seen += [page(browser, reports[0], "alike/"), browser.get("/reports/").content.decode()]
        seen.append(browser.get("/dashboard/").content.decode())
        for text in seen:
            assert reports[1].reference not in text
            assert reports[2].reference not in text
            assert "grouped it" not in text.lower()
            assert "in a group with" not in text.lower()
            assert "nearly say" not in text.lower()


def test_who_may_read_another_of_the_group_reads_it_in_the_activity(
    desk: Client, member: User, reports: list[Report]
) -> None:
    group(reports[:2], by=member)

    assert "grouped it with reports like it" in page(desk, reports[0], "?part=activity")


def test_the_pages_cost_as_much_with_three_alike_as_with_one(desk: Client, member: User) -> None:
    reports = [alike(number) for number in range(3)]
    group(reports[:2], by=member)
    places = [f"/reports/{reports[0].reference}/{where}" for where in ("", "alike/", "alike/decline/")]
    for place in places:
        desk.get(place)
    with_few = [queries_of(desk, place) for place in places]
    more = [alike(number) for number in range(3, 7)]
    group([reports[0], *more[:2]], by=member)

    assert [queries_of(desk, place) for place in places] == with_few
    assert with_few == [12, 10, 8]
