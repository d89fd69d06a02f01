"""Files that come ahead of their report or message. Naming one takes the form's token and its own."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Sum

from portal.file_names import safe_name
from portal.file_store import OutOfSpace, Store, Stored, StoreError, TooLarge
from portal.policy.organisation import MEGABYTE, UploadLimits
from portal.sealed.files import PIECE
from portal.viewer import SYSTEM, acting_as
from reports.enums import Audience
from reports.models import Attachment, Report, StagedFile
from reports.models.people import hash_key
from reports.submissions import Token

MOST_TOKENS: Final = 200
"""How many file tokens of one form are looked at."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that waits for its form, with the token by which the form names it."""

    file: StagedFile
    token: str

    @property
    def name(self) -> str:
        return self.file.name

    @property
    def size(self) -> int:
        return self.file.size


@dataclass(frozen=True, slots=True)
class Usage:
    """How much is there already."""

    count: int = 0
    size: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(self.count + other.count, self.size + other.size)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of files: those kept, and a sentence for each that was not."""

    kept: Sequence[Staged] = ()
    refused: Sequence[str] = ()


NOTHING: Final = Usage()


def store() -> Store:
    return Store(settings.FILES_ROOT)


def stage(
    uploads: Sequence["UploadedFile[bytes]"], *, submission: Token, now: datetime, used: Usage = NOTHING
) -> Outcome:
    """Keep files for a day under `submission`. `used`: what the report holds already; the limits count it too."""
    limits = settings.POLICY.uploads
    kept: list[Staged] = []
    refused: list[str] = []
    if not uploads:
        return Outcome(kept=kept, refused=refused)
    with acting_as(SYSTEM):
        used += _staged_so_far(submission)
        for upload in uploads:
            name = safe_name(upload.name or "")
            if complaint := excess(used + Usage(1, upload.size or 0), limits=limits):
                refused.append(f"{name} was not kept. {complaint}")
                continue
            try:
                staged = _keep(upload, name=name, submission=submission, now=now)
            except StoreError as error:
                refused.append(f"{name} was not kept. {_why(error)}")
            else:
                kept.append(staged)
                used += Usage(1, staged.size)
    return Outcome(kept=kept, refused=refused)


def copy(attachment: Attachment, *, now: datetime) -> StagedFile:
    """What the file holds, once more and under a secret of its own, for a report to claim. Never whole in memory.

    Raises `StoreError` and `SealBroken`.
    """
    with store().open(attachment.storage_key, secret=attachment.secret) as opened:
        stored = store().save(iter(partial(opened.read, PIECE), b""), limit=max(attachment.size, 1))
    with acting_as(SYSTEM):
        return _kept(stored, name=attachment.name, submission="", token=secrets.token_urlsafe(24), now=now)


def find(tokens: Iterable[str], *, submission: Token) -> list[Staged]:
    """The files that `tokens` name and that came with `submission`; others are as if they did not exist."""
    by_hash = {hash_key(token): token for token in list(tokens)[:MOST_TOKENS]}
    if not by_hash:
        return []
    with acting_as(SYSTEM):
        found = StagedFile.objects.filter(submission=submission.hashed, token_hash__in=by_hash).order_by("pk")
        return [Staged(file=file, token=by_hash[file.token_hash]) for file in found]


def move(files: Iterable[Staged], *, to: Token) -> None:
    """Let files wait for another form instead."""
    with acting_as(SYSTEM):
        StagedFile.objects.filter(pk__in=[each.file.pk for each in files]).update(submission=to.hashed)


def are_all_kept(files: Sequence[Staged], *, report: Report) -> bool:
    """Whether `report` holds the same bytes already, as when a form with files comes twice."""
    if not files:
        return True
    with acting_as(SYSTEM):
        kept = {attachment.sha256 for attachment in report.attachments.all()}
    return all(each.file.sha256 in kept for each in files)


def usage_of(files: Sequence[Staged]) -> Usage:
    return Usage(len(files), sum(file.size for file in files))


def used_by_reporters(report: Report) -> Usage:
    """What the reporter's side has sent with `report` so far."""
    with acting_as(SYSTEM):
        row = Attachment.objects.filter(report=report, user=None, audience=Audience.REPORTER).aggregate(
            count=Count("pk"), size=Sum("size", default=0)
        )
    return Usage(row["count"], row["size"])


def excess(usage: Usage, *, limits: UploadLimits) -> str:
    """What is wrong with so many files, as a sentence; empty if nothing is."""
    if usage.count > limits.max_files:
        return f"At most {limits.max_files} files can go with a report."
    if usage.size > limits.total_bytes:
        return f"Together the files would be larger than {limits.total_bytes // MEGABYTE} MB."
    return ""


def _staged_so_far(submission: Token) -> Usage:
    row = StagedFile.objects.filter(submission=submission.hashed).aggregate(
        count=Count("pk"), size=Sum("size", default=0)
    )
    return Usage(row["count"], row["size"])


def _keep(upload: "UploadedFile[bytes]", *, name: str, submission: Token, now: datetime) -> Staged:
    stored = store().save(upload.chunks(), limit=settings.POLICY.uploads.file_bytes)
    token = secrets.token_urlsafe(24)
    return Staged(file=_kept(stored, name=name, submission=submission.hashed, token=token, now=now), token=token)


def _kept(stored: Stored, *, name: str, submission: str, token: str, now: datetime) -> StagedFile:
    return StagedFile.objects.create(
        token_hash=hash_key(token),
        submission=submission,
        name=name,
        size=stored.size,
        sha256=stored.sha256,
        secret=stored.secret,
        storage_key=stored.key,
        created_at=now,
    )


def _why(error: StoreError) -> str:
    match error:
        case TooLarge(limit=limit):
            return f"It is larger than {limit // MEGABYTE} MB."
        case OutOfSpace():
            return "There is no room left on our side just now; please write to us without it."
        case _:
            return "It could not be stored; please try again."
