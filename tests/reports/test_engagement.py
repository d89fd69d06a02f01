"""Whether the team looks after each report: who opened it, acted, or trusts that it is handled; and what nobody saw."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from portal.viewer import SYSTEM, acting_as
from reports import conversation, coordination, emails, engagement, history, sight, walls
from reports.agenda import Agenda, agenda
from reports.enums import EventKind, NoticeKind, NoticeState, Role, Sight, State
from reports.guards import Refused
from reports.models import Grant, Notification, Report, ReportEvent
from teams.models import User
from tests import factories
from tests.people import browser_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=6)


def arrived(summary: str, *, ago: timedelta = timedelta(days=1), quarantined: bool = False) -> Report:
    return factories.receipt(now=NOW - ago, token=summary, summary=summary, quarantined=quarantined).report


def read(report: Report, *, by: User) -> None:
    with acting_as(SYSTEM):
        history.append(report, EventKind.READ, by=by, now=NOW, what=Sight.PAGE)


def note(report: Report, *, by: User) -> None:
    with acting_as(factories.looking(by)):
        conversation.note(report, "Looks bad.", by=by, now=NOW)


def trust(report: Report, *, by: User) -> None:
    with acting_as(factories.looking(by)):
        engagement.trust(report, by=by, now=NOW)


def on_the_agenda(user: User) -> Agenda:
    with acting_as(factories.looking(user)):
        return agenda(user, now=NOW)


def unseen(user: User) -> list[str]:
    return [row.report.summary for row in on_the_agenda(user).unseen]


def overlooked(user: User) -> list[str]:
    return [row.report.summary for row in on_the_agenda(user).overlooked]


@pytest.mark.clause("P21")
def test_what_a_member_has_not_looked_at_stands_on_their_agenda_the_oldest_first() -> None:
    member, other = factories.member(), factories.member()
    reports = [arrived(name, ago=timedelta(days=ago)) for name, ago in (("young", 1), ("old", 9), ("middle", 4))]
    read(reports[2], by=member)

    assert unseen(member) == ["old", "young"]
    assert unseen(other) == ["old", "middle", "young"]


@pytest.mark.parametrize("engage", [read, note, trust], ids=["opened", "acted", "trusted"])
@pytest.mark.clause("P21")
def test_opening_acting_and_trusting_are_looking(engage: Callable[..., None]) -> None:
    member = factories.member()
    report = arrived("one")
    before = unseen(member)

    engage(report, by=member)

    assert (before, unseen(member)) == (["one"], [])


def test_what_is_closed_or_in_quarantine_needs_no_look() -> None:
    member = factories.member()
    arrived("flood", quarantined=True)
    closed = arrived("closed")
    with acting_as(SYSTEM):
        Report.objects.filter(pk=closed.pk).update(state=State.CLOSED, closed_at=NOW)

    assert unseen(member) == []


@pytest.mark.clause("P8")
def test_what_a_member_may_not_read_stands_on_no_list_of_theirs() -> None:
    member, other = factories.member(), factories.member()
    report = arrived("walled off", ago=timedelta(days=20))
    with acting_as(factories.looking(other)):
        walls.recuse(report, who=member, reason="", by=other, now=NOW)

    assert (unseen(member), overlooked(member)) == ([], [])


@pytest.mark.clause("P21")
def test_a_report_that_nobody_but_its_coordinator_has_looked_at_for_days_is_shown_to_all() -> None:
    coordinator, member = factories.member(), factories.member()
    report, young, nobodys = (
        arrived("left", ago=timedelta(days=9)),
        arrived("young"),
        arrived("nobody", ago=timedelta(8)),
    )
    for each in (report, young):
        with acting_as(factories.looking(coordinator)):
            coordination.take(each, by=coordinator, now=NOW)
    seen = [overlooked(user) for user in (coordinator, member)]

    read(report, by=member)

    assert seen == [["left", "nobody"], ["left", "nobody"]]
    assert overlooked(coordinator) == ["nobody"]
    read(nobodys, by=member)
    assert overlooked(coordinator) == []


@pytest.mark.clause("P21")
def test_whoever_declined_to_help_has_not_looked() -> None:
    coordinator, asked = factories.member(), factories.maintainer()
    report = arrived("left", ago=timedelta(days=9))
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(coordinator=coordinator)
        history.append(report, EventKind.REFUSED_TO_HELP, by=asked, now=NOW)

    assert overlooked(coordinator) == ["left"]


def test_trusting_is_not_kept_as_reading() -> None:
    member, report = factories.member(), arrived("theirs")

    browser_of(member).post(reverse("report-trust", args=[report.reference]))

    with acting_as(SYSTEM):
        assert [event.kind for event in ReportEvent.objects.filter(report=report, user=member)] == [EventKind.TRUSTED]


@pytest.mark.clause("P21")
def test_trust_is_kept_once_and_is_for_members_alone() -> None:
    member, developer = factories.member(), factories.maintainer()
    report = arrived("one")
    with acting_as(SYSTEM):
        Grant.objects.create(report=report, user=developer, role=Role.DEVELOPER, reason="Fixes it.")

    for _ in range(2):
        trust(report, by=member)

    with acting_as(SYSTEM):
        assert ReportEvent.objects.filter(kind=EventKind.TRUSTED, user=member).count() == 1
    with acting_as(factories.looking(developer, is_member=False)), pytest.raises(Refused, match="for members"):
        engagement.trust(report, by=developer, now=NOW)


@pytest.mark.clause("P21")
def test_a_report_shows_what_each_member_gave_it_in_no_order_of_merit() -> None:
    lead, reader, writer, silent = (
        factories.member(lead=lead, name=name)
        for lead, name in ((True, "Lena"), (False, "Rita"), (False, "Wim"), (False, "Sam"))
    )
    report = arrived("one")
    read(report, by=reader)
    note(report, by=writer)
    trust(report, by=lead)

    with acting_as(factories.looking(lead)):
        attention = engagement.attention_of(sight.circle_of(report).at(NOW), sight.traces_of(report))

    assert [(each.user, each.opened, each.acted, each.trusted) for each in attention] == [
        (lead, None, None, NOW),
        (reader, NOW, None, None),
        (writer, None, NOW, None),
        (silent, None, None, None),
    ]
    assert [each.has_looked for each in attention] == [True, True, True, False]


@pytest.mark.clause("P21")
def test_the_digest_names_what_a_member_has_not_looked_at_after_the_news() -> None:
    member = factories.member(email="member@example.org")
    fresh, looked, waiting = arrived("fresh"), arrived("looked at"), arrived("waiting", ago=timedelta(days=9))
    read(looked, by=member)
    with acting_as(SYSTEM):
        digest = Notification.objects.create(kind=NoticeKind.DIGEST, user=member, dedupe_key="digest")
        Notification.objects.create(
            report=fresh,
            kind=NoticeKind.NEW_REPORT,
            user=member,
            dedupe_key="new",
            digest=digest,
            state=NoticeState.GATHERED,
        )
        text = emails.compose(digest, now=NOW).text

    news, _, later = text.partition("You have not looked at these yet")
    assert fresh.reference in news
    assert waiting.reference in later
    assert fresh.reference not in later
    assert looked.reference not in text
