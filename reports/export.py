"""Archives that are written while they are read: here of everything that somebody on the reporter's side sent."""

import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import override
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from portal.file_names import safe_name
from portal.file_store import NoSuchFile, Store
from reports.enums import CreditWish
from reports.intake import WORDS
from reports.models import AffectedProject, Attachment, Message, Report, Reporter

CHUNK = 256 * 1024
ERASED = "What was said in this report was erased on our side, some time after it was closed. No copy of it is left."


@dataclass(frozen=True, slots=True)
class File:
    """A file of the archive: its text, or where its bytes are kept and what opens them."""

    name: str
    at: datetime
    text: str = ""
    storage_key: str = ""
    secret: str = field(default="", repr=False)


def contents(
    reporter: Reporter, *, messages: Sequence[Message], attachments: Sequence[Attachment], now: datetime
) -> list[File]:
    """The archive's table of contents. The report itself is the finder's, if they may read it; a co-reporter gets what
    they wrote.
    """
    if reporter.report.erased_at is not None:
        return [File("erased.txt", now, text=f"{ERASED}\n")]
    files = [File("messages.md", now, text=_as_markdown(messages))] if messages else []
    if not reporter.is_co_reporter and reporter.sees_report:
        files += [
            File("report.md", now, text=report_as_markdown(reporter.report)),
            File("report.json", now, text=json.dumps(_as_json(reporter, messages, attachments), indent=2)),
        ]
    files += [
        kept_file(f"files/{number:02}-{safe_name(each.name)}", each) for number, each in enumerate(attachments, 1)
    ]
    return files


def kept_file(name: str, attachment: Attachment) -> File:
    """What opens it is in hand from now on: the archive is written after the transaction has ended."""
    return File(name, attachment.created_at, storage_key=attachment.storage_key, secret=attachment.secret)


def stream(files: Sequence[File], *, store: Store) -> Iterator[bytes]:
    """The archive's bytes, never more of them in memory than one chunk."""
    pipe = _Pipe()
    with ZipFile(pipe, "w", ZIP_DEFLATED) as archive:
        for file in files:
            entry = ZipInfo(file.name, date_time=file.at.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as target:
                for chunk in chunks(file, store=store):
                    target.write(chunk)
                    yield pipe.taken()
    yield pipe.taken()


class _Pipe(io.RawIOBase):
    """A stream that cannot go back, which is all that a ZIP archive needs."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, data: object, /) -> int:
        piece = bytes(data)  # type: ignore[call-overload] # whatever holds bytes
        self._waiting += piece
        return len(piece)

    def taken(self) -> bytes:
        piece = bytes(self._waiting)
        self._waiting.clear()
        return piece


def chunks(file: File, *, store: Store) -> Iterator[bytes]:
    """The bytes of one file, piece by piece."""
    if not file.storage_key:
        yield file.text.encode()
        return
    try:
        opened = store.open(file.storage_key, secret=file.secret)
    except NoSuchFile:
        yield b"This file is missing on our side. Please tell us.\n"
        return
    with opened:
        while chunk := opened.read(CHUNK):
            yield chunk


def literal(text: str) -> str:
    """Plain text within Markdown, taken for none: between fences longer than any in it."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}text\n{text}\n{fence}"


def words_of(message: Message, text: str) -> str:
    """`text` is what the message says, or what is left of that."""
    return literal(text) if message.is_plain_text else text


def _as_markdown(messages: Sequence[Message]) -> str:
    said = [f"{message.created_at:%Y-%m-%d %H:%M %Z}\n\n{words_of(message, message.body)}" for message in messages]
    return "\n\n---\n\n".join(said)


def report_as_markdown(report: Report) -> str:
    sections = [f"# {report.reference}: {report.summary}", f"Received {report.received_at:%Y-%m-%d %H:%M %Z}"]
    words = {name: str(getattr(report, name)) for name in WORDS[1:]}
    if report.is_plain_text:
        words["description"] = literal(report.description)
    sections += [f"## {name.replace('_', ' ').capitalize()}\n\n{value}" for name, value in words.items() if value]
    return "\n\n".join(sections) + "\n"


def _as_json(reporter: Reporter, messages: Sequence[Message], attachments: Sequence[Attachment]) -> dict[str, object]:
    report = reporter.report
    return {
        "reference": report.reference,
        "received_at": report.received_at.isoformat(),
        **{name: getattr(report, name) for name in WORDS},
        "projects": [str(named.project) for named in _named(report)],
        "project_unknown": report.project_unknown,
        "already_public": report.already_public,
        "exploited": report.exploited,
        "reporter_discloses_on": report.reporter_discloses_on.isoformat() if report.reporter_discloses_on else None,
        "name": reporter.name,
        "email_on_file": bool(reporter.email),
        "credit": {"wish": CreditWish(reporter.credit_wish).value, "name": reporter.credit_name},
        "messages": [{"at": message.created_at.isoformat(), "text": message.body} for message in messages],
        "files": [{"name": each.name, "size": each.size, "sha256": each.sha256} for each in attachments],
    }


def _named(report: Report) -> list[AffectedProject]:
    return list(report.affected_projects.filter(named_by_reporter=True).select_related("project"))
