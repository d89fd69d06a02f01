"""Documents for programs: made when something is published, and handed out as they lie there.

Beside one for each advisory there are those that tell of all. What was made by other code, for another address or with
another key is made anew in the background, a few at a time.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from disclosures import snapshot as snapshots
from disclosures.formats import collections, csaf, csaf_distribution, cve, documents, osv
from disclosures.formats.collections import Entry
from disclosures.formats.csaf_distribution import Key, Provider
from disclosures.models import PublishedAdvisory, PublishedFile
from disclosures.snapshot import Organisation, Snapshot
from portal import openpgp

FORMATS: Final = 2
"""Raise it when a format says something differently, so that all documents are made anew."""
CSAF: Final = ".well-known/csaf"
AT_ONCE: Final = 25
"""Advisories whose documents are made anew at once."""
PROJECTS: Final = "advisories/projects.json"
ARCHIVE: Final = "osv/all.zip"
CVE_RECORD: Final = "/cve.json"
METADATA: Final = f"{CSAF}/provider-metadata.json"
LOCK: Final = "disclosures.shelf"


def put(advisory: PublishedAdvisory, snapshot: Snapshot) -> None:
    """The documents of one advisory, and those that tell of all. In the transaction that publishes it."""
    _put(advisory, snapshot)
    _put_lists()


def renew(*, now: datetime) -> None:
    """Make anew what was made otherwise than it would be `now`. Safe to run twice."""
    del now  # no hour of the day changes what they say
    maker = made_by()
    outdated = PublishedFile.objects.exclude(made_by=maker).exclude(advisory=None).values("advisory_id")
    without = PublishedAdvisory.objects.filter(files=None)
    due = [*PublishedAdvisory.objects.filter(pk__in=outdated)[:AT_ONCE], *without[:AT_ONCE]]
    for advisory in due:
        _put(advisory, snapshots.from_json(advisory.snapshot))
    if due or PublishedFile.objects.filter(advisory=None).exclude(made_by=maker).exists():
        _put_lists()


def lists() -> dict[str, bytes]:
    """What tells of all advisories, as it is now."""
    rows = PublishedAdvisory.objects.order_by("-published_at", "-id")
    recorded = set(PublishedFile.objects.filter(path__endswith=CVE_RECORD).values_list("advisory_id", flat=True))
    entries = [_entry(row, has_cve_record=row.pk in recorded) for row in rows.defer("snapshot", "words")]
    changed = rows.order_by("-modified_at", "-id")[: collections.NEWEST]
    newest = [snapshots.from_json(text) for text in changed.values_list("snapshot", flat=True)]
    listed, provider = [entry.listed for entry in entries], provider_of()
    updated_at = max((entry.modified_at for entry in entries), default=collections.BEGINNING)
    base = settings.BASE_URL
    return {
        "advisories/index.json": documents.to_bytes(collections.index(entries, base_url=base)),
        PROJECTS: documents.to_bytes(collections.projects(entries)),
        "advisories/feed.atom": collections.atom(newest, organisation=organisation(), base_url=base),
        ARCHIVE: collections.archive(_osv_records(rows)),
        f"{CSAF}/white/index.txt": csaf_distribution.index(listed).encode(),
        f"{CSAF}/white/changes.csv": csaf_distribution.changes(listed).encode(),
        f"{CSAF}/white/{csaf_distribution.FEED_FILE}": documents.to_bytes(
            csaf_distribution.rolie_feed(provider, listed, updated_at=updated_at)
        ),
        METADATA: documents.to_bytes(csaf_distribution.provider_metadata(provider, updated_at=updated_at)),
    }


def organisation() -> Organisation:
    ours = settings.POLICY.organisation
    return Organisation(name=ours.name, namespace=ours.homepage, contact=f"mailto:{ours.security_address}")


def provider_of() -> Provider:
    key = openpgp.own_key()
    keys = (Key(fingerprint=key.fingerprint, url=f"{settings.BASE_URL}/{openpgp.PUBLISHED_AT}"),) if key else ()
    return Provider(organisation=organisation(), base_url=f"{settings.BASE_URL}/{CSAF}", keys=keys)


def made_by() -> str:
    """The same for the same code, address, organisation and key."""
    return hashlib.sha256(f"{FORMATS} {provider_of()}".encode()).hexdigest()


def _put(advisory: PublishedAdvisory, snapshot: Snapshot) -> None:
    found = dict(_documents(snapshot))
    for path, content in found.items():
        _keep(path, content, advisory=advisory, at=snapshot.modified_at)
    PublishedFile.objects.filter(advisory=advisory).exclude(path__in=found).delete()


def _put_lists() -> None:
    """One after the other, so that the last one to come knows of all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOCK])
    newest = PublishedAdvisory.objects.order_by("-modified_at").values_list("modified_at", flat=True).first()
    for path, content in lists().items():
        _keep(path, content, advisory=None, at=newest or collections.BEGINNING)


def _documents(snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
    yield f"osv/{snapshot.identifier}.json", documents.to_bytes(osv.record(snapshot))
    if record := cve.record(snapshot):
        yield f"advisories/{snapshot.identifier}{CVE_RECORD}", documents.to_bytes(record)
    provider, listed = provider_of(), csaf_distribution.listed(snapshot)
    document = csaf.document(snapshot, self_url=provider.address(listed))
    yield f"{CSAF}/white/{listed.path}", documents.to_bytes(document)


def _keep(path: str, content: bytes, *, advisory: PublishedAdvisory | None, at: datetime) -> None:
    """What is there already, by the same hand, stays as it is: its signature and its date with it."""
    digest, maker = hashlib.sha256(content).hexdigest(), made_by()
    if PublishedFile.objects.filter(path=path, sha256=digest, made_by=maker).exists():
        return
    key = openpgp.own_key() if path.startswith(f"{CSAF}/white/") else None
    PublishedFile.objects.update_or_create(
        path=path,
        defaults={
            "advisory": advisory,
            "content": content,
            "sha256": digest,
            "signature": key.signature(content) if key else "",
            "modified_at": at,
            "made_by": maker,
        },
    )


def _entry(row: PublishedAdvisory, *, has_cve_record: bool) -> Entry:
    return Entry(
        identifier=row.identifier,
        title=row.title,
        severity=row.severity,
        cve_ids=tuple(row.cve_ids),
        ghsa_ids=tuple(row.ghsa_ids),
        projects=tuple(row.projects),
        published_at=row.published_at,
        modified_at=row.modified_at,
        withdrawn_at=row.withdrawn_at,
        has_cve_record=has_cve_record,
    )


def _osv_records(rows: QuerySet[PublishedAdvisory]) -> Iterator[tuple[str, bytes]]:
    """Each under its id in OSV, and once: who names an ID that another one has already is left out of the archive."""
    named = rows.order_by("published_at", "id").values_list("pk", "identifier", "ghsa_ids")
    first: dict[str, int] = {}
    for pk, identifier, ghsa_ids in named:
        first.setdefault(osv.id_of(identifier, ghsa_ids), pk)
    ids = {pk: name for name, pk in first.items()}
    found = PublishedFile.objects.filter(path__startswith="osv/", advisory__isnull=False)
    kept = found.values_list("advisory_id", "content")
    yield from sorted((f"{ids[pk]}.json", bytes(content)) for pk, content in kept if pk in ids)
