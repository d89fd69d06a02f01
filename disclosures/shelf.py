"""Documents for programs: made when something is published, and handed out as they lie there.

Beside those of each advisory there are lists that tell of all. They are written in the transaction that publishes, so
none of them ever says what is not so any more; and compressed, as they go out. What was made by other code, for another
address or with another key is made anew in the background, some at a time.
"""

import gzip
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import BinaryField, F, Func, Q, QuerySet

from disclosures import snapshot as snapshots
from disclosures.cursors import Cursor
from disclosures.formats import collections, csaf, csaf_distribution, cve, documents, osv
from disclosures.formats.collections import Entry
from disclosures.formats.csaf_distribution import Key, Provider
from disclosures.models import PublishedAdvisory, PublishedFile
from disclosures.snapshot import Organisation, Snapshot
from portal import openpgp
from portal.policy import Clause, enforces

FORMATS: Final = 3
"""Raise it when a format says something differently, so that all documents are made anew."""
CSAF: Final = ".well-known/csaf"
AT_ONCE: Final = 100
"""Advisories whose documents are made anew at once."""
PROJECTS: Final = "advisories/projects.json"
FEED: Final = "advisories/feed.atom"
ARCHIVE: Final = "osv/all.zip"
CVE_RECORD: Final = "/cve.json"
METADATA: Final = f"{CSAF}/provider-metadata.json"
LOCK: Final = "disclosures.shelf"
WRITTEN: Final = ("advisory", "content", "is_packed", "sha256", "signature", "modified_at", "made_by")
PIECE: Final = 1 << 20
"""Bytes of a large document that are in memory at once."""


class Changed(Exception):
    """A document was written anew while it was handed out: what was sent of it is no part of what is there now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Before it lies on the shelf. `advisory`: None if it tells of all of them."""

    path: str
    content: bytes
    advisory: PublishedAdvisory | None
    at: datetime

    @property
    def is_packed(self) -> bool:
        return self.advisory is None and self.path != ARCHIVE

    def on_the_shelf(self, *, digest: str, maker: str) -> PublishedFile:
        key = openpgp.own_key() if self.path.startswith(f"{CSAF}/white/") else None
        return PublishedFile(
            path=self.path,
            advisory=self.advisory,
            content=gzip.compress(self.content, mtime=0) if self.is_packed else self.content,
            is_packed=self.is_packed,
            sha256=digest,
            signature=key.signature(self.content) if key else "",
            modified_at=self.at,
            made_by=maker,
        )


def put(advisory: PublishedAdvisory, snapshot: Snapshot) -> None:
    """The documents of one advisory, and those that tell of all. In the transaction that publishes it."""
    _put(advisory, snapshot)
    put_lists()


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
        put_lists()


@enforces(Clause.P17)
def put_lists() -> None:
    """One after the other, so that the last one to come knows of all. Whoever agrees no more is in none of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOCK])
    newest = PublishedAdvisory.objects.order_by("-modified_at").values_list("modified_at", flat=True).first()
    at, found = newest or collections.BEGINNING, lists()
    keep([Prepared(path=path, content=content, advisory=None, at=at) for path, content in found.items()])
    PublishedFile.objects.filter(advisory=None).exclude(path__in=found).delete()


def lists() -> dict[str, bytes]:
    """What tells of all advisories, as it is now."""
    rows = PublishedAdvisory.objects.order_by("-published_at", "-id")
    recorded = set(PublishedFile.objects.filter(path__endswith=CVE_RECORD).values_list("advisory_id", flat=True))
    known = list(rows.defer("snapshot", "words"))
    entries = [_entry(row, has_cve_record=row.pk in recorded) for row in known]
    listed, provider = [entry.listed for entry in entries], provider_of()
    updated_at = max((entry.modified_at for entry in entries), default=collections.BEGINNING)
    return {
        "advisories/index.json": documents.to_bytes(collections.index(entries, base_url=settings.BASE_URL)),
        PROJECTS: documents.to_bytes(collections.projects(entries)),
        FEED: feed(),
        ARCHIVE: collections.archive(_osv_records(rows)),
        **{thanks_of(year): documents.to_bytes(collections.thanks(year, said)) for year, said in _thanked(known)},
        f"{CSAF}/white/index.txt": csaf_distribution.index(listed).encode(),
        f"{CSAF}/white/changes.csv": csaf_distribution.changes(listed).encode(),
        f"{CSAF}/white/{csaf_distribution.FEED_FILE}": documents.to_bytes(
            csaf_distribution.rolie_feed(provider, listed, updated_at=updated_at)
        ),
        METADATA: documents.to_bytes(csaf_distribution.provider_metadata(provider, updated_at=updated_at)),
    }


def feed(before: Cursor | None = None) -> bytes:
    """What changed last, or before that: a page of it, which is no longer however many there are (RFC 5005, 3)."""
    rows = PublishedAdvisory.objects.order_by("-modified_at", "-id")
    if before is not None:
        beyond = Q(modified_at__lt=before.at) | Q(id__lt=before.pk)
        rows = rows.filter(beyond, modified_at__lte=before.at)
    found = list(rows.values_list("snapshot", "modified_at", "pk")[: collections.NEWEST + 1])
    told = [snapshots.from_json(text) for text, _, _ in found[: collections.NEWEST]]
    last = found[collections.NEWEST - 1] if len(found) > collections.NEWEST else None
    return collections.atom(
        told,
        organisation=organisation(),
        base_url=settings.BASE_URL,
        before=str(before or ""),
        onwards=str(Cursor(last[1], 0, last[2])) if last else "",
    )


def thanks_of(year: int) -> str:
    return f"advisories/acknowledgements/{year}.json"


def pieces(path: str, *, digest: str, size: int) -> Iterator[bytes]:
    """A large document, some at a time. Raises `Changed` rather than go on with another one."""
    for begin in range(1, size + 1, PIECE):
        part = Func(F("content"), begin, PIECE, function="substring", output_field=BinaryField())
        found = PublishedFile.objects.filter(path=path, sha256=digest).values_list(part, flat=True).first()
        if found is None:
            raise Changed
        yield bytes(found)


def organisation() -> Organisation:
    ours = settings.POLICY.organisation
    return Organisation(name=ours.name, namespace=ours.homepage, contact=f"mailto:{ours.security_address}")


def provider_of() -> Provider:
    key = openpgp.own_key()
    keys = (Key(fingerprint=key.fingerprint, url=f"{settings.BASE_URL}/{openpgp.PUBLISHED_AT}"),) if key else ()
    return Provider(organisation=organisation(), base_url=f"{settings.BASE_URL}/{CSAF}", keys=keys)


def made_by() -> str:
    """The same for the same code, address, organisation, zone and key."""
    return hashlib.sha256(f"{FORMATS} {settings.POLICY.calendar.zone} {provider_of()}".encode()).hexdigest()


def keep(prepared: Sequence[Prepared]) -> None:
    """What is there already, by the same hand, stays as it is: its signature and its date with it."""
    maker = made_by()
    digests = {each.path: hashlib.sha256(each.content).hexdigest() for each in prepared}
    there = PublishedFile.objects.filter(path__in=digests, made_by=maker).values_list("path", "sha256")
    same = {path for path, digest in there if digests[path] == digest}
    new = [each.on_the_shelf(digest=digests[each.path], maker=maker) for each in prepared if each.path not in same]
    PublishedFile.objects.bulk_create(new, update_conflicts=True, unique_fields=["path"], update_fields=WRITTEN)


def prepare(advisory: PublishedAdvisory, snapshot: Snapshot) -> list[Prepared]:
    """The documents of one advisory."""
    return [
        Prepared(path=path, content=content, advisory=advisory, at=snapshot.modified_at)
        for path, content in _documents(snapshot)
    ]


def _put(advisory: PublishedAdvisory, snapshot: Snapshot) -> None:
    prepared = prepare(advisory, snapshot)
    keep(prepared)
    PublishedFile.objects.filter(advisory=advisory).exclude(path__in=[each.path for each in prepared]).delete()


def _documents(snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
    yield f"osv/{snapshot.identifier}.json", documents.to_bytes(osv.record(snapshot))
    if record := cve.record(snapshot):
        yield f"advisories/{snapshot.identifier}{CVE_RECORD}", documents.to_bytes(record)
    provider, listed = provider_of(), csaf_distribution.listed(snapshot)
    document = csaf.document(snapshot, self_url=provider.address(listed))
    yield f"{CSAF}/white/{listed.path}", documents.to_bytes(document)


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


def _thanked(rows: Sequence[PublishedAdvisory]) -> Iterator[tuple[int, list[str]]]:
    """Everybody once a year, in the order of the alphabet: of each year in which something was published."""
    zone, people = settings.POLICY.calendar.zone, defaultdict[int, set[str]](set)
    for row in rows:
        people[row.published_at.astimezone(zone).year].update(row.thanked)
    for year, texts in people.items():
        yield year, sorted(texts, key=lambda text: (text.casefold(), text))


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
