"""The source of each mail: sealed on the disk before anything is made of it, and opened again to be read anew."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from portal.inbound.values import ReceivedFile
from portal.policy.organisation import MEGABYTE
from reports import staging
from reports.models import InboundMail, StagedFile
from reports.models.people import hash_key
from reports.submissions import Token

LARGEST: Final = 64 * MEGABYTE
"""Larger ones are kept as far as they go; mail servers take a third of that."""
PIECE: Final = MEGABYTE


@dataclass(frozen=True, slots=True)
class Kept:
    """What waits on the disk until its mail is taken in; swept away after a day if that never happens."""

    source: StagedFile
    files: Sequence[StagedFile]
    complaints: Sequence[str]
    """A sentence for each file that passes what the policy allows. The source has it still."""


def keep(raw: bytes, files: Sequence[ReceivedFile], *, now: datetime) -> Kept:
    """Raises `StoreError` if the disk is full: then the mail stays where it is."""
    stored = staging.store().save((raw[at : at + PIECE] for at in range(0, len(raw), PIECE)), limit=LARGEST)
    source = StagedFile.objects.create(
        token_hash=hash_key(secrets.token_urlsafe(24)),
        submission="",
        name="mail.eml",
        size=stored.size,
        sha256=stored.sha256,
        secret=stored.secret,
        storage_key=stored.key,
        created_at=now,
    )
    outcome = stage(files, now=now)
    return Kept(source, [each.file for each in outcome.kept], outcome.refused)


def stage(files: Sequence[ReceivedFile], *, now: datetime) -> staging.Outcome:
    """The files of a mail, under the upload rules."""
    token = secrets.token_urlsafe(24)
    uploads = [SimpleUploadedFile(each.name, each.content, each.content_type) for each in files]
    return staging.stage(uploads, submission=Token(value=token, signed="", made_at=now), now=now)


def claim(source: StagedFile) -> dict[str, str]:
    """Fields for the mail whose source it is from now on."""
    fields = {"storage_key": source.storage_key, "secret": source.secret}
    source.delete()
    return fields


def replace(mail: InboundMail, source: StagedFile) -> None:
    """From now on `source` is the mail's; the one before goes once that is certain."""
    if mail.storage_key:
        transaction.on_commit(partial(staging.store().delete, mail.storage_key))
    fields = claim(source)
    mail.storage_key, mail.secret = fields["storage_key"], fields["secret"]


def read(mail: InboundMail) -> bytes:
    """Raises `StoreError` if it was deleted, and `KeyDestroyed`."""
    with staging.store().open(mail.storage_key, secret=mail.secret) as file:
        return file.read()


def longest() -> int:
    return min(LARGEST, settings.MOST_REQUEST_BYTES)
