"""What tells of all advisories at once: an index, a feed for readers, and all OSV records in one archive."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

# XML is written here, and none is read.
from xml.etree import ElementTree as ET  # nosec B405

from disclosures.formats import documents, plain
from disclosures.formats.csaf_distribution import Listed
from disclosures.formats.documents import Document, stamp, without_gaps
from disclosures.snapshot import Organisation, Snapshot

NEWEST: Final = 50
"""Entries of the feed, and of each page of it."""
BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""When everything changed last while nothing is published."""
ATOM: Final = "http://www.w3.org/2005/Atom"
FEED: Final = "application/atom+xml"
READABLE: Final = 0o644 << 16
NO_XML: Final = str.maketrans("", "", "\ufffe\uffff")
"""What no document may hold, besides control characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A published advisory, as lists name it."""

    identifier: str
    title: str
    severity: str
    cve_ids: tuple[str, ...]
    ghsa_ids: tuple[str, ...]
    projects: tuple[str, ...]
    published_at: datetime
    modified_at: datetime
    withdrawn_at: datetime | None
    has_cve_record: bool

    @property
    def listed(self) -> Listed:
        return Listed(
            identifier=self.identifier,
            title=plain.line(self.title) or self.identifier,
            released_at=self.published_at,
            updated_at=max(self.published_at, self.modified_at),
        )


def index(entries: Iterable[Entry], *, base_url: str) -> Document:
    """With the addresses of everything that there is of each."""
    return {"advisories": [_indexed(entry, base_url) for entry in entries], "feed": f"{base_url}/advisories/feed.atom"}


def _indexed(entry: Entry, base_url: str) -> Document:
    return without_gaps(
        {
            "id": entry.identifier,
            "title": plain.line(entry.title),
            "severity": entry.severity,
            "cve_ids": list(entry.cve_ids),
            "ghsa_ids": list(entry.ghsa_ids),
            "projects": [plain.line(project) for project in entry.projects],
            "published": stamp(entry.published_at),
            "modified": stamp(entry.modified_at),
            "withdrawn": stamp(entry.withdrawn_at) if entry.withdrawn_at else None,
            "url": f"{base_url}/advisories/{entry.identifier}/",
            "osv": f"{base_url}/osv/{entry.identifier}.json",
            "csaf": f"{base_url}/.well-known/csaf/white/{entry.listed.path}",
            "cve": f"{base_url}/advisories/{entry.identifier}/cve.json" if entry.has_cve_record else None,
        }
    )


def projects(entries: Iterable[Entry]) -> Document:
    """How many advisories each project has."""
    counted = Counter(project for entry in entries for project in entry.projects)
    return {"projects": dict(sorted(counted.items()))}


def thanks(year: int, people: Sequence[str]) -> Document:
    """Who is thanked for a year, with the very text that each agreed to."""
    return {"year": year, "thanked": list(people)}


def archive(records: Iterable[tuple[str, bytes]]) -> bytes:
    """The same bytes for the same records, in the order in which they come."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in records:
            member = zipfile.ZipInfo(name)  # of 1980, as nothing else is said
            member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, READABLE
            packed.writestr(member, content)
    return written.getvalue()


def atom(
    told: Sequence[Snapshot], *, organisation: Organisation, base_url: str, before: str = "", onwards: str = ""
) -> bytes:
    """A feed as in RFC 4287. All words are text: no reader takes them for markup.

    `before`: what its page is asked by, if it is not the first; `onwards`: what the next one is asked by (RFC 5005, 3).
    """
    feed = ET.Element("feed", {"xmlns": ATOM, "xml:lang": documents.LANGUAGE})
    address = f"{base_url}/advisories/feed.atom"
    _say(feed, "id", address)
    _say(feed, "title", f"Security advisories of {plain.line(organisation.name)}")
    _say(feed, "updated", stamp(max((each.modified_at for each in told), default=BEGINNING)))
    _link(feed, f"{address}?before={before}" if before else address, rel="self", kind=FEED)
    if before:
        _link(feed, address, rel="first", kind=FEED)
    if onwards:
        _link(feed, f"{address}?before={onwards}", rel="next", kind=FEED)
    _link(feed, f"{base_url}/advisories/", rel="alternate", kind="text/html")
    _say(ET.SubElement(feed, "author"), "name", plain.line(organisation.name))
    for each in told:
        _append(feed, each, base_url=base_url)
    written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _append(feed: ET.Element, told: Snapshot, *, base_url: str) -> None:
    entry = ET.SubElement(feed, "entry")
    page = f"{base_url}/advisories/{told.identifier}/"
    withdrawn = "Withdrawn: " if told.withdrawn_at else ""
    _say(entry, "id", page)
    _say(entry, "title", f"{withdrawn}{documents.title(told)}")
    _say(entry, "published", stamp(told.published_at or told.modified_at))
    _say(entry, "updated", stamp(told.modified_at))
    _link(entry, page, rel="alternate", kind="text/html")
    if told.severity:
        ET.SubElement(entry, "category", {"term": told.severity.value})
    _say(entry, "summary", plain.prose(told.withdrawal_reason if told.withdrawn_at else told.overview))


def _say(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text.translate(NO_XML)


def _link(parent: ET.Element, address: str, *, rel: str, kind: str) -> None:
    ET.SubElement(parent, "link", {"rel": rel, "type": kind, "href": address})
