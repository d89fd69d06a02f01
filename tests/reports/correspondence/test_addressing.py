"""Mails of ours say where an answer goes, and where they come back to."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from portal.mail import Mail
from portal.viewer import SYSTEM, acting_as
from reports import emails
from reports.correspondence import reply_addresses
from reports.correspondence.reply_addresses import For, address_for
from reports.enums import NoticeKind
from reports.models import Notification
from tests import factories
from tests.reports.correspondence.letters import NOON

pytestmark = pytest.mark.clause("P11")

numbers = st.integers(min_value=0, max_value=2**32 - 1)


@given(purpose=st.sampled_from(For), first=numbers, second=numbers)
def test_an_address_says_again_what_was_put_into_it(purpose: For, first: int, second: int) -> None:
    address = address_for(purpose, first, second, written_at=NOON)

    read = reply_addresses.read(address)

    assert read is not None
    assert (read.purpose, read.first, read.second) == (purpose, first, second)
    assert len(address.partition("@")[0]) <= 64
    assert not read.is_expired(now=NOON + timedelta(days=365))
    assert read.is_expired(now=NOON + timedelta(days=367))


@given(text=st.text(max_size=60))
def test_nothing_that_is_made_up_is_an_address_of_ours(text: str) -> None:
    assert reply_addresses.read(f"security+{text}@example.org") is None
    assert reply_addresses.read(text) is None


@given(at=st.integers(min_value=0, max_value=43), to=st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_changed_character_makes_it_nobodys(at: int, to: str) -> None:
    genuine = address_for(For.REPORTER, 7, written_at=NOON)
    token = genuine.removeprefix("security+")
    changed = f"security+{token[:at]}{to}{token[at + 1 :]}"

    assert (reply_addresses.read(changed) is None) == (changed != genuine)


def test_an_address_outlives_a_change_of_the_secret_key(settings: Settings) -> None:
    settings.SECRET_KEY = "the first one"
    address = address_for(For.REPORTER, 7, written_at=NOON)

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the second one", ["the first one"]

    assert reply_addresses.read(address) is not None


def mail_of(kind: NoticeKind) -> tuple[Mail, Notification]:
    factories.member(email="mia@example.org")
    receipt = factories.receipt(NOON)
    with acting_as(SYSTEM):
        notice = Notification.objects.select_related("user", "reporter").get(report=receipt.report, kind=kind)
        return emails.compose(notice, now=NOON), notice


@pytest.mark.django_db
def test_an_answer_to_a_receipt_comes_to_an_address_of_that_reporters_own() -> None:
    mail, notice = mail_of(NoticeKind.RECEIPT)

    reply_to, bounces_to = reply_addresses.read(mail.reply_to), reply_addresses.read(mail.bounces_to)
    assert reply_to is not None
    assert bounces_to is not None
    assert (reply_to.purpose, reply_to.first) == (For.REPORTER, notice.reporter_id)
    assert (bounces_to.purpose, bounces_to.first) == (For.BOUNCES, notice.pk)
    assert "You can answer it" in " ".join(mail.text.split())


@pytest.mark.django_db
def test_a_member_gets_one_address_for_notes_and_another_for_the_reporter() -> None:
    mail, notice = mail_of(NoticeKind.NEW_REPORT)

    found = [read for word in mail.text.split() if (read := reply_addresses.read(word))]
    reply_to = reply_addresses.read(mail.reply_to)
    assert reply_to is not None
    assert (reply_to.purpose, reply_to.first, reply_to.second) == (For.NOTE, notice.user_id, notice.report_id)
    assert [(read.purpose, read.first, read.second) for read in found] == [
        (For.ANSWER, notice.user_id, notice.report_id)
    ]


@pytest.mark.django_db
def test_without_an_inbox_answers_go_to_the_security_address(settings: Settings) -> None:
    settings.REPLY_ADDRESS = ""

    mail, _ = mail_of(NoticeKind.RECEIPT)

    message = mail.message()
    assert message.reply_to == [settings.POLICY.organisation.security_address]
    assert message.from_email == settings.DEFAULT_FROM_EMAIL
    assert "does not reach the report" in " ".join(mail.text.split())


@pytest.mark.django_db
def test_the_address_that_bounces_come_to_stands_on_the_envelope_alone(settings: Settings) -> None:
    mail, _ = mail_of(NoticeKind.RECEIPT)

    message = mail.message()

    assert message.from_email == mail.bounces_to
    assert message.message()["From"] == settings.DEFAULT_FROM_EMAIL
    assert mail.bounces_to not in message.message().as_string()
