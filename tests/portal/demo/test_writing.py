"""The demo's way in by mail, for those who try the portal out."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from http import HTTPStatus
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from portal.demo import writing
from portal.demo.mail_form import MailForm
from portal.demo.writing import Draft, EnclosedFile
from portal.viewer import SYSTEM, acting_as
from reports.correspondence import sources
from reports.enums import Door, Opened, Signed
from reports.models import InboundMail
from tests.openpgp_keys import keys_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls")]

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TYPED = {
    "sender": "rita@reporters.example",
    "name": "Rita Reporter",
    "to": "security@example.org",
    "subject": "Heap overflow",
    "text": "It happens like this.",
}


def send(**changes: object) -> tuple[int, str]:
    answer = Client().post(reverse("demo-write-mail"), {**TYPED, **changes})
    return answer.status_code, answer.content.decode()


def test_a_mail_that_somebody_writes_is_taken_in_as_if_it_had_come_by_mail() -> None:
    status, _ = send(file=SimpleUploadedFile("proof.py", b"print(1)"))

    assert status == HTTPStatus.FOUND
    with acting_as(SYSTEM):
        mail = InboundMail.objects.get()
        found = (mail.door, mail.sender_name, mail.sender_address, mail.subject)
    assert found == (Door.DEMO, "Rita Reporter", "rita@reporters.example", "Heap overflow")


def test_what_became_of_it_is_said() -> None:
    answer = Client().post(reverse("demo-write-mail"), TYPED, follow=True)

    assert "The portal has your mail: it became a report." in answer.content.decode()


def test_a_mistake_loses_nothing_that_was_typed() -> None:
    status, page = send(sender="nobody", text="A long text <b>")

    assert status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "A long text &lt;b&gt;" in page
    assert 'value="nobody"' in page
    with acting_as(SYSTEM):
        assert not InboundMail.objects.exists()


def test_a_mail_is_answered_to_where_it_wants_its_answers(tmp_path: Path, settings: Settings) -> None:
    settings.VAR = tmp_path
    sent = EmailMessage(
        "News <i>",
        "There is\nsomething.",
        "portal@example.org",
        ["rita@reporters.example"],
        reply_to=["security+abc@example.org"],
        headers={"Message-ID": "<one+two@portal.example>"},
    )
    EmailBackend(file_path=str(tmp_path / "mail")).send_messages([sent])
    mailbox = Client().get(reverse("demo-mailbox")).content.decode()
    way = reverse("demo-write-mail") + "?answering=%3Cone%2Btwo%40portal.example%3E"

    form = Client().get(way).context["form"]

    assert f'href="{way}"' in mailbox
    assert {name: form[name].value() for name in ("sender", "to", "subject", "answering")} == {
        "sender": "rita@reporters.example",
        "to": "security+abc@example.org",
        "subject": "Re: News <i>",
        "answering": "<one+two@portal.example>",
    }
    assert "> There is\n> something." in form["text"].value()


def test_an_answer_refers_to_what_it_answers_and_bears_the_word_of_our_server_if_it_should(settings: Settings) -> None:
    settings.MAIL_SERVERS = ["mx.example.org"]
    draft = Draft(
        name="Rita",
        sender="rita@reporters.example",
        to="security@example.org",
        subject="Re: News",
        text="Grüße",
        answering="<one@portal.example>",
        file=EnclosedFile(name="a.txt", content=b"\x00\xff"),
        is_vouched_for=True,
    )

    mail = message_from_bytes(writing.source_of(draft, now=NOW), policy=default)

    assert mail["In-Reply-To"] == "<one@portal.example>"
    assert mail.items()[0] == (
        "Authentication-Results",
        "mx.example.org; dmarc=pass header.from=reporters.example; spf=pass smtp.mailfrom=reporters.example",
    )
    assert [part.get_content() for part in mail.iter_attachments()] == [b"\x00\xff"]


def test_a_mail_is_encrypted_to_the_teams_key_where_there_is_one(settings: Settings) -> None:
    assert "is_encrypted" not in MailForm().fields
    keys = keys_of("Team <security@example.org>", passphrase="correct horse")
    settings.OPENPGP_KEY, settings.OPENPGP_PASSPHRASE = keys.secret, keys.passphrase

    status, _ = send(text="Es läuft über.", is_encrypted="on", file=SimpleUploadedFile("proof.py", b"print(1)"))

    assert status == HTTPStatus.FOUND
    with acting_as(SYSTEM):
        mail = InboundMail.objects.get()
        found = (mail.opened, mail.signed, mail.subject, mail.text, b"proof.py" in sources.read(mail))
    assert found == (Opened.OPENED, Signed.NOT, "Heap overflow", "Es läuft über.", False)


@pytest.mark.parametrize("injected", ["<a@b>\r\nBcc: x@example.org", "nonsense", "<" + "a" * 400 + "@b>"])
def test_what_it_answers_can_be_nothing_but_a_message_id(injected: str) -> None:
    form = MailForm({**TYPED, "answering": injected})

    assert form.is_valid()
    assert form.draft.answering == ""


@given(name=st.text(max_size=40), subject=st.text(max_size=80), text=st.text(max_size=200))
def test_whatever_the_form_takes_can_be_written_as_a_mail(name: str, subject: str, text: str) -> None:
    form = MailForm({**TYPED, "name": name, "subject": subject, "text": text})
    if not form.is_valid():
        return

    mail = message_from_bytes(writing.source_of(form.draft, now=NOW), policy=default)

    assert mail["To"] == "security@example.org"
    assert mail["Bcc"] is None
