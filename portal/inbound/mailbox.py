"""A mailbox, by IMAP: what lies in it, one mail at a time, and where a mail goes that was taken in. Knows no reports.

Nothing here deletes a mail for good, and nothing marks one as read.
"""

import contextlib
import imaplib
import re
import ssl
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Self

import imap_tools
from imap_tools.utils import encode_folder

from portal.mail_settings import Encryption, Inbox

PATIENCE: Final = 60.0
"""Seconds that the server may take for any answer."""
SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
SHORT_SOURCE: Final = re.compile(rb'BODY\[\](?:<0>)? "((?:[^"\\]|\\.)*)"')
"""What a server need not announce by its length."""
ESCAPED: Final = re.compile(rb"\\(.)")


class MailboxError(Exception):
    """The mailbox cannot be worked with now. The message holds none of the server's words: they may quote ours."""


class SignInRefused(MailboxError):
    """The server does not take user and password, or has no such folder."""


class NotDone(MailboxError):
    """The server is there and refuses this one thing; another may go well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail as it lies there. `raw` is its source, or no more than the beginning of it."""

    raw: bytes
    size: int
    """Bytes of the whole source."""
    arrived_at: datetime | None
    """When the server got it (INTERNALDATE); None if it does not say."""


class Mailbox:
    """A connection to `inbox`. Use it as a context; each method raises `MailboxError`."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        with _troubles_named("The mail server cannot be reached"):
            self._connection = _connect(inbox)
        try:
            self._sign_in()
            with _troubles_named("The mail server did not open the mailbox"):
                self._capabilities = _capabilities(self._connection.client)
                self._make_folder()
        except MailboxError:
            self._hang_up()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._hang_up()

    def another(self) -> "Mailbox":
        """A connection of its own to the same mailbox, for somebody who helps."""
        return Mailbox(self._inbox)

    def waiting(self, *, smaller_than: int | None = None) -> list[str]:
        """The UIDs of the mails that have not been taken in, in the order in which they came."""
        size = f" SMALLER {smaller_than}" if smaller_than else ""
        with _troubles_named("The mail server did not list the mailbox"):
            self._connection.client.noop()
            return self._connection.uids(f"UNDELETED{size}", charset=None)

    def fetch(self, uid: str, *, most: int) -> Letter | None:
        """The mail, or the first `most` bytes of it; None if it is there no longer."""
        with _troubles_named("The mail server did not hand over a mail"):
            answer = self._ask("FETCH", uid, f"(RFC822.SIZE INTERNALDATE BODY.PEEK[]<0.{most}>)")
            return _letter(answer)

    def put_away(self, uid: str) -> None:
        """Move it into the folder for what was taken in. If it is there no longer, that is as good."""
        with _troubles_named("The mail server did not move a mail"):
            try:
                self._move(uid)
            except imap_tools.ImapToolsError:  # the folder is gone
                self._make_folder()
                self._move(uid)

    def wait(self, *, seconds: float) -> None:
        """Until the server tells that something has changed, or for so long."""
        with _troubles_named("The connection to the mail server broke"):
            if "IDLE" in self._capabilities:
                with self._connection.idle as idle:
                    if not _is_told_already(self._connection.client):
                        idle.poll(timeout=seconds)
            else:
                time.sleep(seconds)
                self._connection.client.noop()

    def _sign_in(self) -> None:
        inbox, client = self._inbox, self._connection.client
        with _troubles_named("The mail server did not answer"):
            try:
                if "AUTH=PLAIN" in _capabilities(client):
                    self._connection.login_utf8(inbox.user, inbox.password, initial_folder=None)
                else:
                    self._connection.login(inbox.user, inbox.password, initial_folder=None)
            except imaplib.IMAP4.abort:
                raise
            except (imaplib.IMAP4.error, imap_tools.ImapToolsError, UnicodeEncodeError):
                raise SignInRefused("The mail server refuses user and password of IMAP_URL.") from None
            try:
                self._connection.folder.set(inbox.folder)
            except imap_tools.ImapToolsError:
                raise SignInRefused("The mail server has no such folder as IMAP_URL names.") from None

    def _move(self, uid: str) -> None:
        folder = encode_folder(self._inbox.taken_folder)
        if "MOVE" in self._capabilities:
            self._ask("MOVE", uid, folder)
            return
        self._ask("COPY", uid, folder)
        self._ask("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
        if "UIDPLUS" in self._capabilities:  # else it stays, flagged: EXPUNGE alone would take other people's too
            self._ask("EXPUNGE", uid)

    def _make_folder(self) -> None:
        folder, name = self._connection.folder, self._inbox.taken_folder
        if folder.exists(name):
            return
        try:
            folder.create(name)
        except imap_tools.ImapToolsError:
            if not folder.exists(name):  # or somebody else was just making it
                raise

    def _ask(self, command: str, *arguments: str | bytes) -> list[bytes | tuple[bytes, bytes] | None]:
        self._connection.client.untagged_responses.clear()  # what is told beside the answers would pile up for months
        status, answer = self._connection.client.uid(command, *arguments)  # type: ignore[arg-type] # bytes do as well
        if status != "OK":
            raise imap_tools.UnexpectedCommandStatusError((status, []), "OK")
        return answer

    def _hang_up(self) -> None:
        trouble = (OSError, imaplib.IMAP4.error, imap_tools.ImapToolsError)
        with contextlib.suppress(*trouble):
            self._connection.logout()
        with contextlib.suppress(*trouble):
            self._connection.client.shutdown()


def _connect(inbox: Inbox) -> imap_tools.BaseMailBox:
    """The server proves by its certificate that it is the one that was meant (EML-14)."""
    if inbox.encryption is Encryption.NONE:
        return imap_tools.MailBoxUnencrypted(inbox.host, inbox.port, timeout=PATIENCE)
    trusted = ssl.create_default_context(cafile=inbox.ca_file or None)
    if inbox.encryption is Encryption.STARTTLS:
        return imap_tools.MailBoxStartTls(inbox.host, inbox.port, timeout=PATIENCE, ssl_context=trusted)
    return imap_tools.MailBox(inbox.host, inbox.port, timeout=PATIENCE, ssl_context=trusted)


def _capabilities(client: imaplib.IMAP4) -> frozenset[str]:
    """What the server can do now: before and after signing in, that is not the same."""
    _, lines = client.capability()
    return frozenset(b" ".join(line for line in lines if line).decode("ascii", "replace").upper().split())


def _is_told_already(client: imaplib.IMAP4) -> bool:
    """Whether news came in one breath with the answer before: they are read already, and nothing else is on its way."""
    client.sock.settimeout(0)
    try:
        return bool(client.file.peek(1))  # type: ignore[union-attr] # it is a buffered reader
    except OSError:  # nothing there
        return False
    finally:
        client.sock.settimeout(PATIENCE)


def _letter(answer: Sequence[bytes | tuple[bytes, bytes] | None]) -> Letter | None:
    """What the server says of other mails in between is passed over."""
    told = b" ".join(part[0] if isinstance(part, tuple) else part for part in answer if part)
    if b"BODY[" not in told:
        return None
    raw = next((part[1] for part in answer if isinstance(part, tuple)), None)
    if raw is None:
        short = SHORT_SOURCE.search(told)
        raw = ESCAPED.sub(rb"\1", short[1]) if short else b""
    moment, size = imaplib.Internaldate2tuple(told), SIZE.search(told)
    return Letter(
        raw=raw,
        size=max(len(raw), int(size[1]) if size else 0),
        arrived_at=datetime.fromtimestamp(time.mktime(moment), tz=UTC) if moment else None,
    )


@contextlib.contextmanager
def _troubles_named(what: str) -> Iterator[None]:
    try:
        yield
    except (OSError, imaplib.IMAP4.abort) as error:
        raise MailboxError(f"{what}: {type(error).__name__}.") from None
    except (imaplib.IMAP4.error, imap_tools.ImapToolsError) as error:
        raise NotDone(f"{what}: {type(error).__name__}.") from None
