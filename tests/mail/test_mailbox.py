"""What the portal does with a mailbox, on a real IMAP server."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.inbound.mailbox import Letter, Mailbox, MailboxError, NotDone, SignInRefused
from tests.dovecot import PLAIN, Dovecot, TestMailbox, certify, furnished, running
from tests.mail.letters import letter

AT_NIGHT = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def plain_server(dovecot: Dovecot) -> Iterator[Dovecot]:
    """It can neither move a mail nor tell of new ones."""
    del dovecot  # which says whether there is any
    with running(capabilities=PLAIN) as server:
        yield server


def test_mails_wait_in_the_order_in_which_they_came_and_are_handed_over_one_by_one(mailbox: TestMailbox) -> None:
    mailbox.deliver(letter(2), at=AT_NIGHT)
    mailbox.deliver(letter(1), at=AT_NIGHT)

    with Mailbox(mailbox.inbox) as opened:
        found = [opened.fetch(uid, most=10_000) for uid in opened.waiting()]

    assert found == [Letter(raw=letter(n), size=len(letter(n)), arrived_at=AT_NIGHT) for n in (2, 1)]
    assert mailbox.sources() == [letter(2), letter(1)]


def test_of_a_mail_that_is_too_large_the_beginning_comes_and_the_size_of_it_all(mailbox: TestMailbox) -> None:
    large = letter(1, text="A" * 5_000)
    mailbox.deliver(large, at=AT_NIGHT)

    with Mailbox(mailbox.inbox) as opened:
        found = opened.fetch(opened.waiting()[0], most=1_000)

    assert found == Letter(raw=large[:1_000], size=len(large), arrived_at=AT_NIGHT)


@pytest.mark.parametrize("source", [b"\r\n", b'"\\quoted" without any header\r\n', b"\x80\xff\x00 no text at all\r\n"])
def test_whatever_bytes_lie_there_are_handed_over(mailbox: TestMailbox, source: bytes) -> None:
    mailbox.deliver(source)

    with Mailbox(mailbox.inbox) as opened:
        found = opened.fetch(opened.waiting()[0], most=1_000)

    assert found is not None
    assert found.raw == mailbox.sources()[0]


def test_what_was_taken_in_lies_in_its_folder_which_is_made_when_it_is_missing(mailbox: TestMailbox) -> None:
    mailbox.deliver(letter(1), letter(2))

    with Mailbox(mailbox.inbox) as opened:
        first, second = opened.waiting()
        opened.put_away(first)
        left = opened.waiting()

    assert left == [second]
    assert (mailbox.sources(), mailbox.taken) == ([letter(2)], [letter(1)])


def test_a_mail_that_has_gone_is_nobodys_trouble(mailbox: TestMailbox) -> None:
    mailbox.deliver(letter(1))

    with Mailbox(mailbox.inbox) as opened:
        gone = opened.waiting()[0]
        mailbox.remove_all()
        opened.put_away(gone)
        found = opened.waiting()

    assert found == []
    assert mailbox.taken == []


def test_a_server_that_cannot_move_copies_and_flags(plain_server: Dovecot) -> None:
    mailbox = plain_server.new_mailbox()
    mailbox.deliver(letter(1), letter(2))

    with Mailbox(mailbox.inbox) as opened:
        first, second = opened.waiting()
        opened.put_away(first)
        left = opened.waiting()

    assert left == [second]
    assert (mailbox.sources(), mailbox.taken) == ([letter(2)], [letter(1)])


def test_it_waits_until_the_server_tells_of_a_new_mail(mailbox: TestMailbox) -> None:
    with Mailbox(mailbox.inbox) as opened:
        opened.waiting()
        postman = threading.Timer(0.3, mailbox.deliver, [letter(1)])
        postman.start()
        began = time.monotonic()
        opened.wait(seconds=20)
        waited = time.monotonic() - began
        found = opened.waiting()
        postman.join()

    assert waited < 10
    assert len(found) == 1


def test_it_does_not_wait_for_what_came_just_before(mailbox: TestMailbox) -> None:
    """The server tells of it in one breath with its word that it will tell."""
    with Mailbox(mailbox.inbox) as opened:
        opened.waiting()
        mailbox.deliver(letter(1))
        began = time.monotonic()
        opened.wait(seconds=20)
        waited = time.monotonic() - began

    assert waited < 10


def test_where_the_server_tells_nothing_it_waits_for_the_time_that_was_said(plain_server: Dovecot) -> None:
    mailbox = plain_server.new_mailbox()

    with Mailbox(mailbox.inbox) as opened:
        opened.waiting()
        mailbox.deliver(letter(1))
        opened.wait(seconds=0.1)
        found = opened.waiting()

    assert len(found) == 1


def test_a_wrong_password_is_said_without_saying_it(mailbox: TestMailbox) -> None:
    wrong = mailbox.address.replace(mailbox.server.password, "not-the-password")

    with pytest.raises(SignInRefused) as refused:
        Mailbox(mailbox.opened_by(wrong))

    assert str(refused.value) == "The mail server refuses user and password of IMAP_URL."


def test_a_folder_that_is_not_there_is_said(mailbox: TestMailbox) -> None:
    with pytest.raises(SignInRefused, match="no such folder"):
        Mailbox(mailbox.opened_by(mailbox.address.replace("/INBOX", "/Nowhere")))


def test_a_server_that_cannot_prove_who_it_is_gets_no_password(mailbox: TestMailbox, tmp_path: Path) -> None:
    somebody_elses = tmp_path / "other.pem"
    certify(somebody_elses)

    with pytest.raises(MailboxError) as refused:
        Mailbox(mailbox.opened_by(mailbox.address, trusting=somebody_elses))

    assert str(refused.value) == "The mail server cannot be reached: SSLCertVerificationError."


def test_a_server_that_is_away_is_said_and_so_is_one_that_goes_away_meanwhile(dovecot: Dovecot) -> None:
    del dovecot  # which says whether there is any
    with furnished() as server:
        mailbox = server.new_mailbox()
        with server.started():
            opened = Mailbox(mailbox.inbox)

        with opened, pytest.raises(MailboxError) as broken:
            opened.waiting()
        with pytest.raises(MailboxError) as away:
            Mailbox(mailbox.inbox)

    assert not isinstance(broken.value, NotDone)
    assert str(away.value) == "The mail server cannot be reached: ConnectionRefusedError."
