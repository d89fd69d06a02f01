"""One conversation by encrypted mail and on the desk, through a real mailbox, a real mail server and a real browser."""

import email
import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from portal.inbound.mailbox import Mailbox
from reports.correspondence import fetching
from tests import factories, smtp
from tests.browser.conftest import Open
from tests.dovecot import TestMailbox
from tests.openpgp_keys import Keys, decrypted, encrypted, keys_of
from tests.smtp import Letterbox

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADA = "ada@example.net"
PROOF = "Send ..%2f..%2fetc to the registry, and it answers."
ANSWER = "It is version 0.82, from the package."


def sealed(words: str, *, to: Keys, by: Keys, address: str, subject: str, key: Keys | None = None) -> bytes:
    """As a mail program writes it: signed and encrypted as a whole (RFC 3156), its subject within."""
    inner = EmailMessage(policy=SMTP)
    inner["Subject"] = subject
    inner.set_content(words)
    if key is not None:
        inner.add_attachment(key.certificate.encode(), "application", "pgp-keys", filename="ada.asc")
    content = encrypted(bytes(inner), to=[to], by=by)
    head = f"From: Ada <{ADA}>\r\nTo: {address}\r\nSubject: ...\r\nMIME-Version: 1.0\r\n"
    kind = 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b"'
    parts = "--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n--b\r\n"
    parts += "Content-Type: application/octet-stream\r\n\r\n"
    armour = content.replace(b"\n", b"\r\n")
    return f"{head}Content-Type: {kind}\r\n\r\n{parts}".encode() + armour + b"\r\n--b--\r\n"


def opened_by(keys: Keys, mail: EmailMessage) -> str:
    """The words of an encrypted mail of ours."""
    assert mail.get_content_type() == "multipart/encrypted"
    content = list(mail.iter_parts())[1].get_content()
    inner = email.message_from_bytes(decrypted(content, by=keys), policy=default)
    body = inner.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def box(settings: Settings) -> Iterator[Letterbox]:
    with smtp.letterbox() as letterbox:
        settings.MAILERS = {"default": {"OPTIONS": letterbox.options}}
        yield letterbox


@pytest.mark.clause("P1", "P4", "P7", "P10", "P11")
def test_a_report_by_encrypted_mail_is_one_conversation_whichever_way_each_side_writes(
    opened: Open,
    worker: Callable[[], None],
    mailbox: TestMailbox,
    box: Letterbox,
    settings: Settings,
    live_server: LiveServer,
) -> None:
    team = keys_of("Team <security@example.org>")
    ada = keys_of(f"Ada <{ADA}>")
    settings.OPENPGP_KEY, settings.OPENPGP_PASSPHRASE = team.secret, ""
    settings.REPLY_ADDRESS, settings.BASE_URL = "security+{token}@example.org", live_server.url
    person = factories.member(name="Maria Member", email="maria@example.org")

    def fetch() -> None:
        with Mailbox(mailbox.inbox) as connected:
            fetching.look(connected, clock=timezone.now)

    def to_ada() -> list[EmailMessage]:
        worker()
        letters = (email.message_from_bytes(bytes(letter), policy=default) for letter in box.letters)
        return [letter for letter in letters if letter["To"] == ADA]

    # Ada writes, encrypted to the team's key, with her own beside it.
    first = sealed(PROOF, to=team, by=ada, address="security@example.org", subject="Path traversal", key=ada)
    mailbox.deliver(first)
    fetch()

    # The receipt is encrypted to her, and its link opens her page.
    (receipt,) = to_ada()
    link = re.search(r"http://\S+/r/\S+", opened_by(ada, receipt))
    assert link is not None
    reporter = opened()
    reporter.goto(link[0])
    reporter.get_by_role("button", name="Open your report").click()
    expect(reporter.get_by_text(PROOF).first).to_be_attached()

    # A member acknowledges it at the desk.
    desk = opened(person)
    desk.goto("/dashboard/")
    desk.get_by_role("link", name="Path traversal").first.click()
    desk.get_by_role("button", name="Take it").click()
    desk.get_by_role("link", name="Write the acknowledgement").click()
    desk.get_by_label("Message").fill("Hello Ada, which version is it?")
    desk.get_by_role("button", name="Acknowledge").click()
    expect(desk.get_by_text("triage has begun")).to_be_visible()

    # She reads it in her mail program and answers there; her signature alone vouches for her.
    acknowledgement = to_ada()[-1]
    assert "which version is it?" in opened_by(ada, acknowledgement)
    assert b"which version" not in bytes(acknowledgement)
    mailbox.deliver(sealed(ANSWER, to=team, by=ada, address=acknowledgement["Reply-To"], subject="Re: your report"))
    fetch()

    # Both sides see one conversation.
    desk.reload()
    expect(desk.get_by_text(ANSWER)).to_be_visible()
    expect(desk.get_by_text("signed by the sender's key").first).to_be_attached()
    reporter.reload()
    expect(reporter.get_by_text(ANSWER)).to_be_visible()
    expect(reporter.get_by_text("which version is it?")).to_be_visible()
