"""A mail as somebody's mail program would have sent it, and the demo's mail server handed it over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import format_datetime, make_msgid

from django.conf import settings

from portal.demo.mailbox import Mail
from portal.openpgp import letters
from portal.openpgp.own import own_key

MAIL_PROGRAM = "mail.demo.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnclosedFile:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    name: str
    sender: str
    to: str
    subject: str
    text: str
    answering: str = ""
    """The Message-ID of the mail that is answered, if it is an answer."""
    file: EnclosedFile | None = None
    is_vouched_for: bool = False
    """Whether the demo's mail server says that it checked the sender."""
    is_encrypted: bool = False
    """To the organisation's key, as it is published."""


def beginning(answered: Mail | None) -> Mapping[str, str]:
    """What stands in the form before anybody has typed."""
    if answered is None:
        return {"to": settings.POLICY.organisation.security_address}
    quoted = "\n".join(f"> {line}".rstrip() for line in answered.text.splitlines())
    return {
        "sender": answered.recipient,
        "to": answered.answers_go_to,
        "subject": answered.subject if answered.subject.lower().startswith("re:") else f"Re: {answered.subject}",
        "text": f"\n\nOn that day you wrote:\n{quoted}\n",
        "answering": answered.message_id,
    }


def source_of(draft: Draft, *, now: datetime) -> bytes:
    mail, own = _written(draft, now=now), own_key()
    if draft.is_encrypted and own:
        mail = letters.in_envelope(mail, to=own.certificate, is_ours=False)
    if draft.is_vouched_for and settings.MAIL_SERVERS:
        domain = draft.sender.rpartition("@")[2]
        results = f"dmarc=pass header.from={domain}; spf=pass smtp.mailfrom={domain}"
        return f"Authentication-Results: {settings.MAIL_SERVERS[0]}; {results}\r\n".encode() + mail.as_bytes()
    return mail.as_bytes()


def _written(draft: Draft, *, now: datetime) -> EmailMessage:
    mail = EmailMessage(policy=SMTPUTF8)
    mail["From"] = Address(display_name=draft.name, addr_spec=draft.sender)
    mail["To"] = Address(addr_spec=draft.to)
    mail["Subject"] = draft.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=MAIL_PROGRAM)
    if draft.answering:
        mail["In-Reply-To"] = draft.answering
        mail["References"] = draft.answering
    mail.set_content(draft.text)
    if draft.file:
        mail.add_attachment(
            draft.file.content, maintype="application", subtype="octet-stream", filename=draft.file.name
        )
    return mail
