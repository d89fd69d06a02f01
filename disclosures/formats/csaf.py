"""An advisory as a CSAF 2.0 security advisory.

CSAF 2.0 has no place for CVSS 4.0, nor for a second weakness: these stand in notes.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from disclosures import scores, weaknesses
from disclosures.formats import csaf_products, csaf_tracking, documents, plain
from disclosures.formats.csaf_products import Named, Status
from disclosures.formats.documents import LANGUAGE, Document, stamp, without_gaps
from disclosures.snapshot import Credit, Snapshot

CSAF_VERSION: Final = "2.0"
ADVISORY: Final = "csaf_security_advisory"
BASE: Final = "csaf_base"
"""What a document is that names no affected version, as a draft may not yet."""
GITHUB: Final = "GitHub Security Advisory"
NO_FIX: Final = "No fix is available yet."


def document(snapshot: Snapshot, *, self_url: str = "") -> Document:
    """`self_url`: where this very document is published, if it is."""
    products = csaf_products.named(snapshot.products)
    return without_gaps(
        {
            "document": {
                "category": ADVISORY if csaf_products.ids(products, Status.AFFECTED) else BASE,
                "csaf_version": CSAF_VERSION,
                "lang": LANGUAGE,
                "title": documents.title(snapshot),
                "publisher": publisher(snapshot),
                "tracking": csaf_tracking.tracking(snapshot),
                "distribution": {"tlp": {"label": "WHITE" if snapshot.published_at else "AMBER"}},
                **_severity(snapshot),
                **_listed("notes", _document_notes(snapshot)),
                **_listed("references", _references(snapshot, self_url=self_url)),
            },
            "product_tree": csaf_products.tree(snapshot, products) if products else None,
            "vulnerabilities": [_vulnerability(snapshot, products)],
        }
    )


def publisher(snapshot: Snapshot) -> Document:
    organisation = snapshot.organisation
    return without_gaps(
        {
            "category": "vendor",
            "name": plain.line(organisation.name) or snapshot.identifier,
            "namespace": plain.address(organisation.namespace),
            "contact_details": plain.line(organisation.contact),
        }
    )


def _vulnerability(snapshot: Snapshot, products: Sequence[Named]) -> Document:
    cwe_ids = _known(snapshot.cwe_ids)
    return without_gaps(
        {
            "title": documents.title(snapshot),
            "cve": snapshot.cve_id,
            "ids": _ids(snapshot),
            "cwe": _weakness(cwe_ids[0]) if cwe_ids else None,
            "notes": [*_notes(snapshot, further=cwe_ids[1:])],
            "acknowledgments": [_acknowledged(credit) for credit in snapshot.credits if plain.line(credit.text)],
            "product_status": csaf_products.status(products),
            "scores": _scores(snapshot, products),
            "remediations": list(_remediations(snapshot, products)),
            "release_date": stamp(snapshot.published_at) if snapshot.published_at else None,
        }
    )


def _ids(snapshot: Snapshot) -> list[Document]:
    ours = (plain.line(snapshot.organisation.name) or "Advisory", snapshot.identifier)
    known = dict.fromkeys((ours, *((GITHUB, ghsa_id) for ghsa_id in snapshot.ghsa_ids)))
    return [{"system_name": system, "text": identifier} for system, identifier in known]


def _known(cwe_ids: Sequence[str]) -> list[str]:
    """Those in the catalogue, each once: names are compared with it to the letter."""
    return [cwe_id for cwe_id in dict.fromkeys(cwe_ids) if weaknesses.name_of(cwe_id)]


def _weakness(cwe_id: str) -> Document:
    return {"id": cwe_id, "name": weaknesses.name_of(cwe_id)}


def _document_notes(snapshot: Snapshot) -> Iterator[Document]:
    if snapshot.is_rehearsal:
        yield _note("general", "Rehearsal", documents.REHEARSAL_NOTE)
    if snapshot.withdrawn_at:
        reason = plain.prose(snapshot.withdrawal_reason)
        yield _note("general", "Withdrawn", f"Withdrawn on {stamp(snapshot.withdrawn_at)[:10]}. {reason}".strip())
    if overview := plain.prose(snapshot.overview):
        yield _note("summary", "Overview", overview)


def _notes(snapshot: Snapshot, *, further: Sequence[str]) -> Iterator[Document]:
    """At least one, as an advisory must have."""
    yield _note("description", "Overview", plain.prose(snapshot.overview) or documents.title(snapshot))
    if details := plain.prose(snapshot.details):
        yield _note("details", "Details", details)
    if not plain.prose(snapshot.workaround) and snapshot.no_workaround:
        yield _note("general", "Workaround", documents.NO_WORKAROUND)
    for rated in scores.scores(snapshot):
        if rated.version == "4.0":
            yield _note("other", "CVSS 4.0", f"{rated.vector} ({rated.base}, {rated.severity})")
    if further:
        yield _note("other", "Weaknesses", ", ".join(f"{each} {weaknesses.name_of(each)}" for each in further))


def _note(category: str, title: str, text: str) -> Document:
    return {"category": category, "title": title, "text": text}


def _acknowledged(credit: Credit) -> Document:
    """With the very text that the person agreed to."""
    page = [f"https://github.com/{credit.handle}"] if credit.handle else []
    return without_gaps({"names": [plain.line(credit.text)], "summary": credit.type.label, "urls": page})


def _severity(snapshot: Snapshot) -> Document:
    return {"aggregate_severity": {"text": snapshot.severity.value.capitalize()}} if snapshot.severity else {}


def _scores(snapshot: Snapshot, products: Sequence[Named]) -> list[Document]:
    affected = csaf_products.ids(products, Status.AFFECTED, Status.UNKNOWN)
    return [
        {
            "products": affected,
            "cvss_v3": {
                "version": rated.version,
                "vectorString": rated.vector,
                "baseScore": rated.base,
                "baseSeverity": rated.severity.value.upper(),
            },
        }
        for rated in scores.scores(snapshot)
        if rated.version == "3.1" and affected
    ]


def _remediations(snapshot: Snapshot, products: Sequence[Named]) -> Iterator[Document]:
    affected = csaf_products.ids(products, Status.AFFECTED, Status.UNKNOWN)
    if not affected:
        return
    fix, fixed = plain.prose(snapshot.fix), csaf_products.ids(products, Status.FIXED)
    category = "vendor_fix" if fixed else "mitigation" if fix else "none_available"
    yield {"category": category, "details": fix or _update_to(snapshot) or NO_FIX, "product_ids": affected}
    if workaround := plain.prose(snapshot.workaround):
        yield {"category": "workaround", "details": workaround, "product_ids": affected}


def _update_to(snapshot: Snapshot) -> str:
    fixes = dict.fromkeys(fix for product in snapshot.products for fix in product.fixed_versions)
    return f"Update to {' or '.join(fixes)}." if fixes else ""


def _references(snapshot: Snapshot, *, self_url: str) -> Iterator[Document]:
    listed = (
        ("self", self_url, "This document"),
        ("external", snapshot.page_url, "Advisory"),
        *(("external", advisory.url, f"{GITHUB} {advisory.ghsa_id}") for advisory in snapshot.repository_advisories),
        *(("external", relation.url, f"Related: {relation.identifier}") for relation in snapshot.related),
        *(("external", reference.url, reference.kind.value.capitalize()) for reference in snapshot.references),
    )
    seen: set[str] = set()
    for category, url, summary in listed:
        address = plain.address(url)
        if address and address not in seen:
            seen.add(address)
            yield {"category": category, "url": address, "summary": plain.line(summary)}


def _listed(name: str, rows: Iterator[Document]) -> Document:
    return without_gaps({name: list(rows)})
