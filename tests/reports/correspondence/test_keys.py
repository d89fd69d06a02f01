"""Keys that come by mail, and what a signature by a known one is worth."""

from email.message import EmailMessage

import pytest

from portal.viewer import SYSTEM, acting_as
from reports.correspondence import reply_addresses
from reports.correspondence.reply_addresses import For
from reports.enums import MailState, NoticeKind, PutAside, Signed, Vouched
from reports.models import InboundMail, Notification, OpenPGPKey, Reporter
from tests.openpgp_keys import Keys, keys_of, signed
from tests.reports.correspondence.letters import ADA, NOON, letter, take

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P4")]


@pytest.fixture
def ada() -> Keys:
    return keys_of(f"Ada <{ADA}>")


def with_key(message: EmailMessage, keys: Keys) -> EmailMessage:
    message.add_attachment(keys.certificate.encode(), "application", "pgp-keys", filename="key.asc")
    return message


def clear_signed(text: str, *, by: Keys, to: str) -> EmailMessage:
    words = signed(text.encode(), by=by, how="--clear-sign").decode()
    return letter(to=to, text=words, vouched=False)


def began_with(keys: Keys) -> tuple[InboundMail, Reporter]:
    mail = take(with_key(letter(), keys))
    with acting_as(SYSTEM):
        return mail, Reporter.objects.select_related("report").get(report=mail.report)


def keys_known() -> list[tuple[str, bool]]:
    with acting_as(SYSTEM):
        known = OpenPGPKey.objects.select_related("report").filter(removed_at=None).order_by("pk")
        return [(key.fingerprint, key.confirmed_at is not None) for key in known]


def test_a_key_that_comes_with_a_report_is_in_force_at_once(ada: Keys) -> None:
    began_with(ada)

    assert keys_known() == [(ada.fingerprint, True)]


def test_another_key_that_comes_by_a_later_mail_waits_for_its_owner_to_confirm_it(ada: Keys) -> None:
    other = keys_of(f"Ada again <{ADA}>")
    _, reporter = began_with(ada)
    to = reply_addresses.address_for(For.REPORTER, reporter.pk, written_at=NOON)

    take(with_key(letter(to=to, text="I have a new key."), other))

    assert keys_known() == [(ada.fingerprint, True), (other.fingerprint, False)]
    with acting_as(SYSTEM):
        assert Notification.objects.filter(reporter=reporter, kind=NoticeKind.KEY_CHANGED).count() == 1


def test_a_key_in_a_mail_that_nobody_vouches_for_changes_nothing(ada: Keys) -> None:
    other = keys_of(f"Ada again <{ADA}>")
    _, reporter = began_with(ada)
    to = reply_addresses.address_for(For.REPORTER, reporter.pk, written_at=NOON)

    take(with_key(letter(to=to, text="I have a new key.", vouched=False), other))

    assert keys_known() == [(ada.fingerprint, True)]


@pytest.mark.clause("P11")
def test_a_signature_by_their_own_key_vouches_for_the_sender_and_a_strangers_does_not(ada: Keys) -> None:
    eve = keys_of(f"Ada, honestly <{ADA}>")
    _, reporter = began_with(ada)
    to = reply_addresses.address_for(For.REPORTER, reporter.pk, written_at=NOON)

    genuine = take(clear_signed("It is version 0.82.", by=ada, to=to))
    forged = take(clear_signed("Please forget it.", by=eve, to=to))

    assert (genuine.state, genuine.vouched, genuine.signed) == (MailState.JOINED, Vouched.OPENPGP, Signed.GOOD)
    assert (forged.state, forged.why, forged.signed) == (MailState.ASIDE, PutAside.UNVERIFIED, Signed.FOREIGN)
