"""What is burning?"""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.viewer import SYSTEM, acting_as
from reports import conversation, figures, headline, intake, lifecycle
from reports.enums import NoticeState, Role
from reports.guards import Decision
from reports.lifecycle import Move
from reports.models import Grant, Invitation, Notification, Recusal, Report
from teams.models import User
from tests import factories
from tests.people import browser_of
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

TUESDAY = datetime(2026, 11, 17, 10, 0, tzinfo=UTC)


@pytest.fixture
def member() -> User:
    return factories.member(date_joined=TUESDAY - timedelta(days=90))


@pytest.fixture
def desk(member: User) -> Client:
    return browser_of(member)


def dashboard(client: Client) -> str:
    answer = client.get("/dashboard/")
    assert answer.status_code == 200
    return answer.content.decode()


def headline_of(text: str) -> str:
    return " ".join(text.partition("<h1>")[2].partition("</h1>")[0].split())


def test_nothing_is_burning_before_anything_was_reported(desk: Client) -> None:
    text = dashboard(desk)

    assert headline_of(text) == "Nothing is burning"
    assert "stands here, whoever coordinates it" in text


@pytest.mark.clause("P7")
def test_the_headline_says_what_is_late_and_what_falls_due_today() -> None:
    with time_machine.travel(TUESDAY, tick=False):
        factories.receipt(TUESDAY - timedelta(days=20), token="late", summary="Long forgotten")
        factories.receipt(TUESDAY - timedelta(days=5), token="today", summary="From Thursday")
        factories.receipt(TUESDAY, token="calm", summary="Just in")
        text = dashboard(browser_of(factories.member()))

    assert headline_of(text) == "One promise is overdue, one falls due today"
    assert [text.index("Long forgotten"), text.index("From Thursday"), text.index("Just in")] == sorted(
        [text.index("Long forgotten"), text.index("From Thursday"), text.index("Just in")]
    )
    assert text.index("From Thursday") < text.index("Yours and nobody") < text.index("Just in")


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ([], "Nothing is burning"),
        ([-1], "One promise is overdue"),
        ([1, 2], "Two promises fall due today"),
        ([-5, -1, 3], "Two promises are overdue, one falls due today"),
        ([24], "One promise falls due tomorrow"),
        ([24, 72], "Two promises fall due by Friday"),
        ([1] * 13, "13 promises fall due today"),
        ([1] * 26, "More than 25 promises need somebody now"),
    ],
)
def test_every_headline_is_a_sentence(hours: list[int], words: str) -> None:
    due = [TUESDAY + timedelta(hours=ahead) for ahead in hours]

    assert headline.headline(due, now=TUESDAY, zone=UTC, most=25) == words


def test_what_others_did_is_news_until_it_is_marked_as_seen(desk: Client, member: User) -> None:
    receipt = factories.receipt(summary="Path traversal", token="news")
    conversation.hear(receipt.reporter, "It is worse than I thought.", now=timezone.now())
    with acting_as(factories.looking(member)):
        conversation.note(Report.objects.get(), "Mine, and no news to me.", by=member, now=timezone.now())

    before = dashboard(desk)
    desk.post("/dashboard/seen/", {"drawn": timezone.now().isoformat()})
    after = dashboard(desk)

    assert "The reporter wrote; the report arrived." in before
    assert "A team note was added" not in before
    assert "The reporter wrote" not in after
    assert "Nothing since" in after


@pytest.mark.parametrize("drawn", ["", "x", "2026-13-45", "9999-01-01T00:00:00+00:00", "2026-01-01", "\x00"])
def test_nonsense_marks_as_seen_up_to_now_at_most(desk: Client, member: User, drawn: str) -> None:
    answer = desk.post("/dashboard/seen/", {"drawn": drawn})

    member.refresh_from_db()
    assert answer.status_code == 302
    assert member.looked_at is not None
    assert member.looked_at <= timezone.now()


@pytest.mark.clause("P8")
def test_a_report_shared_with_a_maintainer_stands_on_their_dashboard_though_another_coordinates_it() -> None:
    maintainer, coordinator = factories.maintainer(), factories.member()
    report = factories.receipt(summary="Shared to be fixed").report
    with acting_as(SYSTEM):
        Grant.objects.create(report=report, user=maintainer, role=Role.DEVELOPER, reason="Fixes it.")
        Report.objects.update(coordinator=coordinator)

    text = dashboard(browser_of(maintainer))

    assert "Shared to be fixed" in text
    assert "Shared with you" in text


@pytest.mark.clause("P8")
def test_a_person_with_a_grant_sees_that_report_and_no_figures() -> None:
    maintainer = factories.maintainer()
    shared = factories.receipt(summary="Shared flaw", token="shared").report
    factories.receipt(summary="Secret flaw", token="secret")
    factories.receipt(summary="Flood", token="flood", quarantined=True)
    with acting_as(SYSTEM):
        Notification.objects.update(state=NoticeState.FAILED)
        Grant.objects.create(report=shared, user=maintainer, role=Role.DEVELOPER, reason="Fixes it.")
        figures.compute(now=timezone.now())

    text = dashboard(browser_of(maintainer))

    assert "Shared flaw" in text
    assert "the one open report" in text
    for hidden in ("Secret flaw", "Flood", "quarantine", "Not delivered", "Are we keeping our word"):
        assert hidden not in text


@pytest.mark.clause("P8")
def test_a_recused_member_sees_nothing_of_that_report(desk: Client, member: User) -> None:
    report = factories.receipt(summary="Walled off", token="wall").report
    with acting_as(SYSTEM):
        Recusal.objects.create(report=report, user=member)

    text = dashboard(desk)

    assert "Walled off" not in text
    assert report.reference not in text


def test_whoever_has_no_report_learns_what_will_stand_here() -> None:
    maintainers, others = (
        dashboard(browser_of(user)) for user in (factories.maintainer(), factories.UserFactory.create())
    )

    assert "Reports you help to fix will stand here" in maintainers
    assert "Reports that are shared with you will stand here" in others


def test_quarantine_and_undelivered_notices_ask_for_somebody(desk: Client) -> None:
    factories.receipt(token="flood", quarantined=True)
    with acting_as(SYSTEM):
        Notification.objects.update(state=NoticeState.FAILED)

    text = " ".join(dashboard(desk).split())

    assert "One report came in a flood and waits" in text
    assert "not be delivered, so somebody does not know" in text


@pytest.mark.clause("P7")
def test_the_figures_count_promises_kept_and_broken_within_a_year(member: User) -> None:
    now = TUESDAY
    for number, (days_ago, hours) in enumerate([(30, 2), (40, 4), (50, 24 * 20), (800, 24 * 90)]):
        received = now - timedelta(days=days_ago)
        factories.receipt(received, token=f"figure {number}")
        with acting_as(factories.looking(member)):
            report = intake.find(f"figure {number}").report  # type: ignore[union-attr] # it has just arrived
            lifecycle.move(
                report,
                Move.ACKNOWLEDGE,
                by=member,
                decision=Decision(message="Read."),
                now=received + timedelta(hours=hours),
            )
    factories.receipt(now - timedelta(days=20), token="never answered")
    factories.receipt(now, token="too early to tell")

    with acting_as(SYSTEM):
        counted = figures.compute(now=now)
        figures.compute(now=now)

    assert (counted.acknowledged_in_time, counted.acknowledgements) == (2, 4)
    assert counted.median_hours == 4
    assert counted.open_reports == 6
    assert figures.latest() == counted


def test_the_dashboard_costs_as_many_queries_with_three_reports_as_with_one(desk: Client, member: User) -> None:
    project = factories.ProjectFactory.create()
    factories.receipt(token="one", projects=[project])
    with_one = queries_of(desk, "/dashboard/")
    for token in ("two", "three"):
        report = factories.receipt(token=token, projects=[project]).report
        with acting_as(SYSTEM):
            Report.objects.filter(pk=report.pk).update(coordinator=member)

    assert (with_one, queries_of(desk, "/dashboard/")) == (11, 11)


@pytest.mark.clause("P21")
def test_what_one_has_not_looked_at_can_be_trusted_to_the_others(desk: Client) -> None:
    report = factories.receipt(token="new", summary="Not looked at").report
    before = dashboard(desk)

    answer = desk.post(f"/reports/{report.reference}/trust/", follow=True)

    after = answer.content.decode()
    assert f"I trust that {report.reference} is handled" in before
    assert f"Noted: you trust that {report.reference} is handled." in after
    assert "You have not looked at these yet" not in after
    assert "trusts that it is handled, since" in desk.get(f"/reports/{report.reference}/sharing/").content.decode()


@pytest.mark.clause("P21")
def test_what_nobody_but_its_coordinator_looked_at_for_days_stands_on_everybodys_dashboard(desk: Client) -> None:
    report = factories.receipt(timezone.now() - timedelta(days=6), token="old", summary="Left alone").report
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(coordinator=factories.member())

    text = dashboard(desk).partition('id="overlooked"')[2].partition("</section>")[0]

    assert "Left alone" in text
    assert "for 5 days" in text


@pytest.mark.clause("P8")
def test_whoever_is_asked_to_help_finds_the_invitation_and_nothing_of_the_report() -> None:
    maintainer = factories.maintainer()
    report = factories.receipt(summary="Secret flaw").report
    with acting_as(SYSTEM):
        invitation = Invitation.objects.create(
            report=report, user=maintainer, role=Role.DEVELOPER, reason="Wrote it.", invited_by=factories.member()
        )

    text = dashboard(browser_of(maintainer))

    assert f'href="/asked/{invitation.code}/"' in text
    for hidden in ("Secret flaw", report.reference, "Wrote it."):
        assert hidden not in text
