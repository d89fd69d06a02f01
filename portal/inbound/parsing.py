"""One mail, from its bytes to a value. Pure: it looks nothing up, and what it cannot read it says (EML-08).

Bounded, whatever the bytes are (DOS-04): each of the steps below takes time and memory in proportion to their number.
"""

import contextlib
import logging
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from portal import characters
from portal.inbound import automatic, bounces, oddities, openpgp_parts, parts
from portal.inbound.addresses import addresses, one_address
from portal.inbound.bodies import Content, collect
from portal.inbound.headers import Headers, plain
from portal.inbound.kinds import OUTLOOK, SMIME_ENCRYPTED, SMIME_SIGNED
from portal.inbound.parts import Tree
from portal.inbound.quoting import fold
from portal.inbound.sign_ups import is_sign_up
from portal.inbound.values import Address, ReceivedFile, ReceivedMail
from portal.plain_text import LONGEST_TEXT

logger = logging.getLogger(__name__)

LONGEST_SUBJECT: Final = 998
LONGEST_HTML: Final = 500_000
MOST_REFERENCES: Final = 100
LONGEST_DATE: Final = 100

ENVELOPE: Final = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-rcpt-to")
ONCE: Final = ("From", "Subject", "Date", "Message-ID", "Reply-To", "Content-Type")
"""Fields that may stand in a mail once (RFC 5322); programs differ in which they believe."""
STRANGE: Final = bytes({*range(32), 127} - {*b"\t\n\r\f\x1b"})
"""Bytes that no text has many of."""

EMPTY: Final = "It is empty."
FAILED: Final = "The portal failed to read it. That is a fault of the portal; the mail is kept as it came."
NO_MAIL: Final = "It is no mail: there is neither a head nor any text in it."


def parse(raw: bytes, *, own_lists: Collection[str] = ()) -> ReceivedMail:
    """`own_lists`: values of List-Id that are our own address, as when it is kept as a group. Never fails."""
    try:
        return _parse(raw, own_lists=own_lists)
    except Exception as error:  # noqa: BLE001 - a fault of ours may hold up no other mail, and lose not even this one
        logger.error("A mail could not be read: %s", type(error).__name__)  # noqa: TRY400 - the rest may quote the mail
        return ReceivedMail(senders=0, files=(ReceivedFile(name="mail.eml", content=raw),), unreadable=FAILED)


def _parse(raw: bytes, *, own_lists: Collection[str]) -> ReceivedMail:
    if not raw.strip(b" \t\r\n\x00"):
        return ReceivedMail(senders=0, unreadable=EMPTY)
    source = raw.replace(b"\r", b"\n") if b"\n" not in raw and b"\r" in raw else raw
    tree = parts.read(source)
    if not tree.root.headers.fields and _is_binary(source):
        return ReceivedMail(senders=0, files=(ReceivedFile(name="mail.bin", content=raw),), unreadable=NO_MAIL)
    return _read(tree, own_lists=own_lists)


def _is_binary(source: bytes) -> bool:
    sample = source[:4_096]
    return b"\x00" in sample or len(sample.translate(None, delete=STRANGE)) * 10 < len(sample) * 9


def _read(tree: Tree, *, own_lists: Collection[str]) -> ReceivedMail:
    root = tree.root
    head = _head(root.headers, own_lists=own_lists)
    wrapped = openpgp_parts.wrapped(root)
    content = collect(root, apart=wrapped.apart if wrapped else ())
    bounce = bounces.find(root, subject=head.subject, sender=head.sender.address, text=content.text)
    kind = automatic.judge(
        root.headers,
        subject=head.subject,
        is_report=root.type == "multipart/report",
        is_bounce=bounce is not None,
        is_sign_up=_is_sign_up(head, content, root.headers, own_lists=own_lists),
        own_lists=own_lists,
    )
    part = wrapped.part if wrapped else openpgp_parts.within(root, files=content.files)
    keys = openpgp_parts.keys(root, files=content.files, sender=head.sender.address)
    _note(tree, content, senders=head.senders)
    text, quoted = _shown(content, subject=head.subject)
    return replace(
        head,
        text=text,
        quoted=quoted,
        html=content.html[:LONGEST_HTML],
        files=tuple(content.files),
        keys=keys,
        automatic=kind,
        bounce=bounce,
        openpgp=part,
        oddities=tuple(content.oddities),
    )


def _head(headers: Headers, *, own_lists: Collection[str]) -> ReceivedMail:
    """What stands above the text."""
    senders = _senders(headers, own_lists=own_lists)
    return ReceivedMail(
        message_id=bounces.message_id(headers),
        refers_to=_references(headers),
        sent_at=_date(headers.line("date")),
        sender=senders[0] if senders else Address(),
        senders=len(senders),
        return_path=_return_path(headers),
        reply_to=tuple(addresses(headers.all("reply-to"))),
        to=tuple(addresses(headers.all("to"))),
        cc=tuple(addresses(headers.all("cc"))),
        delivered_to=_delivered_to(headers),
        subject=headers.line("subject")[:LONGEST_SUBJECT],
    )


def _is_sign_up(head: ReceivedMail, content: Content, headers: Headers, *, own_lists: Collection[str]) -> bool:
    return is_sign_up(
        subject=head.subject,
        text=content.text,
        sender=head.sender.address,
        is_machine=automatic.is_from_a_machine(headers, own_lists=own_lists),
        is_answer=bool(head.refers_to),
    )


def _shown(content: Content, *, subject: str) -> tuple[str, str]:
    """The text, and what is quoted below it. What is too long to show is kept as a file, and its beginning shown."""
    text, quoted = fold(content.text, subject=subject)
    text = "\n\n".join(filter(None, (text, content.passed_on)))
    if max(len(text), len(quoted)) > LONGEST_TEXT and oddities.LONG not in content.oddities:
        content.note(oddities.LONG)
        whole = "\n\n".join(filter(None, (text, quoted))).encode()
        content.files.append(ReceivedFile(name="text.txt", content=whole, content_type="text/plain"))
    return text[:LONGEST_TEXT], quoted[:LONGEST_TEXT]


def _note(tree: Tree, content: Content, *, senders: int) -> None:
    headers = tree.root.headers
    for is_so, oddity in (
        (not headers.fields, oddities.HEADLESS),
        (headers.fields and not senders, oddities.NO_SENDER),
        (senders > 1, oddities.MANY_SENDERS),
        *((len(headers.all(name.lower())) > 1, oddities.repeated(name)) for name in ONCE),
        (tree.is_cut, oddities.CUT),
        (tree.is_too_much, oddities.MANY_PARTS),
        (characters.DIRECTION_CONTROLS.search(content.text), oddities.DIRECTION),
        (any(each.what in {SMIME_ENCRYPTED, SMIME_SIGNED} for each in content.files), oddities.SMIME),
        (not content.text and any(each.what == OUTLOOK for each in content.files), oddities.OUTLOOK),
    ):
        if is_so:
            content.note(oddity)


def _senders(headers: Headers, *, own_lists: Collection[str]) -> list[Address]:
    """Who stands in From. A list of ours may have put itself there in place of somebody whose domain demands that."""
    named = addresses(headers.all("from"))
    if len(named) != 1 or not automatic.came_by_our_own(headers, own_lists=own_lists):
        return named
    if not automatic.came_by_our_own(headers, own_lists=[named[0].address]):
        return named
    return addresses(headers.all("x-original-from")) or addresses(headers.all("reply-to")) or named


def _references(headers: Headers) -> tuple[str, ...]:
    answered = bounces.MESSAGE_ID.findall(plain(headers.first("in-reply-to")))
    thread = bounces.MESSAGE_ID.findall(plain(headers.first("references")))
    return tuple(dict.fromkeys([*answered, *reversed(thread)]))[:MOST_REFERENCES]


def _date(text: str) -> datetime | None:
    with contextlib.suppress(ValueError, TypeError, IndexError, OverflowError):
        sent = parsedate_to_datetime(text[:LONGEST_DATE])
        return (sent if sent.tzinfo else sent.replace(tzinfo=UTC)).astimezone(UTC)
    return None


def _return_path(headers: Headers) -> str | None:
    """What our server wrote above everything else; empty for the null sender."""
    if automatic.has_null_sender(headers):
        return ""
    return one_address(headers.first("return-path")) or None


def _delivered_to(headers: Headers) -> tuple[str, ...]:
    found = (each.address for name in ENVELOPE for each in addresses(headers.all(name)))
    return tuple(dict.fromkeys(found))
