"""Encrypted mail, from its bytes to the conversation, and keys that come by mail."""

from datetime import timedelta
from email.message import EmailMessage, Message

import pytest
from django.core import mail as outbox
from pytest_django.fixtures import Settings

from portal.viewer import SYSTEM, acting_as
from reports import conversation, delivery, reporter_keys
from reports.correspondence import reply_addresses
from reports.correspondence.reply_addresses import For
from reports.enums import EventKind, MailState, NoticeKind, NoticeState, Opened, Signed, Vouched
from reports.models import InboundMail, Notification, OpenPGPKey, Report, Reporter, ReportEvent
from reports.models import Message as Written
from tests import factories
from tests.openpgp_keys import Keys, decrypted, encrypted, keys_of
from tests.reports.correspondence.letters import ADA, NOON, letter, take

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("P4")]
LATER = NOON + timedelta(hours=5)
WORDS = "The registry answers to `..%2f`."


@pytest.fixture(autouse=True)
def team(settings: Settings) -> Keys:
    keys = keys_of("Team <security@example.org>", passphrase="correct horse", made="20250101T000000")
    settings.OPENPGP_KEY, settings.OPENPGP_PASSPHRASE = keys.secret, keys.passphrase
    return keys


@pytest.fixture
def ada() -> Keys:
    return keys_of(f"Ada <{ADA}>", made="20250101T000000")


def sealed(
    text: str = WORDS,
    *,
    to: Keys,
    by: Keys | None = None,
    attached: Keys | None = None,
    written_to: str = "security@example.org",
    vouched: bool = True,
) -> EmailMessage:
    """PGP/MIME, as mail programs send it: the subject within, and perhaps the sender's key."""
    inside = EmailMessage()
    inside["Subject"] = "Path traversal in the registry"
    inside.set_content(text)
    if attached:
        inside.add_attachment(
            attached.certificate.encode(), maintype="application", subtype="pgp-keys", filename="key.asc"
        )
    armour = encrypted(inside.as_bytes(), to=[to], by=by)
    outside = letter(subject="...", to=written_to, vouched=vouched, message_id=f"<{hash(armour)}@mua.example.net>")
    outside.clear_content()
    outside["Content-Type"] = 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b"'
    halves = {"application/pgp-encrypted": "Version: 1\n", "application/octet-stream": armour.decode()}
    outside.set_payload([part(kind, half) for kind, half in halves.items()])
    return outside


def part(kind: str, text: str) -> Message:
    made = Message()
    made["Content-Type"] = kind
    made.set_payload(text)
    return made


def reporter_of(mail: InboundMail) -> Reporter:
    with acting_as(SYSTEM):
        return Reporter.objects.select_related("report", "grant").get(report=mail.report)


def in_use(reporter: Reporter) -> str:
    with acting_as(SYSTEM):
        key = reporter_keys.in_force(reporter)
        return key.fingerprint if key else ""


def address_of(reporter: Reporter) -> str:
    return reply_addresses.address_for(For.REPORTER, reporter.pk, written_at=NOON)


def test_an_encrypted_report_is_read_and_its_key_is_used_from_then_on(team: Keys, ada: Keys) -> None:
    mail = take(sealed(to=team, by=ada, attached=ada))

    reporter = reporter_of(mail)
    assert (mail.state, mail.opened, mail.signed) == (MailState.REPORT, Opened.OPENED, Signed.FOREIGN)
    assert mail.signer == ada.fingerprint
    assert (reporter.report.summary, reporter.report.description) == ("Path traversal in the registry", WORDS)
    assert in_use(reporter) == ada.fingerprint


def test_the_answer_goes_back_encrypted_and_theirs_joins_by_its_signature_alone(team: Keys, ada: Keys) -> None:
    reporter = reporter_of(take(sealed(to=team, by=ada, attached=ada)))
    member = factories.member()
    with acting_as(factories.looking(member)):
        conversation.answer(Report.objects.get(), "We see it too.", by=member, now=LATER)
    with acting_as(SYSTEM):
        number = Notification.objects.get(kind=NoticeKind.ANSWERED).pk
    outbox.outbox.clear()
    delivery.deliver([number], clock=lambda: LATER)
    [sent] = outbox.outbox

    answer = sealed("Thank you.", to=team, by=ada, written_to=address_of(reporter), vouched=False)
    mail = take(answer, at=LATER, now=LATER)

    armour = b"-----BEGIN PGP MESSAGE" + sent.message().as_bytes().partition(b"-----BEGIN PGP MESSAGE")[2]
    assert b"We see it too." in decrypted(armour, by=ada)
    assert (mail.state, mail.signed, mail.vouched) == (MailState.JOINED, Signed.GOOD, Vouched.OPENPGP)
    with acting_as(SYSTEM):
        assert [message.body for message in Written.objects.select_related("report").order_by("pk")] == [
            "We see it too.",
            "Thank you.",
        ]


def test_somebody_elses_signature_lets_nobody_in(team: Keys, ada: Keys) -> None:
    reporter = reporter_of(take(sealed(to=team, by=ada, attached=ada)))
    mallory = keys_of(f"Ada <{ADA}>", lasts="9y", made="20250101T000000")

    mail = take(
        sealed("Withdraw it.", to=team, by=mallory, attached=mallory, written_to=address_of(reporter), vouched=False),
        at=LATER,
        now=LATER,
    )

    assert (mail.state, mail.signed, mail.vouched) == (MailState.ASIDE, Signed.FOREIGN, Vouched.NOBODY)
    assert in_use(reporter) == ada.fingerprint


def test_a_key_of_their_own_on_another_report_does_not_speak_for_its_address(team: Keys) -> None:
    victim = reporter_of(take(letter()))
    mallory = keys_of(f"Ada <{ADA}>", lasts="9y", made="20250101T000000")
    take(sealed(to=team, by=mallory, attached=mallory))

    forged = sealed("Withdraw it.", to=team, by=mallory, written_to=address_of(victim), vouched=False)
    mail = take(forged, at=LATER, now=LATER)

    assert (mail.state, mail.vouched) == (MailState.ASIDE, Vouched.NOBODY)


def test_where_a_mail_goes_to_two_reports_the_key_of_one_does_not_speak_for_the_other(team: Keys) -> None:
    victim = reporter_of(take(letter()))
    mallory = keys_of(f"Ada <{ADA}>", lasts="9y", made="20250101T000000")
    own = reporter_of(take(sealed(to=team, by=mallory, attached=mallory)))

    both = f"{address_of(own)}, {address_of(victim)}"
    mail = take(sealed("Withdraw it.", to=team, by=mallory, written_to=both, vouched=False), at=LATER, now=LATER)

    assert (mail.state, mail.vouched) == (MailState.ASIDE, Vouched.NOBODY)


def test_a_key_in_a_report_that_is_somebody_elses_is_not_taken_for_the_senders(team: Keys) -> None:
    culprit = keys_of("Culprit <culprit@example.com>", made="20250101T000000")

    reporter = reporter_of(take(sealed("This key signs malware.", to=team, attached=culprit)))

    assert in_use(reporter) == ""


def test_a_key_that_comes_later_waits_for_the_old_way(team: Keys, ada: Keys) -> None:
    reporter = reporter_of(take(letter()))

    take(sealed("My key.", to=team, by=ada, attached=ada, written_to=address_of(reporter)), at=LATER, now=LATER)

    with acting_as(SYSTEM):
        waiting = reporter_keys.waiting(reporter)
        told = Notification.objects.filter(kind=NoticeKind.KEY_CHANGED, state=NoticeState.PENDING).count()
    assert waiting
    assert (waiting.fingerprint, in_use(reporter), told) == (ada.fingerprint, "", 1)


def test_what_cannot_be_opened_is_kept_and_raises_a_flag(ada: Keys) -> None:
    factories.member()

    mail = take(sealed(to=ada))

    with acting_as(SYSTEM):
        told = Notification.objects.filter(report=mail.report, kind=NoticeKind.UNOPENED).count()
        noted = ReportEvent.objects.filter(report=mail.report, kind=EventKind.MAIL_UNOPENED).count()
        assert OpenPGPKey.objects.count() == 0
    assert (mail.state, mail.opened, told, noted) == (MailState.REPORT, Opened.SHUT, 1, 1)
    assert mail.storage_key
