"""One mail, from its bytes to a value. Pure: it looks nothing up, and what it cannot read it says (EML-08)."""

import email
from collections.abc import Collection
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses

from portal.inbound.values import Address, ReceivedMail


def parse(raw: bytes, *, own_lists: Collection[str] = ()) -> ReceivedMail:  # noqa: ARG001 - mail to our own lists
    """`own_lists`: values of List-Id that are our own address, as when it is kept as a group."""
    message = email.message_from_bytes(raw, policy=default)
    body = message.get_body(("plain",))
    senders = _addresses(message, "From")
    return ReceivedMail(
        message_id=str(message["Message-ID"] or ""),
        sender=senders[0] if senders else Address(),
        senders=len(senders),
        to=_addresses(message, "To"),
        cc=_addresses(message, "Cc"),
        delivered_to=[each.address for each in _addresses(message, "Delivered-To")],
        subject=str(message["Subject"] or ""),
        text=str(body.get_content()) if body else "",
    )


def _addresses(message: EmailMessage, header: str) -> list[Address]:
    values = [str(value) for value in message.get_all(header, [])]
    return [Address(name, address.lower()) for name, address in getaddresses(values) if "@" in address]
