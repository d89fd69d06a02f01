"""From the mailbox into the queue: each mail once, and none lost."""

import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest.mock import ANY

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal import heartbeat
from portal.heartbeat import Part
from portal.inbound.mailbox import Mailbox
from portal.viewer import SYSTEM, acting_as
from reports.correspondence import fetching
from reports.correspondence.fetching import Look
from reports.enums import Door
from reports.models import InboundMail, Report
from tests.dovecot import TestMailbox
from tests.mail.letters import letter

pytestmark = pytest.mark.django_db(transaction=True)

ARRIVAL = datetime(2026, 11, 20, 23, 50, tzinfo=UTC)
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def look(mailbox: TestMailbox) -> Look:
    with Mailbox(mailbox.inbox) as opened:
        return fetching.look(opened, clock=lambda: NOW)


def kept() -> list[tuple[str, datetime, datetime]]:
    with acting_as(SYSTEM):
        return [(mail.subject, mail.arrived_at, mail.taken_at) for mail in InboundMail.objects.order_by("pk")]


@pytest.mark.clause("P1")
def test_what_waits_is_taken_in_with_the_moment_at_which_the_mail_server_had_it(mailbox: TestMailbox) -> None:
    mailbox.deliver(letter(1), letter(2), at=ARRIVAL)

    found = look(mailbox)

    assert found == Look(taken=2, left_behind=0)
    assert kept() == [("Heap overflow number 1", ARRIVAL, NOW), ("Heap overflow number 2", ARRIVAL, NOW)]
    assert (mailbox.sources(), mailbox.taken) == ([], [letter(1), letter(2)])
    with acting_as(SYSTEM):
        assert set(InboundMail.objects.values_list("door", flat=True)) == {Door.MAILBOX}


def test_a_mail_that_comes_twice_is_there_once_and_leaves_the_inbox_both_times(mailbox: TestMailbox) -> None:
    mailbox.deliver(letter(1), letter(1))

    assert look(mailbox) == Look(taken=2, left_behind=0)
    assert len(kept()) == 1
    assert mailbox.sources() == []


def test_a_mail_that_is_too_large_comes_in_with_its_beginning_and_says_so(
    mailbox: TestMailbox, settings: Settings
) -> None:
    settings.MAIL_MOST_BYTES = 1_000
    large = letter(1, text="A" * 3_000_000)
    mailbox.deliver(large)

    found = look(mailbox)

    with acting_as(SYSTEM):
        mail = InboundMail.objects.get()
        said = (mail.size, mail.subject, mail.text[:5], mail.oddities.splitlines()[0])
    assert found == Look(taken=1, left_behind=0)
    assert said == (
        len(large),
        "Heap overflow number 1",
        "AAAAA",
        "It is larger than what is taken in (3 MB): only its beginning is here, and the mail server has it whole.",
    )
    assert mailbox.taken == [large]


@contextmanager
def no_room_for_files_above(size: int) -> Iterator[None]:
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def test_a_mail_that_cannot_be_taken_in_stays_where_it_is_and_holds_up_no_other(mailbox: TestMailbox) -> None:
    mailbox.deliver(letter(1), letter(2, text="B" * 3_000_000), letter(3))

    with no_room_for_files_above(1_000_000):
        found = look(mailbox)
    names = [subject for subject, _, _ in kept()]
    left = mailbox.sources()
    ages = [heartbeat.age_of(part, now=NOW) for part in (Part.MAILBOX, Part.EMPTIED)]
    again = look(mailbox)

    assert (found, again) == (Look(taken=2, left_behind=1), Look(taken=1, left_behind=0))
    assert names == ["Heap overflow number 1", "Heap overflow number 3"]
    assert left == [letter(2, text="B" * 3_000_000)]
    assert ages == [timedelta(0), None]


def test_a_mail_that_is_gone_before_it_is_handed_over_holds_up_no_other(
    mailbox: TestMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody clears the mailbox by hand just after it was listed; another mail comes after that."""
    mailbox.deliver(letter(1))
    listed = Mailbox.waiting

    def waiting(opened: Mailbox) -> list[str]:
        uids = listed(opened)
        mailbox.remove_all()
        mailbox.deliver(letter(2))
        return [*uids, *listed(opened)]

    monkeypatch.setattr(Mailbox, "waiting", waiting)

    found = look(mailbox)

    assert (found.taken, [subject for subject, _, _ in kept()]) == (1, ["Heap overflow number 2"])


def test_several_work_through_many_and_each_mail_is_there_once(
    mailbox: TestMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "BACKLOG", 8)
    letters = [letter(number) for number in range(8)] + [letter(8, text="B" * 300_000)]
    mailbox.deliver(*letters)

    found = look(mailbox)

    assert found == Look(taken=9, left_behind=0)
    assert sorted(kept()) == [(f"Heap overflow number {number}", ANY, ANY) for number in range(9)]
    assert (mailbox.sources(), sorted(mailbox.taken)) == ([], sorted(letters))


def test_two_who_fetch_at_once_take_in_each_mail_once(mailbox: TestMailbox) -> None:
    letters = [letter(number) for number in range(20)]
    mailbox.deliver(*letters)

    def fetch(_: int) -> Look:
        try:
            return look(mailbox)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        found = list(both.map(fetch, range(2)))

    assert sorted(kept()) == sorted((f"Heap overflow number {number}", ANY, ANY) for number in range(20))
    assert (mailbox.sources(), set(mailbox.taken)) == ([], set(letters))  # its own doubles are the mail server's
    with acting_as(SYSTEM):
        assert Report.objects.count() == 20
    assert sum(each.taken for each in found) >= 20


def test_looking_is_told_to_readiness(mailbox: TestMailbox) -> None:
    look(mailbox)

    for part in (Part.MAILBOX, Part.EMPTIED):
        assert heartbeat.age_of(part, now=NOW + timedelta(seconds=40)) == timedelta(seconds=40)


def test_a_long_look_is_told_to_readiness_with_each_mail(mailbox: TestMailbox) -> None:
    mailbox.deliver(letter(1), letter(2))
    ages: list[timedelta | None] = []

    def clock() -> datetime:
        ages.append(heartbeat.age_of(Part.MAILBOX, now=NOW))
        return NOW

    with Mailbox(mailbox.inbox) as opened:
        fetching.look(opened, clock=clock)

    assert (ages[0], set(ages[1:])) == (None, {timedelta()})


def test_the_command_takes_in_once_and_says_how_many(
    mailbox: TestMailbox, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.INBOX = mailbox.inbox
    mailbox.deliver(letter(1), at=timezone.now())

    call_command("fetch_mail", "--once")

    assert capsys.readouterr().out == "Taken in: 1.\n"
    assert len(kept()) == 1


def test_without_a_mailbox_the_command_says_which_setting_is_missing() -> None:
    with pytest.raises(CommandError, match="IMAP_URL is not set"):
        call_command("fetch_mail", "--once")
