import pytest

from portal.mail_settings import (
    Encryption,
    Inbox,
    MailSettingsError,
    Provider,
    ProviderAccess,
    inbox,
    most_bytes,
    provider,
    reply_address,
)

MAILBOX = "imaps://me:secret@mail.example"


def read(address: str, *, taken_folder: str = "Taken in", poll_seconds: int = 60, ca_file: str = "") -> Inbox | None:
    return inbox(address, taken_folder=taken_folder, poll_seconds=poll_seconds, ca_file=ca_file)


@pytest.mark.parametrize(
    ("address", "encryption", "port"),
    [
        ("imaps://rita%40example.org:p%2Fw@mail.example/Reports%20in", Encryption.TLS, 993),
        ("imap+tls://rita%40example.org:p%2Fw@mail.example/Reports%20in", Encryption.STARTTLS, 143),
        ("imaps://rita%40example.org:p%2Fw@mail.example:1993/Reports%20in/", Encryption.TLS, 1993),
    ],
)
def test_a_mailbox_is_read_from_its_address(address: str, encryption: Encryption, port: int) -> None:
    assert read(address) == Inbox(
        encryption=encryption,
        host="mail.example",
        port=port,
        user="rita@example.org",
        password="p/w",
        folder="Reports in",
        taken_folder="Taken in",
        poll_seconds=60,
    )


def test_without_an_address_there_is_no_mailbox_and_without_a_folder_it_is_the_inbox() -> None:
    assert read("") is None
    found = read(MAILBOX)
    assert found is not None
    assert (found.folder, "secret" in repr(found)) == ("INBOX", False)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mail.example", "IMAP_URL must begin with imaps://"),
        ("pop3://me:secret@mail.example", "IMAP_URL must begin with imaps://"),
        ("imap://me:secret@mail.example", "reports would travel in the open"),
        ("imaps://mail.example/INBOX", "IMAP_URL must read imaps://user:password@host"),
        ("imaps://me@mail.example/INBOX", "IMAP_URL must read imaps://user:password@host"),
        ("imaps://me:secret@/INBOX", "IMAP_URL must read imaps://user:password@host"),
        ("imaps://me:secret@mail.example/INBOX?tls=no", "IMAP_URL must read imaps://user:password@host"),
        ("imaps://me:secret/@mail.example", "IMAP_URL is no address"),
        ("imaps://me:secret@mail.example:many", "IMAP_URL is no address"),
        ("imaps://me:secret@[mail.example", "IMAP_URL is no address"),
    ],
)
def test_an_address_that_makes_no_sense_is_refused_without_quoting_it(address: str, said: str) -> None:
    with pytest.raises(MailSettingsError) as refused:
        read(address)

    assert said in str(refused.value)
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_what_else_makes_no_sense_is_refused_by_its_name() -> None:
    with pytest.raises(MailSettingsError, match="IMAP_TAKEN_FOLDER"):
        read(MAILBOX, taken_folder="INBOX")
    with pytest.raises(MailSettingsError, match="IMAP_TAKEN_FOLDER"):
        read(MAILBOX, taken_folder="")
    with pytest.raises(MailSettingsError, match="IMAP_POLL_SECONDS"):
        read(MAILBOX, poll_seconds=0)
    with pytest.raises(MailSettingsError, match="IMAP_POLL_SECONDS"):
        read(MAILBOX, poll_seconds=3600)
    with pytest.raises(MailSettingsError, match="IMAP_CA_FILE"):
        read(MAILBOX, ca_file="/nowhere/at/all")
    with pytest.raises(MailSettingsError, match="IMAP_CA_FILE"):
        read(MAILBOX, ca_file=__file__)
    for megabytes in (0, 61):
        with pytest.raises(MailSettingsError, match="PORTAL_MAIL_MEGABYTES"):
            most_bytes(megabytes)


@pytest.mark.parametrize("address", ["", "security+{token}@example.org", "{token}@in.example.org"])
def test_an_address_for_answers_is_taken_as_it_is(address: str) -> None:
    assert reply_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "security@example.org",
        "{token}{token}@example.org",
        "security@{token}.example.org",
        "security+{token}",
        "security-response-team+{token}@example.org",
    ],
)
def test_an_address_for_answers_that_holds_no_token_or_no_room_for_one_is_refused(address: str) -> None:
    with pytest.raises(MailSettingsError, match="PORTAL_REPLY_ADDRESS"):
        reply_address(address)


def test_a_mail_provider_is_known_by_its_name_and_proves_itself_by_its_secrets() -> None:
    found = provider("mailgun", secrets=["x" * 30, "y" * 30])

    assert found == ProviderAccess(provider=Provider.MAILGUN, secrets=("x" * 30, "y" * 30))
    assert "xxx" not in repr(found)
    assert provider("", secrets=[]) is None


@pytest.mark.parametrize(
    ("name", "secrets", "said"),
    [
        ("Brevo", ["x" * 30], "MailerSend, Mailgun, Postmark, SparkPost"),
        ("Mailgun", [], "20 characters"),
        ("Mailgun", ["x" * 30, "short"], "20 characters"),
        ("Postmark", ["x" * 30], "user:password for Postmark"),
    ],
)
def test_a_provider_that_could_not_be_trusted_is_refused(name: str, secrets: list[str], said: str) -> None:
    with pytest.raises(MailSettingsError, match=said) as refused:
        provider(name, secrets=secrets)

    assert "xxx" not in str(refused.value)
