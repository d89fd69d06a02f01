"""Advisories that the world was told of, for the tests of what it reads."""

from dataclasses import replace
from datetime import datetime, timedelta

from disclosures import public_record
from disclosures import snapshot as snapshots
from disclosures.models import PublishedAdvisory
from disclosures.snapshot import Credit, Snapshot
from tests.disclosures.advisories import PUBLISHED, RICH


def told(snapshot: Snapshot = RICH, *, changed: str = "", at: datetime | None = None) -> PublishedAdvisory:
    """`snapshot` as it was written for the world, at the moment of its change."""
    public_record.write(snapshot, changed=changed, now=at or snapshot.modified_at)
    return PublishedAdvisory.objects.get(identifier=snapshot.identifier)


def several(count: int, **fields: object) -> list[PublishedAdvisory]:
    """One a day, the first one first. `fields` are those of each."""
    return [told(numbered(number, **fields)) for number in range(count)]


def bare(count: int) -> None:
    """As many rows as `several`, with their texts and without their documents: for what counts and lists them."""
    kept = PublishedAdvisory.objects.count()
    written = [numbered(number) for number in range(kept, count)]
    PublishedAdvisory.objects.bulk_create(
        PublishedAdvisory(
            identifier=told.identifier,
            title=told.title,
            severity=told.severity or "",
            projects=["router"],
            published_at=told.modified_at,
            modified_at=told.modified_at,
            revision=1,
            snapshot=snapshots.to_json(told),
        )
        for told in written
    )


def numbered(number: int, **fields: object) -> Snapshot:
    at = PUBLISHED + timedelta(days=number)
    snapshot = replace(
        RICH, identifier=f"WSC-SA-2222-{1000 + number}", title=f"Advisory {number}", cve_id="", published_at=at,
        modified_at=at, repository_advisories=(),
    )  # fmt: skip
    return replace(snapshot, **fields)  # type: ignore[arg-type] # each test names real fields


def credited(*names: str) -> tuple[Credit, ...]:
    return tuple(Credit(text=name, name=name) for name in names)
