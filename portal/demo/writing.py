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
    message = EmailMessage(policy=SMTPUTF8)
    if draft.is_vouched_for and settings.MAIL_SERVERS:
        domain = draft.sender.rpartition("@")[2]
        results = f"dmarc=pass header.from={domain}; spf=pass smtp.mailfrom={domain}"
        message["Authentication-Results"] = f"{settings.MAIL_SERVERS[0]}; {results}"
    message["From"] = Address(display_name=draft.name, addr_spec=draft.sender)
    message["To"] = Address(addr_spec=draft.to)
    message["Subject"] = draft.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=MAIL_PROGRAM)
    if draft.answering:
        message["In-Reply-To"] = draft.answering
        message["References"] = draft.answering
    message.set_content(draft.text)
    if draft.file:
        message.add_attachment(
            draft.file.content, maintype="application", subtype="octet-stream", filename=draft.file.name
        )
    return message.as_bytes()
