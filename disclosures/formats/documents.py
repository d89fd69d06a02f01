"""What all formats share: JSON with the same bytes for the same advisory, moments, and the mark of a rehearsal."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from disclosures.formats import plain
from disclosures.snapshot import Snapshot

type Document = dict[str, object]

LANGUAGE: Final = "en"
REHEARSAL: Final = "[REHEARSAL]"
REHEARSAL_NOTE: Final = "This is a rehearsal. Nothing that stands here is real, and nobody needs to do anything."
NO_WORKAROUND: Final = "No workaround is known."


def to_bytes(document: Mapping[str, object]) -> bytes:
    """Sorted and indented, so that hashes hold and people can read it."""
    return (json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def stamp(at: datetime) -> str:
    """Whole seconds in UTC, with a Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def title(snapshot: Snapshot, *, longest: int = 0) -> str:
    """Never empty; a rehearsal's says so first."""
    named = plain.line(snapshot.title) or snapshot.identifier
    marked = f"{REHEARSAL} {named}" if snapshot.is_rehearsal else named
    return plain.shortened(marked, longest=longest) if longest else marked


def workaround(snapshot: Snapshot) -> str:
    """What was found, or that there is none; empty if nobody has said."""
    return plain.prose(snapshot.workaround) or (NO_WORKAROUND if snapshot.no_workaround else "")


def without_gaps(document: Mapping[str, object]) -> Document:
    """Without the fields that have nothing to say."""
    return {name: value for name, value in document.items() if value not in (None, "", [], {})}
