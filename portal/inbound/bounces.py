"""Mails that say that a mail of ours came back, or is late (RFC 3464), also as older servers say it."""

import re
from collections.abc import Iterator
from typing import Final

from portal.inbound.automatic import has_null_sender
from portal.inbound.headers import Headers, read_head
from portal.inbound.parts import MESSAGES, Part
from portal.inbound.values import Bounce

MOST_READ: Final = 200_000
MOST_RECIPIENTS: Final = 100
STATUS: Final = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
CODE: Final = re.compile(r"(?<![\d.#-])([45])\d\d[ -](?:#?\d\.\d\.\d|[A-Za-z<])")
MESSAGE_ID: Final = re.compile(r"<[^<>\s\x00-\x1f\x7f-\U0010ffff]{1,990}>")
ID_IN_TEXT: Final = re.compile(r"^[ \t>]*Message-ID:\s{0,5}(<[!-;=?-~]{1,990}>)", re.IGNORECASE | re.MULTILINE)
POSTMASTERS: Final = re.compile(
    r"(?:mailer-?daemon|postmaster|mail-?delivery|mdaemon|bounces?|mailerdaemon)\b", re.IGNORECASE
)
CAME_BACK: Final = re.compile(
    r"undeliver(?:ed|able)|failure notice|(?:mail )?delivery (?:status notification|has failed|failed|failure)"
    r"|returned (?:mail|to sender)|mail delivery|returning message|could not be delivered|non[- ]?remis|unzustellbar"
    r"|nicht zustellbar|zustellung fehlgeschlagen|nicht zugestellt|warning: (?:could not send|message .{0,40} delayed)"
    r"|delayed|no entregad[ao]|non recapitabile",
    re.IGNORECASE,
)
LATE: Final = re.compile(
    r"delay|warning|verzöger|will be retried|still (?:being )?(?:retr|try)|not yet been delivered", re.IGNORECASE
)


def find(root: Part, *, subject: str, sender: str, text: str) -> Bounce | None:
    """`text`: what is said to people in it."""
    if root.type == "multipart/report":
        return _reported(root, text=text)
    if not _is_from_a_server(root.headers, sender=sender) or not CAME_BACK.search(subject[:300]):
        return None
    status = STATUS.search(text[:MOST_READ])
    code = CODE.search(text[:MOST_READ])
    is_late = LATE.search(subject[:300]) is not None
    if status is not None:
        is_late = is_late or status[0].startswith("4")
    elif code is not None:
        is_late = is_late or code[1] == "4"
    return Bounce(is_final=not is_late, status=status[0] if status else "", original_id=_original(root, text=text))


def _is_from_a_server(headers: Headers, *, sender: str) -> bool:
    return headers.has("x-failed-recipients") or POSTMASTERS.match(sender) is not None or has_null_sender(headers)


def _reported(root: Part, *, text: str) -> Bounce | None:
    """Nothing for a report that all went well, or that a mail was read, or that somebody took it for spam."""
    kind = root.described.get("report-type").lower()
    told = [
        part for part in root.children if part.type in {"message/delivery-status", "message/global-delivery-status"}
    ]
    if not told and kind not in {"delivery-status", ""}:
        return None
    recipients = [each for part in told for each in _recipients(part)]
    actions = {each.token("action").partition(" ")[0] for each in recipients}
    statuses = [found[0] for each in recipients if (found := STATUS.search(each.token("status")))]
    if recipients and not actions & {"failed", "delayed", ""}:
        return None
    is_final = "failed" in actions or (
        not actions & {"delayed"} and not all(each.startswith("4") for each in statuses or ["5"])
    )
    wanted = "5" if is_final else "4"
    status = next((each for each in statuses if each.startswith(wanted)), statuses[0] if statuses else "")
    return Bounce(is_final=is_final, status=status, original_id=_original(root, text=text))


def _recipients(part: Part) -> Iterator[Headers]:
    """The fields about each recipient: blocks below the first, which is about the mail; some servers leave that out."""
    content = part.content(most=MOST_READ)[0]
    position = 0
    for _ in range(MOST_RECIPIENTS):
        while content[position : position + 1] in {b"\r", b"\n"}:
            position += 1
        if position >= len(content):
            return
        headers, after = read_head(content, position)
        if headers.has("action") or headers.has("status") or headers.has("final-recipient"):
            yield headers
        if after <= position:
            return
        position = after


def _original(root: Part, *, text: str) -> str:
    """The Message-ID of what came back: from its head if it lies there, else from the words."""
    for part in root.walk():
        if part.type in MESSAGES and part.children:
            return message_id(part.children[0].headers)
        if part.type == "text/rfc822-headers":
            return message_id(read_head(part.content(most=MOST_READ)[0])[0])
    found = ID_IN_TEXT.search(text[:MOST_READ])
    return found[1] if found else ""


def message_id(headers: Headers, *, name: str = "message-id") -> str:
    """With its angle brackets; empty if that is none."""
    found = MESSAGE_ID.search(headers.line(name))
    return found[0] if found else ""
