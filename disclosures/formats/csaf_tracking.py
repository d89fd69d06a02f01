"""How a CSAF document keeps track of itself: its number, its dates and its history.

Versions of a document count from 1 without a gap and never go back in time. Where ours do not, because a revision was
never public, our number stands beside it as the legacy version.
"""

from datetime import datetime
from itertools import accumulate
from typing import Final

from disclosures.formats import plain
from disclosures.formats.documents import Document, stamp
from disclosures.snapshot import Revision, Snapshot

GENERATOR: Final = "Security Response Portal"


def tracking(snapshot: Snapshot) -> Document:
    revisions = _revisions(snapshot)
    moments = list(accumulate((revision.at for revision in revisions), max))
    released = max(snapshot.published_at or moments[0], moments[0])
    aliases = [alias for alias in dict.fromkeys((*snapshot.ghsa_ids, snapshot.cve_id)) if alias]
    return {
        "id": snapshot.identifier,
        "status": "final" if snapshot.published_at else "draft",
        "version": str(len(revisions)),
        "initial_release_date": stamp(released),
        "current_release_date": stamp(max(released, moments[-1], snapshot.modified_at)),
        "revision_history": [
            _entry(revision, number=number, at=at)
            for number, (revision, at) in enumerate(zip(revisions, moments, strict=True), start=1)
        ],
        "generator": {"engine": {"name": GENERATOR}},
        **({"aliases": aliases} if aliases else {}),
    }


def _revisions(snapshot: Snapshot) -> list[Revision]:
    """In the order of their numbers, each once. One without a history has this revision alone."""
    by_number = {revision.number: revision for revision in snapshot.revisions}
    if by_number:
        return [by_number[number] for number in sorted(by_number)]
    changed = "First published." if snapshot.published_at else "Draft."
    return [Revision(number=snapshot.revision, at=snapshot.published_at or snapshot.modified_at, changed=changed)]


def _entry(revision: Revision, *, number: int, at: datetime) -> Document:
    legacy = {"legacy_version": str(revision.number)} if revision.number != number else {}
    return {"number": str(number), "date": stamp(at), "summary": plain.line(revision.changed) or "Changed.", **legacy}
