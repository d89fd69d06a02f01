"""What goes out encrypted: only its recipient reads it, and knows that it is ours."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest
from pytest_django.fixtures import Settings

from portal.mail import Mail
from portal.openpgp.letters import NotEncrypted
from tests.openpgp_keys import GnuPG, Keys, keys_of

pytestmark = pytest.mark.clause("P4")
SECRET = "Kolibri"


def letter(*, to: str) -> Mail:
    return Mail(
        to="ann@example.org",
        subject=f"About {SECRET}",
        text=f"The words on {SECRET}, and Grüße.\n",
        html=f"<p>The words on {SECRET}, and Grüße.</p>\n",
        message_id="<notice.1@example.org>",
        thread="<report.1@example.org>",
        reply_to="reply+1@example.org",
        encrypt_to=to,
    )


def sent(mail: Mail) -> EmailMessage:
    read = message_from_bytes(mail.message().message(policy=SMTP).as_bytes(), policy=default)
    assert isinstance(read, EmailMessage)
    return read


@pytest.fixture
def team(settings: Settings) -> Keys:
    keys = keys_of("Team <security@example.org>", passphrase="correct horse")
    settings.OPENPGP_KEY, settings.OPENPGP_PASSPHRASE = keys.secret, keys.passphrase
    return keys


@pytest.fixture
def ann() -> Keys:
    return keys_of("Ann <ann@example.org>")


def test_outside_stands_what_delivers_it_and_nothing_else(team: Keys, ann: Keys) -> None:
    del team
    outside = sent(letter(to=ann.certificate))

    assert SECRET not in outside.as_string()
    assert (outside["Subject"], outside["To"], outside["Reply-To"]) == ("...", "ann@example.org", "reply+1@example.org")
    assert (outside["Message-ID"], outside["References"]) == ("<notice.1@example.org>", "<report.1@example.org>")
    assert outside.get_content_type() == "multipart/encrypted"
    assert outside.get_param("protocol") == "application/pgp-encrypted"
    parts = list(outside.iter_parts())
    assert [part.get_content_type() for part in parts] == ["application/pgp-encrypted", "application/octet-stream"]
    assert parts[0].get_content().strip() == b"Version: 1"


def test_its_recipient_reads_it_with_gnupg_and_sees_that_it_is_ours(team: Keys, ann: Keys) -> None:
    armour = list(sent(letter(to=ann.certificate)).iter_parts())[1].get_content()

    with GnuPG(ann) as gpg:
        gpg.run("--import", told=team.certificate.encode())
        said = gpg.home / "said"
        plain = gpg.run("--status-file", str(said), "--decrypt", told=armour)
        status = said.read_bytes()

    inside = message_from_bytes(plain, policy=default)
    assert isinstance(inside, EmailMessage)
    assert (inside["Subject"], inside.get_param("protected-headers")) == (f"About {SECRET}", "v1")
    texts = [part.get_content().replace("\r\n", "\n") for part in inside.iter_parts()]
    assert texts == [f"The words on {SECRET}, and Grüße.\n", f"<p>The words on {SECRET}, and Grüße.</p>\n"]
    assert f"VALIDSIG {team.fingerprint}".encode() in status


def test_what_cannot_be_encrypted_is_not_made(ann: Keys) -> None:
    for unusable in ("nonsense", ann.certificate[:300]):
        with pytest.raises(NotEncrypted):
            letter(to=unusable).message()


def test_it_is_encrypted_once_however_often_it_is_handed_on(ann: Keys) -> None:
    message = letter(to=ann.certificate).message()

    assert message.message().as_bytes() == message.message(policy=SMTP).as_bytes()
