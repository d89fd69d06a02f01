"""Which report is that? What the queue finds, in which order, for whom, and at what cost."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from portal.viewer import SYSTEM, acting_as
from reports import frequent_words
from reports.enums import Channel, DeclineReason, Role
from reports.guards import Decision
from reports.keyset import PAGE, Cursor, Sort, Way
from reports.lifecycle import Move, move
from reports.models import Grant, Recusal, Report, SavedView
from teams.models import User
from tests import factories
from tests.people import browser_of
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


def arrive(summary: str, *, hours_ago: int = 1, **fields: object) -> Report:
    token = f"{summary} {hours_ago}"
    fields |= {"summary": summary, "token": token}
    return factories.receipt(timezone.now() - timedelta(hours=hours_ago), **fields).report  # type: ignore[arg-type] # each test names real fields


def found(client: Client, **query: object) -> list[str]:
    """The summaries that the queue lists, from top to bottom."""
    answer = client.get(f"/reports/?{urlencode(query)}")
    assert answer.status_code == HTTPStatus.OK
    return [row.report.summary for row in answer.context["listing"].rows]


def text_of(client: Client, **query: object) -> str:
    answer = client.get(f"/reports/?{urlencode(query)}")
    assert answer.status_code == HTTPStatus.OK
    return answer.content.decode()


def decline(report: Report, *, by: User, reason: DeclineReason) -> None:
    with acting_as(factories.looking(by)):
        decision = Decision(reason=reason, message="Thank you.")
        move(report, Move.DECLINE, by=by, decision=decision, now=timezone.now())


def test_the_nearest_deadline_stands_first(desk: Client) -> None:
    arrive("Later", hours_ago=1)
    arrive("Sooner", hours_ago=24 * 10)
    arrive("Waits in quarantine", quarantined=True)

    assert found(desk) == ["Sooner", "Later"]


def test_each_filter_keeps_what_it_names(desk: Client, member: User) -> None:
    project = factories.ProjectFactory.create(name="wash")
    mine, declined = arrive("Mine", projects=[project]), arrive("Declined")
    arrive("Late", hours_ago=24 * 20)
    with acting_as(SYSTEM):
        Report.objects.filter(pk=mine.pk).update(coordinator=member, waiting_since=timezone.now())
    decline(declined, by=member, reason=DeclineReason.INTENDED)

    assert found(desk, coordinator="@me") == ["Mine"]
    assert found(desk, coordinator=member.github_login) == ["Mine"]
    assert found(desk, coordinator="@nobody") == ["Late"]
    assert found(desk, project="wash") == ["Mine"]
    assert found(desk, waiting="1") == ["Mine"]
    assert found(desk, overdue="1") == ["Late"]
    assert found(desk, state="closed") == ["Declined"]
    assert found(desk, reason="intended") == ["Declined"]
    assert found(desk, reason="spam") == []
    assert found(desk, severity="high") == []
    assert found(desk, severity="unassessed", sort="oldest") == ["Late", "Mine"]
    assert found(desk, state="any", sort="changed")[0] == "Declined"


def test_a_search_finds_summary_reporter_and_the_beginning_of_a_reference(desk: Client) -> None:
    report = arrive("Path traversal", name="Robin Reporter", email="robin@example.net")
    arrive("Something else", name="Kim", email="kim@example.net")
    code = report.reference.partition("-")[2]

    assert found(desk, q="TRAVERSAL path") == ["Path traversal"]
    assert found(desk, q="robin") == ["Path traversal"]
    assert found(desk, q="robin@example.net") == ["Path traversal"]
    assert found(desk, q=report.reference[:8]) == ["Path traversal"]
    assert found(desk, q=f"WSC {code[:4].lower()}") == ["Path traversal"]
    assert found(desk, q="traversal kim") == []


def test_a_whole_reference_leads_straight_to_its_report(desk: Client) -> None:
    report = arrive("Path traversal")
    while not any(letter.isdigit() for letter in report.reference[4:]):  # without its prefix it could be a word
        report = arrive(f"Path traversal {report.pk}")

    answers = [
        desk.get("/reports/", {"q": text})
        for text in (report.reference, report.reference.lower().replace("-", " "), report.reference[4:])
    ]

    assert [answer.headers.get("Location") for answer in answers] == [report.get_absolute_url()] * 3


def test_pages_follow_each_other_onwards_and_back_without_a_gap(desk: Client) -> None:
    moment = timezone.now() - timedelta(hours=30)
    for number in range(2 * PAGE + 3):
        factories.receipt(moment, summary=f"Report {number}", token=f"page {number}")
    with acting_as(SYSTEM):
        everything = [report.summary for report in Report.objects.by_nearest_deadline()]

    walked, cursor = [], ""
    for _ in range(3):
        listing = desk.get("/reports/", {"cursor": cursor} if cursor else {}).context["listing"]
        walked.append([row.report.summary for row in listing.rows])
        cursor = listing.page.onwards
    last = desk.get("/reports/", {"cursor": listing.page.back}).context["listing"]

    assert [len(rows) for rows in walked] == [PAGE, PAGE, 3]
    assert [summary for rows in walked for summary in rows] == everything
    assert [row.report.summary for row in last.rows] == walked[1]
    assert str(last.total) == str(2 * PAGE + 3)


@pytest.mark.parametrize("sort", list(Sort))
def test_every_order_can_be_walked_to_its_end(desk: Client, sort: Sort) -> None:
    for number in range(PAGE + 2):
        arrive(f"Report {number}", hours_ago=number)

    first = desk.get("/reports/", {"sort": sort}).context["listing"]
    second = desk.get("/reports/", {"sort": sort, "cursor": first.page.onwards}).context["listing"]

    assert len({row.report.pk for row in (*first.rows, *second.rows)}) == PAGE + 2


def test_of_a_search_no_more_is_counted_than_a_page_shows(desk: Client) -> None:
    for number in range(PAGE + 2):
        factories.receipt(summary=f"Path traversal {number}", token=f"found {number}")

    first = desk.get("/reports/", {"q": "traversal path"})
    onwards = first.context["listing"].page.onwards
    second = desk.get("/reports/", {"q": "traversal path", "cursor": onwards}).context["listing"]
    few = desk.get("/reports/", {"q": "traversal 7"}).context["listing"]

    assert f"{PAGE} of more than {PAGE} reports" in " ".join(first.content.decode().split())
    assert (len(second.rows), str(second.total)) == (2, f"more than {PAGE}")
    assert (len(few.rows), str(few.total)) == (1, "1")


def test_a_search_for_frequent_words_is_walked_as_any_other(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(2 * PAGE + 3):
        factories.receipt(summary=f"Path traversal {number % 2}", token=f"walked {number}")
    asked = {"q": "traversal path", "sort": "oldest"}
    pages = []
    for frequent in (10**6, 0):
        monkeypatch.setattr(frequent_words, "FREQUENT", frequent)
        first = desk.get("/reports/", asked).context["listing"]
        second = desk.get("/reports/", {**asked, "cursor": first.page.onwards}).context["listing"]
        last = desk.get("/reports/", {**asked, "cursor": second.page.onwards}).context["listing"]
        back = desk.get("/reports/", {**asked, "cursor": last.page.back}).context["listing"]
        pages.append([[row.report.pk for row in listing.rows] for listing in (first, second, last, back)])

    assert pages[0] == pages[1]
    assert [len(page) for page in pages[0]] == [PAGE, PAGE, 3, PAGE]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%00",
        "W10",
        "é",
        "eyJhIjoxfQ",
        str(Cursor(Way.ONWARDS, Sort.NEWEST, datetime(2026, 1, 1, tzinfo=UTC), 5)),
        "A" * 3000,
    ],
)
def test_a_forged_cursor_leads_to_the_first_page_with_a_word_about_it(desk: Client, cursor: str) -> None:
    arrive("Path traversal")

    text = text_of(desk, cursor=cursor)

    assert "That page cannot be found again" in text
    assert "Path traversal" in text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "burning"), ("sort", "upwards"), ("coordinator", "nobody-of-ours"), ("project", "x" * 3000),
        ("severity", "\ud800"), ("reason", "[]"), ("q", "x" * 201),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_left_out_and_said(desk: Client, name: str, value: str) -> None:
    arrive("Path traversal")

    answer = desk.get("/reports/", {name: value.encode("utf-8", "surrogatepass")})

    assert answer.status_code == HTTPStatus.OK
    assert len(answer.context["form"].notes) == 1
    assert [row.report.summary for row in answer.context["listing"].rows] == ["Path traversal"]


@pytest.mark.clause("P8")
def test_rows_counts_and_searches_show_a_person_with_a_grant_that_report_alone() -> None:
    shared, secret = arrive("Shared flaw", email="a@example.net"), arrive("Secret flaw", email="b@example.net")
    maintainer = factories.maintainer()
    with acting_as(SYSTEM):
        Grant.objects.create(report=shared, user=maintainer, role=Role.DEVELOPER, reason="Fixes it.")
    browser = browser_of(maintainer)

    assert found(browser) == ["Shared flaw"]
    assert found(browser, q="flaw") == ["Shared flaw"]
    assert found(browser, q="b@example.net", state="any") == []
    assert found(browser, q="a@example.net", state="any") == []
    assert found(browser, q=secret.reference) == []
    assert found(browser, coordinator="@nobody") == ["Shared flaw"]
    counts = {way.label: str(way.count) for way in browser.get("/reports/").context["listing"].ways if way.count}
    assert counts == {"Unowned": "1"}


@pytest.mark.clause("P8")
def test_a_recused_member_finds_everything_but_that_report(desk: Client, member: User) -> None:
    arrive("Open to them")
    walled_off = arrive("Walled off")
    with acting_as(SYSTEM):
        Recusal.objects.create(report=walled_off, user=member)

    assert found(desk, state="any") == ["Open to them"]
    assert found(desk, q="walled") == []
    assert found(desk, q=walled_off.reference) == []


def test_a_stranger_learns_what_will_appear_here() -> None:
    arrive("Path traversal")
    browser = browser_of(factories.UserFactory.create())

    text = text_of(browser)

    assert "No report is shared with you" in text
    assert "Path traversal" not in text
    assert 'name="chosen"' not in text


def test_a_saved_view_is_one_click_away(desk: Client, member: User) -> None:
    with acting_as(factories.looking(member)):
        SavedView.objects.create(user=member, name="Mine first", query="coordinator=@me")

    ways = {way.label: way.is_current for way in desk.get("/reports/?coordinator=@me").context["listing"].ways}

    assert ways["Mine first"]
    assert ways["Mine"]
    assert not ways["Open"]


def test_the_queue_costs_as_many_queries_with_three_reports_as_with_one(desk: Client, member: User) -> None:
    project = factories.ProjectFactory.create()
    arrive("First", projects=[project])
    with_one = queries_of(desk, "/reports/")
    for name in ("Second", "Third"):
        report = arrive(name, projects=[project])
        with acting_as(SYSTEM):
            Report.objects.filter(pk=report.pk).update(coordinator=member)

    assert (with_one, queries_of(desk, "/reports/")) == (9, 9)
    desk.get("/reports/?q=first")  # the record keeps once an hour that somebody searched
    assert queries_of(desk, "/reports/?state=any&q=first+wsc&sort=newest") == 12


def test_a_row_says_by_which_way_a_report_came(desk: Client) -> None:
    for channel in (Channel.WEB, Channel.MAIL, Channel.GITHUB):
        arrive(f"One by {channel}", channel=channel)

    rows = text_of(desk).split("<tr>")[2:]

    said = {way for way in ("by web form ·", "by mail ·", "by GitHub ·") for row in rows if way in row}
    assert (len(rows), said) == (3, {"by web form ·", "by mail ·", "by GitHub ·"})
