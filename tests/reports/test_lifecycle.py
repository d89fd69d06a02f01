import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from portal.viewer import ANONYMOUS, SYSTEM, NoViewer, Viewer, acting_as
from reports import conversation, coordination, lifecycle, tracking
from reports.enums import ClockKind, DeclineReason, NoticeKind, State
from reports.guards import Decision, Refused
from reports.lifecycle import Move
from reports.models import Clock, Message, Notification, Report
from tests import factories

pytestmark = pytest.mark.django_db


def test_nobody_sees_reports_without_saying_who_is_looking() -> None:
    with pytest.raises(NoViewer):
        Report.objects.count()


@pytest.mark.clause("P8")
def test_the_database_itself_shows_a_report_to_members_and_its_reporter_alone() -> None:
    receipt = factories.receipt()
    member, stranger = factories.member(), factories.UserFactory.create()

    def visible() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM reports_report")
            row = cursor.fetchone()
        assert row is not None
        return int(row[0])

    seen = {}
    viewers: dict[str, Viewer] = {
        "member": factories.looking(member),
        "stranger": factories.looking(stranger, is_member=True),
        "reporter": receipt.reporter.viewer,
        "nobody": ANONYMOUS,
        "system": SYSTEM,
    }
    for name, viewer in viewers.items():
        with acting_as(viewer):
            seen[name] = visible()

    assert visible() == 0
    assert seen == {"member": 1, "stranger": 0, "reporter": 1, "nobody": 0, "system": 1}


@pytest.mark.clause("P7")
def test_an_acknowledgement_stops_the_clock_and_tells_the_reporter() -> None:
    receipt = factories.receipt()
    member = factories.member()

    with acting_as(factories.looking(member)):
        report = Report.objects.get()
        lifecycle.move(
            report, Move.ACKNOWLEDGE, by=member, decision=Decision(message="I have read it."), now=timezone.now()
        )

    with acting_as(SYSTEM):
        report.refresh_from_db()
        clock = Clock.objects.get(report=report, kind=ClockKind.ACKNOWLEDGE)
        assert report.state == State.TRIAGE
        assert clock.was_kept()
        assert clock.stopped_by == member
        assert Message.objects.get().body == "I have read it."
        assert Notification.objects.filter(kind=NoticeKind.MOVED, reporter=receipt.reporter).count() == 1


def test_a_reporters_side_never_sees_team_notes() -> None:
    receipt = factories.receipt()
    member = factories.member()
    with acting_as(factories.looking(member)):
        conversation.note(Report.objects.get(), "Looks bad.", by=member, now=timezone.now())
        conversation.answer(Report.objects.get(), "Thank you.", by=member, now=timezone.now())

    with acting_as(receipt.reporter.viewer):
        seen = [message.body for message in Message.objects.all()]
        with connection.cursor() as cursor:
            cursor.execute("SELECT audience FROM reports_message")
            stored = [row[0] for row in cursor.fetchall()]

    assert seen == ["Thank you."]
    assert stored == ["reporter"]


def test_sent_twice_is_kept_once_and_shows_the_same_link() -> None:
    token = str(uuid.uuid4())

    first = factories.receipt(token=token)
    second = factories.receipt(token=token, summary="Again")

    assert (first.report.pk, first.key) == (second.report.pk, second.key)


@pytest.mark.clause("P2")
def test_whoever_declines_what_nobody_coordinates_answers_for_it() -> None:
    factories.receipt()
    member = factories.member()

    with acting_as(factories.looking(member)):
        report = Report.objects.get()
        decision = Decision(message="As intended.", reason=DeclineReason.INTENDED)
        lifecycle.move(report, Move.DECLINE, by=member, decision=decision, now=timezone.now())

    with acting_as(SYSTEM):
        report.refresh_from_db()
    assert (report.state, report.coordinator) == (State.CLOSED, member)


def test_nobody_coordinates_spam() -> None:
    factories.receipt()
    member = factories.member()

    with acting_as(factories.looking(member)):
        report = Report.objects.get()
        decision = Decision(reason=DeclineReason.SPAM)
        lifecycle.move(report, Move.DECLINE, by=member, decision=decision, now=timezone.now())

    with acting_as(SYSTEM):
        report.refresh_from_db()
    assert (report.state, report.coordinator) == (State.CLOSED, None)


def test_declining_a_duplicate_needs_the_other_report() -> None:
    factories.receipt()
    member = factories.member()

    with acting_as(factories.looking(member)):
        report = Report.objects.get()
        with pytest.raises(Refused, match="Say which report"):
            lifecycle.move(
                report,
                Move.DECLINE,
                by=member,
                decision=Decision(message="Known.", reason=DeclineReason.DUPLICATE),
                now=timezone.now(),
            )


def test_nothing_runs_on_a_report_that_somebody_closed_meanwhile() -> None:
    factories.receipt()
    member = factories.member()
    with acting_as(factories.looking(member)):
        lifecycle.move(
            Report.objects.get(), Move.ACKNOWLEDGE, by=member, decision=Decision(message="Read."), now=timezone.now()
        )
        seen_open = Report.objects.get(), Report.objects.get()
        declined = Decision(message="No.", reason=DeclineReason.INTENDED)
        lifecycle.move(Report.objects.get(), Move.DECLINE, by=member, decision=declined, now=timezone.now())

        conversation.answer(seen_open[0], "One more word.", by=member, now=timezone.now())
        coordination.wait_for_reporter(seen_open[1], by=member, now=timezone.now())

        report = Report.objects.get()
        running = Clock.objects.filter(stopped_at=None).count()
    assert running == 0
    assert (report.next_due_at, report.waiting_since, report.next_reminder_at) == (None, None, None)


def test_a_reopened_report_is_not_asked_to_be_withdrawn_any_more() -> None:
    reporter = factories.receipt().reporter
    member = factories.member()
    tracking.ask_to_withdraw(reporter, why="", token="", now=timezone.now())

    with acting_as(factories.looking(member)):
        declined = Decision(message="As you wish.", reason=DeclineReason.WITHDRAWN)
        lifecycle.move(Report.objects.get(), Move.DECLINE, by=member, decision=declined, now=timezone.now())
        kept = Report.objects.get().withdrawal_requested_at
        again = Decision(explanation="They changed their mind.")
        lifecycle.move(Report.objects.get(), Move.REOPEN, by=member, decision=again, now=timezone.now())
        report = Report.objects.get()

    assert kept is not None
    assert report.withdrawal_requested_at is None


@pytest.mark.clause("P7")
def test_taken_for_spam_and_reopened_it_is_late_if_the_reporter_hears_late() -> None:
    factories.receipt(now=timezone.now() - timedelta(days=14), quarantined=True)
    member = factories.member()

    with acting_as(factories.looking(member)):
        report = Report.objects.get()
        early = report.received_at + timedelta(hours=1)
        lifecycle.move(report, Move.DECLINE, by=member, decision=Decision(reason=DeclineReason.SPAM), now=early)
        with pytest.raises(Refused, match="Write to the reporter"):
            lifecycle.move(
                report, Move.REOPEN, by=member, decision=Decision(explanation="A mistake."), now=timezone.now()
            )
        lifecycle.move(
            report,
            Move.REOPEN,
            by=member,
            decision=Decision(explanation="A mistake.", message="We are sorry: now it is read."),
            now=timezone.now(),
        )

    with acting_as(SYSTEM):
        clock = Clock.objects.get(kind=ClockKind.ACKNOWLEDGE)
        assert not clock.was_kept()
        assert clock.breached_at is not None
        assert Notification.objects.filter(kind=NoticeKind.RECEIPT).count() == 1
