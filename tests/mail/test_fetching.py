"""From the mailbox into the queue: each mail once, and none lost."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal import heartbeat
from portal.heartbeat import Part
from portal.inbound.mailbox import Mailbox
from portal.viewer import SYSTEM, acting_as
from reports.correspondence import fetching
from reports.correspondence.fetching import Look
from reports.enums import Door
from reports.models import InboundMail
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


def test_looking_is_told_to_readiness(mailbox: TestMailbox) -> None:
    look(mailbox)

    for part in (Part.MAILBOX, Part.EMPTIED):
        assert heartbeat.age_of(part, now=NOW + timedelta(seconds=40)) == timedelta(seconds=40)


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
