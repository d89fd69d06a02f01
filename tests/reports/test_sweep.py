"""What the clock does by itself: warnings, breaches and reminders, each exactly once."""

import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal import heartbeat
from portal.viewer import SYSTEM, acting_as
from reports import clocks, conversation, coordination, emails, lifecycle, reminders, tasks
from reports.enums import EventKind, NoticeKind, NoticeState
from reports.guards import Decision
from reports.intake import Receipt
from reports.lifecycle import Move
from reports.models import Clock, Notification, Report, ReportEvent
from reports.recipients import Moot
from reports.wording import WORDING
from teams.models import User
from tests import factories

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)
"""A Tuesday, noon in the organisation's zone: the third business day after it is a Friday."""
WARNING = datetime(2026, 3, 5, 23, 0, tzinfo=UTC)
DUE = datetime(2026, 3, 6, 23, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def arrived(email: str = "reporter@example.net") -> Receipt:
    return factories.receipt(token=str(uuid.uuid4()), email=email)


def told() -> Counter[str]:
    """How many notifications of the clock and of reminders there are, by kind."""
    kinds = (NoticeKind.DEADLINE_NEAR, NoticeKind.DEADLINE_MISSED, NoticeKind.REMINDER)
    with acting_as(SYSTEM):
        return Counter(Notification.objects.filter(kind__in=kinds).order_by().values_list("kind", flat=True))


def recorded() -> Counter[str]:
    kinds = (EventKind.DEADLINE_NEAR, EventKind.DEADLINE_MISSED, EventKind.REPORTER_REMINDED)
    with acting_as(SYSTEM):
        return Counter(ReportEvent.objects.filter(kind__in=kinds).order_by().values_list("kind", flat=True))


@pytest.mark.clause("P7")
def test_everybody_is_warned_one_business_day_before_and_told_of_the_breach_at_the_due_moment(
    clock: time_machine.Traveller,
) -> None:
    members = [factories.member() for _ in range(2)]
    arrived()
    seen = []

    for moment in (WARNING - timedelta(minutes=1), WARNING, DUE - timedelta(minutes=1), DUE):
        clock.move_to(moment)
        tasks.sweep()
        seen.append(told())

    near, missed = NoticeKind.DEADLINE_NEAR, NoticeKind.DEADLINE_MISSED
    assert seen == [{}, {near: 2}, {near: 2}, {near: 2, missed: 3}]
    assert recorded() == {EventKind.DEADLINE_NEAR: 1, EventKind.DEADLINE_MISSED: 1}
    with acting_as(SYSTEM):
        addresses = {row.user_id or row.address for row in Notification.objects.filter(kind=missed)}
    assert addresses == {*(member.pk for member in members), settings.POLICY.organisation.escalation_address}


@pytest.mark.clause("P7")
def test_the_coordinator_alone_is_warned(clock: time_machine.Traveller) -> None:
    coordinator, other = factories.member(), factories.member()
    arrived()
    with acting_as(factories.looking(coordinator)):
        coordination.take(Report.objects.get(), by=coordinator, now=NOON)

    clock.move_to(WARNING)
    tasks.sweep()

    with acting_as(SYSTEM):
        warned = set(Notification.objects.filter(kind=NoticeKind.DEADLINE_NEAR).values_list("user_id", flat=True))
    assert warned == {coordinator.pk} != {other.pk}


@pytest.mark.clause("P7")
def test_sweeping_again_and_after_a_crash_tells_nobody_twice(clock: time_machine.Traveller) -> None:
    factories.member()
    arrived()
    clock.move_to(DUE)

    def crash() -> None:
        with transaction.atomic(), acting_as(SYSTEM):
            clocks.sweep(now=DUE)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crash()
    after_the_crash = told()
    for _ in range(3):
        tasks.sweep()

    assert after_the_crash == {}
    assert told() == {NoticeKind.DEADLINE_MISSED: 2}
    assert recorded() == {EventKind.DEADLINE_MISSED: 1}


@pytest.mark.clause("P7")
def test_an_acknowledgement_in_time_stops_the_clock_for_good(clock: time_machine.Traveller) -> None:
    member = factories.member()
    arrived()
    with acting_as(factories.looking(member)):
        decision = Decision(message="I have read it.")
        lifecycle.move(Report.objects.get(), Move.ACKNOWLEDGE, by=member, decision=decision, now=NOON)

    clock.move_to(DUE)
    tasks.sweep()

    with acting_as(SYSTEM):
        assert Clock.objects.filter(breached_at__isnull=False).count() == 0
        assert Notification.objects.filter(kind=NoticeKind.DEADLINE_MISSED).count() == 0


def acknowledged_by(member: User, now: datetime) -> None:
    with acting_as(factories.looking(member)):
        decision = Decision(message="I have read it.")
        lifecycle.move(Report.objects.get(), Move.ACKNOWLEDGE, by=member, decision=decision, now=now)


def test_a_warning_that_is_still_on_its_way_when_the_promise_is_kept_is_dropped(
    clock: time_machine.Traveller,
) -> None:
    member = factories.member()
    arrived()
    clock.move_to(WARNING)
    clocks_swept()

    acknowledged_by(member, WARNING)

    with acting_as(SYSTEM), pytest.raises(Moot, match="has been kept"):
        emails.compose(Notification.objects.get(kind=NoticeKind.DEADLINE_NEAR), now=WARNING)


def test_a_miss_names_the_moment_that_was_missed_though_another_promise_runs_by_now(
    clock: time_machine.Traveller,
) -> None:
    member = factories.member()
    arrived()
    clock.move_to(DUE)
    clocks_swept()

    acknowledged_by(member, DUE)

    with acting_as(SYSTEM):
        missed = Notification.objects.get(kind=NoticeKind.DEADLINE_MISSED, user=member)
        letter = emails.compose(missed, now=DUE)
    assert "It was due by Friday 6 March 2026, 18:00 EST." in letter.text


def clocks_swept() -> None:
    with acting_as(SYSTEM):
        clocks.sweep(now=timezone.now())


@pytest.mark.clause("P7")
def test_a_long_pause_of_the_portal_is_caught_up_with_once(clock: time_machine.Traveller) -> None:
    factories.member()
    arrived()

    clock.move_to(DUE + 10 * WEEK)
    tasks.sweep()
    clock.move_to(DUE + 9 * WEEK)
    tasks.sweep()

    assert told() == {NoticeKind.DEADLINE_MISSED: 2}


def test_warnings_and_breaches_go_at_once_even_to_who_reads_daily(clock: time_machine.Traveller) -> None:
    factories.member(delivery="daily", email="daily@example.org")
    arrived()

    clock.move_to(WARNING)
    tasks.sweep()
    with acting_as(SYSTEM):
        tasks.deliver(*Notification.objects.filter(kind=NoticeKind.DEADLINE_NEAR).values_list("pk", flat=True))

    assert [letter.to for letter in mail.outbox] == [["daily@example.org"]]


def test_the_sweep_costs_as_many_queries_for_three_due_clocks_as_for_one(clock: time_machine.Traveller) -> None:
    factories.member()
    costs = []

    for count in (1, 3):
        for number in range(count):
            arrived(email=f"reporter{number}@example.net")
        clock.shift(2 * WEEK)
        with acting_as(SYSTEM), CaptureQueriesContext(connection) as queries:
            found = clocks.sweep(now=NOON + 10 * WEEK)
        costs.append((found, len(queries)))

    assert [found for found, _ in costs] == [1, 3]
    assert costs[0][1] == costs[1][1]


def test_clocks_that_are_not_due_are_left_alone(clock: time_machine.Traveller) -> None:
    arrived()
    clock.move_to(WARNING)
    other = arrived()

    with acting_as(SYSTEM):
        found = clocks.sweep(now=WARNING)
        untouched = Clock.objects.get(report=other.report)

    assert found == 1
    assert (untouched.warned_at, untouched.breached_at) == (None, None)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_the_same_moment_tell_everything_once(clock: time_machine.Traveller) -> None:
    factories.member()
    for _ in range(20):
        arrived()
    clock.move_to(DUE)
    start = threading.Barrier(2)

    def sweep() -> None:
        start.wait()
        tasks.sweep()
        connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert told() == {NoticeKind.DEADLINE_MISSED: 40}
    assert recorded() == {EventKind.DEADLINE_MISSED: 20}


@pytest.mark.django_db(transaction=True)
def test_a_report_that_somebody_is_at_waits_for_the_next_minute_and_nobody_for_it(
    clock: time_machine.Traveller,
) -> None:
    factories.member()
    busy, free = arrived().report, arrived().report
    clock.move_to(DUE)

    def sweep() -> int:
        try:
            with acting_as(SYSTEM), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                return clocks.sweep(now=DUE)
        finally:
            connection.close()

    with acting_as(SYSTEM), ThreadPoolExecutor(1) as beside:
        Report.objects.filter(pk=busy.pk).update(changed_at=DUE)
        meanwhile = beside.submit(sweep).result()
        missed = set(Clock.objects.filter(breached_at=DUE).values_list("report_id", flat=True))

    assert (meanwhile, missed) == (1, {free.pk})
    assert sweep() == 1


def waiting() -> tuple[User, Receipt]:
    member = factories.member()
    receipt = arrived()
    with acting_as(factories.looking(member)):
        coordination.wait_for_reporter(Report.objects.get(pk=receipt.report.pk), by=member, now=NOON)
    return member, receipt


def test_a_reporter_is_reminded_after_seven_and_after_twenty_one_days(clock: time_machine.Traveller) -> None:
    waiting()
    seen = []

    for days in (6, 7, 8, 21, 22, 60):
        clock.move_to(NOON + timedelta(days=days))
        tasks.sweep()
        tasks.sweep()
        seen.append(told()[NoticeKind.REMINDER])

    assert seen == [0, 1, 1, 2, 2, 2]
    assert recorded()[EventKind.REPORTER_REMINDED] == 2


def test_an_answer_ends_the_reminders(clock: time_machine.Traveller) -> None:
    _, receipt = waiting()
    conversation.hear(receipt.reporter, "Here it is.", now=NOON + timedelta(days=1))

    clock.move_to(NOON + 4 * WEEK)
    tasks.sweep()

    assert told()[NoticeKind.REMINDER] == 0


def test_reminding_costs_as_many_queries_for_three_reporters_as_for_one() -> None:
    costs = []

    for count in (1, 3):
        for _ in range(count):
            waiting()
        with acting_as(SYSTEM), CaptureQueriesContext(connection) as queries:
            reminders.sweep(now=NOON + WEEK)
        costs.append(len(queries))
        with acting_as(SYSTEM):
            Report.objects.update(next_reminder_at=None)

    assert costs[0] == costs[1]
    assert told()[NoticeKind.REMINDER] == 4


def test_the_sweep_shows_that_the_worker_is_alive(clock: time_machine.Traveller) -> None:
    before = heartbeat.worker_age(now=NOON)

    tasks.sweep()
    clock.shift(timedelta(seconds=40))

    assert before is None
    assert heartbeat.worker_age(now=NOON + timedelta(seconds=40)) == timedelta(seconds=40)


class TestDailyDigest:
    MORNING = datetime(2026, 3, 4, 13, 0, tzinfo=UTC)

    @pytest.fixture(autouse=True)
    def reader(self) -> User:
        return factories.member(delivery="daily", email="daily@example.org")

    def pass_by(self, moment: datetime, clock: time_machine.Traveller) -> None:
        """What a minute of the worker does: the sweep, and what it rang for."""
        clock.move_to(moment)
        tasks.sweep()
        with acting_as(SYSTEM):
            due = Notification.objects.filter(state=NoticeState.PENDING, user__isnull=False)
            numbers = list(due.values_list("pk", flat=True))
        tasks.deliver(*numbers)

    def test_what_can_wait_comes_in_the_morning_in_one_mail(self, clock: time_machine.Traveller) -> None:
        first, second = arrived(), arrived()

        for minutes in (-20 * 60, -1, 0, 1, 60):
            self.pass_by(self.MORNING + timedelta(minutes=minutes), clock)

        [digest] = mail.outbox
        assert digest.subject == "Reports with news"
        assert first.report.reference in str(digest.body)
        assert second.report.reference in str(digest.body)

    def test_each_day_has_its_own_and_a_day_without_news_has_none(self, clock: time_machine.Traveller) -> None:
        arrived()
        self.pass_by(self.MORNING, clock)
        later = arrived()
        sent = []

        def digests() -> list[str]:
            return [str(letter.body) for letter in mail.outbox if letter.subject == "Reports with news"]

        for days in (0, 1, 2, 3):
            self.pass_by(self.MORNING + timedelta(days=days, minutes=1), clock)
            sent.append(len(digests()))

        assert sent == [1, 2, 2, 2]
        assert later.report.reference in digests()[1]

    @pytest.mark.clause("P8")
    def test_it_names_only_what_its_reader_may_still_see(self, reader: User, clock: time_machine.Traveller) -> None:
        seen, walled_off = arrived(), arrived()
        with acting_as(SYSTEM):
            walled_off.report.recusals.create(user=reader)

        self.pass_by(self.MORNING, clock)

        [digest] = mail.outbox
        assert seen.report.reference in str(digest.body)
        assert walled_off.report.reference not in str(digest.body)

    @pytest.mark.clause("P8")
    def test_who_left_the_team_gets_none(self, reader: User, clock: time_machine.Traveller) -> None:
        arrived()
        reader.security_team_memberships.update(until=NOON)

        self.pass_by(self.MORNING, clock)

        assert [letter.subject for letter in mail.outbox] == [WORDING[NoticeKind.MEMBERSHIP_ENDED].subject]

    def test_who_reads_at_once_again_gets_what_was_waiting(self, reader: User, clock: time_machine.Traveller) -> None:
        arrived()
        self.pass_by(NOON, clock)
        reader.delivery = "at_once"
        reader.save(update_fields=["delivery"])

        self.pass_by(self.MORNING, clock)

        assert [letter.subject.partition("] ")[2] for letter in mail.outbox] == ["A new report has arrived"]
