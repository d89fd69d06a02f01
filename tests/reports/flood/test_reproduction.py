"""Asking how to reproduce it, once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.viewer import SYSTEM, acting_as
from reports import lifecycle
from reports.enums import Channel, ClockKind, DeclineReason, EventKind, NoticeKind, State
from reports.flood import reproduction
from reports.guards import Decision, Refused
from reports.lifecycle import Move
from reports.models import Clock, Message, Notification, Report, ReportEvent
from teams.models import User
from tests import factories
from tests.people import browser_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
TEXT = "Please send us the steps."


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


def ask(report: Report, *, by: User, at: datetime = NOW) -> None:
    with acting_as(factories.looking(by)):
        reproduction.ask(Report.objects.get(pk=report.pk), TEXT, by=by, take_coordination=True, now=at)


def move(report: Report, step: Move, *, by: User, **said: object) -> None:
    with acting_as(factories.looking(by)):
        decision = Decision(message="We have it.", **said)  # type: ignore[arg-type] # each test names real fields
        lifecycle.move(Report.objects.get(pk=report.pk), step, by=by, decision=decision, now=NOW)


def now(report: Report) -> Report:
    with acting_as(SYSTEM):
        return Report.objects.get(pk=report.pk)


def times_asked(report: Report) -> int:
    with acting_as(SYSTEM):
        return ReportEvent.objects.filter(report=report, kind=EventKind.REPRODUCTION_ASKED).count()


def messages(report: Report) -> list[str]:
    with acting_as(SYSTEM):
        return [message.body for message in Message.objects.filter(report=report)]


@pytest.mark.clause("P7")
def test_what_nobody_had_acknowledged_is_acknowledged_by_the_same_word(member: User) -> None:
    report = factories.receipt(NOW - timedelta(days=1)).report

    ask(report, by=member)

    found = now(report)
    assert (found.state, found.coordinator, found.waiting_since) == (State.TRIAGE, member, NOW)
    assert (messages(report), times_asked(report)) == ([TEXT], 1)
    with acting_as(SYSTEM):
        assert Clock.objects.get(report=report, kind=ClockKind.ACKNOWLEDGE).stopped_by == member


@pytest.mark.clause("P11")
def test_in_triage_the_reporter_gets_an_answer_and_a_notice(member: User) -> None:
    report = factories.receipt(NOW - timedelta(days=1)).report
    move(report, Move.ACKNOWLEDGE, by=member)

    ask(report, by=member)

    assert messages(report) == ["We have it.", TEXT]
    with acting_as(SYSTEM):
        assert Notification.objects.filter(report=report, kind=NoticeKind.ANSWERED).count() == 1


def test_pressed_twice_it_is_sent_once_and_again_only_after_a_fortnight(member: User) -> None:
    report = factories.receipt(NOW - timedelta(days=1)).report
    ask(report, by=member)

    with pytest.raises(Refused, match="asked in the last 14 days"):
        ask(report, by=member, at=NOW + timedelta(days=13))
    ask(report, by=member, at=NOW + timedelta(days=14))

    assert (messages(report), times_asked(report)) == ([TEXT, TEXT], 2)


def test_nobody_is_asked_about_a_closed_report_or_one_of_our_own(member: User) -> None:
    closed = factories.receipt(NOW).report
    own = factories.receipt(NOW, channel=Channel.TEAM, email="").report
    move(closed, Move.DECLINE, by=member, reason=DeclineReason.INTENDED)

    for report, why in ((closed, "It is closed"), (own, "The team found it itself")):
        with pytest.raises(Refused, match=why):
            ask(report, by=member)

    assert times_asked(closed) == times_asked(own) == 0


@pytest.mark.clause("P8")
def test_who_may_not_write_to_the_reporter_asks_nothing() -> None:
    report, stranger = factories.receipt(NOW).report, factories.maintainer()

    with acting_as(factories.looking(stranger, is_member=False)), pytest.raises(Refused):
        reproduction.ask(report, TEXT, by=stranger, take_coordination=False, now=NOW)

    assert times_asked(report) == 0


@pytest.fixture
def desk(member: User) -> Client:
    return browser_of(member)


def test_the_page_says_before_who_is_left_in_peace_and_afterwards_how_many_were_asked(
    desk: Client, member: User
) -> None:
    fresh, asked = factories.receipt(token="fresh").report, factories.receipt(token="asked").report
    ask(asked, by=member, at=timezone.now())
    chosen = {"move": "ask-to-reproduce", "chosen": [fresh.reference, asked.reference]}

    shown = desk.get("/reports/together/", chosen).content.decode()
    told = desk.post("/reports/together/", {**chosen, "message": TEXT}, follow=True).content.decode()

    assert "Its reporter was asked in the last 14 days. It will be left as it is." in shown
    assert "how to reproduce it" in shown
    assert f"Asked how to reproduce: {fresh.reference}. That is 1 of 2." in told
    assert f"{asked.reference} was left as it is. Its reporter was asked in the last 14 days." in told
    assert times_asked(fresh) == times_asked(asked) == 1


def test_without_a_word_nothing_is_asked_and_the_choice_stays(desk: Client) -> None:
    report = factories.receipt().report

    answer = desk.post("/reports/together/", {"move": "ask-to-reproduce", "chosen": report.reference, "message": " "})

    assert f'value="{report.reference}"' in answer.content.decode()
    assert times_asked(report) == 0
