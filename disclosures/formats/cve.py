"""An advisory as a CVE record, 5.1.1: the container that a CNA sends, and the whole record for export."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from disclosures import scores, weaknesses
from disclosures.ecosystems import Ecosystem
from disclosures.formats import documents, plain
from disclosures.formats.documents import LANGUAGE, Document, stamp, without_gaps
from disclosures.snapshot import Cna, Credit, Product, Range, ReferenceKind, Snapshot
from disclosures.versions import BEGINNING

DATA_VERSION: Final = "5.1.1"
LONGEST_TITLE: Final = 256
LONGEST_TEXT: Final = 4_096
LONGEST_VENDOR: Final = 512
LONGEST_NAME: Final = 2_048
MOST_REFERENCES: Final = 512
LONGEST_CWE_ID: Final = 9
UNBOUNDED: Final = "*"

GITHUB: Final = Cna(short_name="GitHub_M", org_id="a0819718-46f1-4df5-94e2-005712e83aaa")
"""Gives out the IDs for whoever is no CNA, and writes the records."""

COLLECTIONS: Final = {
    Ecosystem.RUBYGEMS: "https://rubygems.org",
    Ecosystem.NPM: "https://registry.npmjs.org",
    Ecosystem.PIP: "https://pypi.org",
    Ecosystem.MAVEN: "https://repo.maven.apache.org/maven2",
    Ecosystem.NUGET: "https://nuget.org/packages",
    Ecosystem.COMPOSER: "https://packagist.org",
    Ecosystem.GO: "https://pkg.go.dev",
    Ecosystem.RUST: "https://crates.io",
    Ecosystem.ERLANG: "https://repo.hex.pm",
    Ecosystem.ACTIONS: "https://github.com",
    Ecosystem.PUB: "https://pub.dev",
}
"""Where a package's name has its meaning; the others are known by vendor and product alone."""

VERSION_TYPES: Final = {Ecosystem.PIP: "python", Ecosystem.MAVEN: "maven"}

TAGS: Final = {
    ReferenceKind.ADVISORY: "vendor-advisory",
    ReferenceKind.ARTICLE: "technical-description",
    ReferenceKind.DISCUSSION: "issue-tracking",
    ReferenceKind.REPORT: "issue-tracking",
    ReferenceKind.FIX: "patch",
    ReferenceKind.PACKAGE: "product",
    ReferenceKind.EVIDENCE: "exploit",
}

METRICS: Final = {"3.1": "cvssV3_1", "4.0": "cvssV4_0"}


def record(snapshot: Snapshot) -> Document | None:
    """The whole record; none while there is no ID, as a record is about one.

    And none of an ID of which nobody knows who gave it out: a record names them, and its words are theirs.
    """
    assigner = snapshot.cve_assigner
    if not snapshot.cve_id or assigner is None:
        return None
    if snapshot.cve_rejected_at is not None:
        return _rejected_record(snapshot, assigner, at=snapshot.cve_rejected_at)
    published = {"datePublished": stamp(snapshot.published_at)} if snapshot.published_at else {}
    return {
        "dataType": "CVE_RECORD",
        "dataVersion": DATA_VERSION,
        "cveMetadata": {
            "cveId": snapshot.cve_id,
            "assignerOrgId": assigner.org_id,
            "assignerShortName": assigner.short_name,
            "state": "PUBLISHED",
            "dateUpdated": stamp(snapshot.modified_at),
            **published,
        },
        "containers": {"cna": container(snapshot, provider=assigner)},
    }


def _rejected_record(snapshot: Snapshot, assigner: Cna, *, at: datetime) -> Document:
    return {
        "dataType": "CVE_RECORD",
        "dataVersion": DATA_VERSION,
        "cveMetadata": {
            "cveId": snapshot.cve_id,
            "assignerOrgId": assigner.org_id,
            "assignerShortName": assigner.short_name,
            "state": "REJECTED",
            "dateUpdated": stamp(snapshot.modified_at),
            "dateRejected": stamp(at),
        },
        "containers": {"cna": rejected(snapshot, reason=snapshot.withdrawal_reason, provider=assigner)},
    }


def container(snapshot: Snapshot, *, provider: Cna | None = None) -> Document:
    """What CVE Services take to publish or update a record: from the organisation, unless `provider` speaks."""
    provider = provider or snapshot.organisation.cna or GITHUB
    return without_gaps(
        {
            "providerMetadata": {
                "orgId": provider.org_id,
                "shortName": provider.short_name,
                "dateUpdated": stamp(snapshot.modified_at),
            },
            "title": documents.title(snapshot, longest=LONGEST_TITLE),
            "descriptions": _said(description(snapshot)),
            "affected": [affected(snapshot, product) for product in snapshot.products] or [_unnamed(snapshot)],
            "problemTypes": list(_problem_types(snapshot.cwe_ids)),
            "metrics": list(_metrics(snapshot)),
            "references": _references(snapshot),
            "credits": _credits(snapshot.credits),
            "solutions": _said(plain.prose(snapshot.fix)),
            "workarounds": _said(documents.workaround(snapshot)),
            "datePublic": stamp(snapshot.published_at) if snapshot.published_at else None,
            "source": {"advisory": snapshot.identifier, "discovery": "UNKNOWN"},
            "x_rehearsal": True if snapshot.is_rehearsal else None,
        }
    )


def rejected(snapshot: Snapshot, *, reason: str, provider: Cna | None = None) -> Document:
    """The container that takes an ID back, such as one for an advisory that was withdrawn."""
    provider = provider or snapshot.organisation.cna or GITHUB
    return {
        "providerMetadata": {"orgId": provider.org_id, "shortName": provider.short_name},
        "rejectedReasons": _said(plain.prose(reason) or "This ID is not used."),
    }


def description(snapshot: Snapshot) -> str:
    """The overview: what it is, in plain words. A withdrawn one says so first, as its record stays."""
    withdrawn = f"Withdrawn: {plain.prose(snapshot.withdrawal_reason)}" if snapshot.withdrawn_at else ""
    rehearsal = documents.REHEARSAL_NOTE if snapshot.is_rehearsal else ""
    overview = plain.prose(snapshot.overview) or documents.title(snapshot)
    return "\n\n".join(part for part in (rehearsal, withdrawn, overview) if part)


def _said(text: str) -> list[Document]:
    return [{"lang": LANGUAGE, "value": plain.shortened(text, longest=LONGEST_TEXT)}] if text else []


def affected(snapshot: Snapshot, product: Product) -> Document:
    """Every version that no range names is unaffected; without any range nothing is known."""
    named = plain.line(product.package, longest=LONGEST_NAME)
    collection = COLLECTIONS.get(product.ecosystem) if named else None
    return without_gaps(
        {
            **_vendor(snapshot),
            "product": plain.line(product.project or product.package, longest=LONGEST_NAME) or snapshot.identifier,
            "collectionURL": collection,
            "packageName": named if collection else None,
            "repo": plain.address(product.repository_url),
            "versions": list(_versions(product)),
            "defaultStatus": "unaffected" if product.ranges else "unknown",
        }
    )


def _unnamed(snapshot: Snapshot) -> Document:
    """A record must name a product, which a draft may not have yet."""
    return {**_vendor(snapshot), "product": snapshot.identifier, "defaultStatus": "unknown"}


def _vendor(snapshot: Snapshot) -> Document:
    return {"vendor": plain.line(snapshot.organisation.name, longest=LONGEST_VENDOR) or snapshot.identifier}


def _versions(product: Product) -> Iterator[Document]:
    kind = VERSION_TYPES.get(product.ecosystem, "semver" if product.ecosystem.is_semantic else "custom")
    for span in dict.fromkeys(product.ranges):
        yield _version(span, kind=kind)


def _version(span: Range, *, kind: str) -> Document:
    begins: Document = {"version": span.introduced or BEGINNING, "status": "affected"}
    if span.introduced and span.introduced == span.last_affected:
        return begins
    if span.last_affected:
        return {**begins, "versionType": kind, "lessThanOrEqual": span.last_affected}
    return {**begins, "versionType": kind, "lessThan": span.fixed_in or UNBOUNDED}


def _problem_types(cwe_ids: Sequence[str]) -> Iterator[Document]:
    for cwe_id in dict.fromkeys(cwe_ids):
        name = weaknesses.name_of(cwe_id)
        if name and len(cwe_id) <= LONGEST_CWE_ID:
            described = {"lang": LANGUAGE, "type": "CWE", "cweId": cwe_id, "description": f"{cwe_id}: {name}"}
            yield {"descriptions": [described]}


def _metrics(snapshot: Snapshot) -> Iterator[Document]:
    for rated in scores.scores(snapshot):
        yield {
            "format": "CVSS",
            "scenarios": [{"lang": LANGUAGE, "value": "GENERAL"}],
            METRICS[rated.version]: {
                "version": rated.version,
                "vectorString": rated.vector,
                "baseScore": rated.base,
                "baseSeverity": rated.severity.value.upper(),
            },
        }


def _references(snapshot: Snapshot) -> list[Document]:
    """Ours first. A record must have one: the organisation's own address, if there is no other."""
    listed = (
        (snapshot.page_url, ReferenceKind.ADVISORY),
        *((advisory.url, ReferenceKind.ADVISORY) for advisory in snapshot.repository_advisories),
        *((reference.url, reference.kind) for reference in snapshot.references),
    )
    found: dict[str, Document] = {}
    for url, kind in listed:
        address = plain.address(url)
        if address:
            found.setdefault(address, {"url": address, **({"tags": [TAGS[kind]]} if kind in TAGS else {})})
    return list(found.values())[:MOST_REFERENCES] or [{"url": plain.address(snapshot.organisation.namespace)}]


def _credits(people: Sequence[Credit]) -> list[Document]:
    """With the very text that each agreed to; the same words once."""
    said = dict.fromkeys((plain.line(credit.text, longest=LONGEST_TEXT), credit.type.label) for credit in people)
    return [{"lang": LANGUAGE, "value": text, "type": kind} for text, kind in said if text]
