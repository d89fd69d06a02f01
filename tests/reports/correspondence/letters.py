"""Mails as they come in, made for tests."""

from datetime import UTC, datetime
from email.message import EmailMessage

from portal.viewer import SYSTEM, acting_as
from reports.correspondence import arrival
from reports.enums import Door
from reports.models import InboundMail

NOON = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)
ADA = "ada@example.net"
OUR_SERVER = "mx.example.org"


def letter(
    *,
    sender: str = f"Ada <{ADA}>",
    to: str = "security@example.org",
    subject: str = "Path traversal in the registry",
    text: str = "Send `..%2f` to the registry, and it answers.",
    message_id: str = "",
    vouched: bool = True,
    **headers: str,
) -> EmailMessage:
    """`vouched`: our own mail server says that it comes from whom it names."""
    message = EmailMessage()
    if vouched:
        domain = sender.rpartition("@")[2].rstrip(">")
        message["Authentication-Results"] = f"{OUR_SERVER}; dmarc=pass header.from={domain}"
    message["Message-ID"] = message_id or f"<{abs(hash((sender, subject, text)))}@mua.example.net>"
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def take(message: EmailMessage | bytes, *, at: datetime = NOON, now: datetime | None = None) -> InboundMail:
    raw = message if isinstance(message, bytes) else bytes(message)
    mail = arrival.take(raw, arrived_at=at, door=Door.MAILBOX, now=now or at)
    with acting_as(SYSTEM):
        rows = InboundMail.objects.select_related("report", "bounced", "message__reporter", "message__user")
        return rows.get(pk=mail.pk)
