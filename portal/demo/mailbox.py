"""The mails that the demo would have sent, from the files into which it writes them instead."""

import email
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

SEPARATOR = b"\n" + b"-" * 79 + b"\n"
"""What Django's file backend writes after each message."""
MOST = 100


@dataclass(frozen=True, slots=True)
class Mail:
    at: datetime
    recipient: str
    subject: str
    text: str
    message_id: str = ""
    answers_go_to: str = ""
    """Its Reply-To, without a name."""


def newest(folder: Path, *, most: int = MOST) -> list[Mail]:
    """The latest `most` mails, newest first."""
    files = sorted(folder.glob("*.log"), key=_changed, reverse=True)[:most]
    mails = [mail for file in files for mail in _mails_in(file)]
    return sorted(mails, key=lambda mail: mail.at, reverse=True)[:most]


def find(folder: Path, message_id: str) -> Mail | None:
    """The latest mail of this Message-ID among the newest."""
    return next((mail for mail in newest(folder) if message_id and mail.message_id == message_id), None)


def _mails_in(file: Path) -> Iterator[Mail]:
    for source in file.read_bytes().split(SEPARATOR):
        if source.strip():
            yield _read(email.message_from_bytes(source.lstrip(), policy=default), written=_changed(file))


def _read(message: EmailMessage, *, written: datetime) -> Mail:
    return Mail(
        at=_date(message) or written,
        recipient=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        text=_text(message),
        message_id=str(message["Message-ID"] or ""),
        answers_go_to=parseaddr(str(message["Reply-To"] or message["From"] or ""))[1],
    )


def _text(message: EmailMessage) -> str:
    """Of an encrypted mail its armour, for whoever wants to open it by themselves."""
    if message.get_content_type() == "multipart/encrypted":
        return str(list(message.iter_parts())[-1].get_payload())
    body = message.get_body(("plain",))
    try:
        return str(body.get_content()) if body else ""
    except LookupError:  # a charset that nobody knows
        return ""


def _date(message: EmailMessage) -> datetime | None:
    try:
        at = parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _changed(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, tz=UTC)
