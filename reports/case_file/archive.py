"""Putting a case file together. The report's own chain attests what was packed, and who took it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import transaction

from portal.audit import sealing
from portal.file_names import safe_name
from portal.file_store import Store
from reports import access, entries, export, readings
from reports.access import Permission
from reports.case_file import contents
from reports.case_file.contents import Case
from reports.enums import Audience, EventKind
from reports.export import File
from reports.guards import Refused
from reports.models import Attachment, InboundMail, Report, ReportEvent
from teams.models import User

HERE: Final = Path(__file__).parent
VERIFY: Final = (HERE / "verify.py").read_text(encoding="utf-8")
README: Final = (HERE / "README.md").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Packed:
    """A file with its SHA-256: of an attachment the one that the portal has kept since it came."""

    file: File
    sha256: str


def take(report: Report, *, by: User, now: datetime, with_identity: bool, store: Store) -> list[File]:
    """The files of the archive. Raises `Refused`. The record keeps that it was taken, and a hash of what was in it."""
    if not access.may(by, Permission.EXPORT, report):
        raise Refused("You may not take the case file of this report.")
    if with_identity and not access.may(by, Permission.SEE_REPORTER, report):
        raise Refused("You may not know who reported it.")
    case = contents.case_of(report, with_identity=with_identity)
    left_out = [] if with_identity else [file for file in case.attachments if _names_somebody(case, file, store=store)]
    packed = _contents(case, left_out=left_out, now=now, with_identity=with_identity)
    packed += _mails(case, store=store) if with_identity else []
    attested = {each.file.name: each.sha256 for each in packed}
    kind, digest = EventKind.CASE_FILE_TAKEN, hashlib.sha256(sealing.canonical(attested).encode()).hexdigest()
    with transaction.atomic():
        readings.note_download(report, kind, by=by, now=now, identity=with_identity, contents=digest)
        events = _history(report)
    packed += _timeline(case, events, now=now)
    manifest = {
        "report": report.reference,
        "made_at": now.isoformat(),
        "identity": with_identity,
        "chain": {"name": events[-1].chain, "length": events[-1].seq, "hash": events[-1].hash},
        "attested": sorted(attested),
        "files": {each.file.name: each.sha256 for each in packed},
        "left_out": [{"file": file.pk, "size": file.size, "sha256": file.sha256} for file in left_out],
    }
    return [*(each.file for each in packed), File("MANIFEST.json", now, text=json.dumps(manifest, indent=2))]


def _contents(case: Case, *, left_out: Sequence[Attachment], now: datetime, with_identity: bool) -> list[Packed]:
    events = _history(case.report)
    texts = {
        "report.md": contents.report_in_words(case),
        "decisions.md": contents.decisions(case, events),
        "conversation.md": contents.conversation(case, Audience.REPORTER),
        "notes.md": contents.conversation(case, Audience.TEAM),
    }
    if listed := contents.findings(case):
        texts["findings.csv"] = listed
    if with_identity:
        texts["reporters.csv"] = contents.reporters(case)
    return [
        *(_text(name, text, now=now) for name, text in texts.items()),
        *(_attachment(case, number, file) for number, file in enumerate(case.attachments, 1) if file not in left_out),
    ]


def _mails(case: Case, *, store: Store) -> list[Packed]:
    """As they came. Whoever reported stands in them, so they go only where that may be read."""
    kept = InboundMail.objects.filter(report=case.report).exclude(storage_key="").order_by("arrived_at", "pk")
    return [_mail(f"mails/{number:02}.eml", mail, store=store) for number, mail in enumerate(kept, 1)]


def _mail(name: str, mail: InboundMail, *, store: Store) -> Packed:
    file, digest = File(name, mail.arrived_at, storage_key=mail.storage_key, secret=mail.secret), hashlib.sha256()
    for chunk in export.chunks(file, store=store):
        digest.update(chunk)
    return Packed(file, digest.hexdigest())


def _timeline(case: Case, events: Sequence[ReportEvent], *, now: datetime) -> list[Packed]:
    lines = [{**event.content(), "previous_hash": event.previous_hash, "hash": event.hash} for event in events]
    return [
        _text("timeline.jsonl", "".join(f"{sealing.canonical(line)}\n" for line in lines), now=now),
        _text("timeline.csv", contents.timeline(case, events), now=now),
        _text("people.csv", contents.people(case, events), now=now),
        _text("README.md", README, now=now),
        _text("verify.py", VERIFY, now=now),
    ]


def _history(report: Report) -> list[ReportEvent]:
    return entries.with_reporters(report.events.select_related("user", "reporter__grant").order_by("seq"))


def _text(name: str, text: str, *, now: datetime) -> Packed:
    return Packed(File(name, now, text=text), hashlib.sha256(text.encode()).hexdigest())


def _attachment(case: Case, number: int, file: Attachment) -> Packed:
    name = f"files/{number:02}-{safe_name(case.names.files[file.pk])}"
    return Packed(export.kept_file(name, file), file.sha256)


def _names_somebody(case: Case, file: Attachment, *, store: Store) -> bool:
    return case.identity.stands_in(export.chunks(export.kept_file(file.name, file), store=store))
