"""A real mail server on this machine, whose moods a test chooses."""

import asyncio
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

ACCEPTED = "250 OK"

logging.getLogger("mail.log").setLevel(logging.WARNING)  # each line of each conversation otherwise


@dataclass
class Letterbox:
    """Takes what is delivered. `answers` are given to one mail after the other, then everything is accepted."""

    port: int
    answers: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    slow_by: float = 0.0
    hangs_up: int = 0
    """So many mails are taken, and the connection is gone before the sender hears of it."""
    letters: list[Message] = field(default_factory=list)

    @property
    def options(self) -> dict[str, str | int]:
        """For `MAILERS`."""
        return {"host": "127.0.0.1", "port": self.port, "timeout": 2}

    @property
    def facts(self) -> list[str]:
        return [str(letter["Message-ID"]) for letter in self.letters]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return ACCEPTED

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        del session
        await asyncio.sleep(self.slow_by)
        answer = self.answers.pop(0) if self.answers else ACCEPTED
        if answer == ACCEPTED:
            assert isinstance(envelope.content, bytes)
            self.letters.append(message_from_bytes(envelope.content))
        if self.hangs_up:
            self.hangs_up -= 1
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return answer


@contextmanager
def letterbox() -> Iterator[Letterbox]:
    box = Letterbox(port=free_port())
    server = Controller(box, hostname="127.0.0.1", port=box.port)
    server.start()
    try:
        yield box
    finally:
        server.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        assert isinstance(port, int)
        return port
