"""Whoever fetches mail is killed before and after each thing that it does: nothing is lost, and nothing there twice."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import pytest

from portal.inbound.mailbox import Mailbox
from portal.viewer import SYSTEM, acting_as
from reports.correspondence import arrival, fetching
from reports.enums import MailState
from reports.models import InboundMail, Report
from tests.dovecot import PLAIN, Dovecot, TestMailbox, running
from tests.failures.dying import Ending, Moments, end_of
from tests.mail.letters import letter

pytestmark = [pytest.mark.failure, pytest.mark.django_db(transaction=True)]

NOW: Final = datetime(2026, 11, 25, 12, tzinfo=UTC)
LETTERS: Final = [letter(1), letter(2)]


@pytest.fixture(scope="module")
def plain_server(dovecot: Dovecot) -> Iterator[Dovecot]:
    """It moves a mail by copying it and flagging what is left."""
    del dovecot  # which says whether there is any
    with running(capabilities=PLAIN) as server:
        yield server


def watch(patch: pytest.MonkeyPatch, moments: Moments) -> None:
    """Pass by a moment before and after each word with the mail server, and before and after each mail is kept."""
    asked, taken = Mailbox._ask, arrival.take  # noqa: SLF001 - each command that concerns one mail

    def ask(mailbox: Mailbox, *words: str | bytes) -> object:
        moments.pass_by()
        answer = asked(mailbox, *words)  # type: ignore[arg-type] # passed on as it came
        moments.pass_by()
        return answer

    def take(*arguments: object, **named: object) -> InboundMail:
        moments.pass_by()
        mail = taken(*arguments, **named)  # type: ignore[arg-type] # as above
        moments.pass_by()
        return mail

    patch.setattr(Mailbox, "_ask", ask)
    patch.setattr(fetching, "take", take)


def look(mailbox: TestMailbox) -> None:
    with Mailbox(mailbox.inbox) as opened:
        fetching.look(opened, clock=lambda: NOW)


def killed_at_every_moment(mailbox: TestMailbox, patch: pytest.MonkeyPatch) -> int:
    """One begins after the other, and each lives one moment longer; how many were killed."""
    for kills in range(100):
        with patch.context() as here:
            moments = Moments(strike_at=kills)
            watch(here, moments)
            if end_of(lambda: look(mailbox), moments) is not Ending.WAS_KILLED:
                return kills
    raise AssertionError("It never comes to an end.")


def kept() -> tuple[list[str], int]:
    with acting_as(SYSTEM):
        return sorted(InboundMail.objects.values_list("state", flat=True)), Report.objects.count()


def test_whenever_it_is_killed_each_mail_is_taken_in_once_and_leaves_the_inbox_at_last(
    mailbox: TestMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.deliver(*LETTERS)

    kills = killed_at_every_moment(mailbox, monkeypatch)

    assert kills == len(["fetch", "take", "move"]) * 2
    assert kept() == ([MailState.REPORT] * 2, 2)
    assert (mailbox.sources(), sorted(mailbox.taken)) == ([], LETTERS)


def test_so_it_is_where_the_server_cannot_move_a_mail_at_once(
    plain_server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between copying and flagging, the mail server has a copy more; the portal has not."""
    mailbox = plain_server.new_mailbox()
    mailbox.deliver(*LETTERS)

    kills = killed_at_every_moment(mailbox, monkeypatch)

    assert kills == len(["fetch", "take", "copy", "flag"]) * 2
    assert kept() == ([MailState.REPORT] * 2, 2)
    assert (mailbox.sources(), set(mailbox.taken)) == ([], set(LETTERS))
