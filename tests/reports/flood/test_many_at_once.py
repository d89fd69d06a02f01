"""Groups in the queue, and heaps of the same in the quarantine."""

import pytest
from django.test import Client
from django.utils import timezone

from portal.viewer import SYSTEM, acting_as
from reports.enums import DeclineReason, State
from reports.flood import grouping
from reports.models import Grouping, Recusal, Report
from teams.models import User
from tests import factories
from tests.people import browser_of
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

WORDS = "The header is missing on your host, and an attacker who listens could read what your users send and receive."


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


@pytest.fixture
def desk(member: User) -> Client:
    return browser_of(member)


def same(number: int, *, quarantined: bool = False) -> Report:
    return factories.receipt(
        summary=f"Header {number}", description=WORDS, token=f"same {number}", quarantined=quarantined
    ).report


def group(*reports: Report, by: User) -> str:
    with acting_as(factories.looking(by)):
        grouping.group(reports[0], reports[1:], by=by, now=timezone.now())
        return Grouping.objects.filter(report=reports[0], ended_at=None).values_list("group", flat=True)[0]


def text_of(desk: Client, address: str) -> str:
    return " ".join(desk.get(address).content.decode().split())


def now(report: Report) -> Report:
    with acting_as(SYSTEM):
        return Report.objects.get(pk=report.pk)


def test_the_queue_says_with_how_many_others_a_report_stands_and_leads_to_them(desk: Client, member: User) -> None:
    first, second, alone = same(1), same(2), factories.receipt(token="alone").report
    name = group(first, second, by=member)

    listed = text_of(desk, "/reports/")
    of_the_group = text_of(desk, f"/reports/?state=any&group={name}")
    grouped = text_of(desk, "/reports/?grouped=1")

    assert listed.count(f'<a href="/reports/?state=any&amp;group={name}">in a group with 1 other</a>') == 2
    for text in (of_the_group, grouped):
        assert [report.reference in text for report in (first, second, alone)] == [True, True, False]
    assert "Only the reports of one group" in of_the_group


@pytest.mark.clause("P8")
def test_of_a_group_whose_others_one_may_not_read_the_queue_knows_nothing(member: User) -> None:
    first, second = same(1), same(2)
    name = group(first, second, by=member)
    recused = factories.member()
    with acting_as(SYSTEM):
        Recusal.objects.create(report=second, user=recused, reason="Knows them.")
    browser = browser_of(recused)

    listed = text_of(browser, "/reports/")
    narrowed = [text_of(browser, f"/reports/?{query}") for query in (f"state=any&group={name}", "grouped=1")]

    assert first.reference in listed
    assert "in a group with" not in listed
    assert all("No report like that" in text for text in narrowed)


@pytest.mark.parametrize("name", ["nonsense", "x" * 25, "..%2f", "%C3%A9"])
def test_a_group_that_is_none_finds_nothing_or_is_left_out(desk: Client, name: str) -> None:
    same(1)

    assert desk.get(f"/reports/?group={name}").status_code == 200


def test_the_queue_costs_the_same_with_groups_as_without(desk: Client, member: User) -> None:
    reports = [same(number) for number in range(3)]
    without = queries_of(desk, "/reports/")
    group(*reports, by=member)

    assert (without, queries_of(desk, "/reports/")) == (9, 9)


def test_what_is_alike_stands_together_in_quarantine(desk: Client) -> None:
    first = same(1, quarantined=True)
    other = factories.receipt(token="other", quarantined=True).report
    second = same(2, quarantined=True)

    text = text_of(desk, "/reports/quarantine/")

    assert "2 that nearly say the same" in text
    assert f'name="lift" value="{first.reference} {second.reference}"' in text
    places = [text.index(f'name="chosen" value="{report.reference}"') for report in (first, second, other)]
    assert places == sorted(places)


@pytest.mark.parametrize("verb", ["group", "lift", "spam"])
def test_a_heap_is_decided_at_once(desk: Client, verb: str) -> None:
    heap = [same(number, quarantined=True) for number in range(2)]

    desk.post("/reports/quarantine/review/", {verb: f"{heap[0].reference} {heap[1].reference}"})

    with acting_as(SYSTEM):
        grouped = Grouping.objects.count()
    found = [now(report) for report in heap]
    waiting, closed = [bool(report.quarantined_at) for report in found], [report.state for report in found]
    assert (waiting, grouped) == ([verb == "group"] * 2, 2 if verb == "group" else 0)
    assert closed == [State.CLOSED if verb == "spam" else State.RECEIVED] * 2
    assert {report.decline_reason for report in found} == ({DeclineReason.SPAM} if verb == "spam" else {""})


def test_chosen_ones_are_grouped_and_one_alone_is_not(desk: Client) -> None:
    heap = [same(number, quarantined=True) for number in range(2)]
    chosen = [report.reference for report in heap]

    one = desk.post("/reports/quarantine/review/", {"all": "group", "chosen": chosen[:1]}, follow=True)
    both = desk.post("/reports/quarantine/review/", {"all": "group", "chosen": chosen}, follow=True)
    none = desk.post("/reports/quarantine/review/", {"all": "group"}, follow=True)

    assert "Choose at least one other report" in one.content.decode()
    assert "2 reports are in one group" in both.content.decode()
    assert "Choose reports first" in none.content.decode()


@pytest.mark.clause("P8")
def test_a_stranger_groups_nothing(desk: Client) -> None:
    del desk
    heap = [same(number, quarantined=True) for number in range(2)]

    browser_of(factories.maintainer()).post(
        "/reports/quarantine/review/", {"group": f"{heap[0].reference} {heap[1].reference}"}
    )

    with acting_as(SYSTEM):
        assert Grouping.objects.count() == 0
