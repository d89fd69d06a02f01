"""A row of the corpus: a nasty mail of our own making, and what is read of it, in exact values."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.inbound.values import Address, ReceivedMail

ADA = Address("Ada", "ada@example.org")
HEAD = "From: Ada <ada@example.org>\n"


@dataclass(frozen=True)
class Nasty:
    """`name` is a phrase that goes on from "a mail": with a charset that does not exist."""

    name: str
    build: Callable[[], bytes]
    read: ReceivedMail

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


def mail(head: str, body: bytes | str = "") -> Callable[[], bytes]:
    """`head` without the empty line after it; in both, line ends become those of mail unless `body` is bytes."""

    def build() -> bytes:
        written = body if isinstance(body, bytes) else body.encode().replace(b"\n", b"\r\n")
        return (HEAD + head).strip("\n").encode().replace(b"\n", b"\r\n") + b"\r\n\r\n" + written

    return build


def raw(content: bytes) -> Callable[[], bytes]:
    return lambda: content
