"""What has changed between two public revisions, for everybody to read."""

from collections.abc import Iterator

from disclosures.differences import Difference, lines_between
from disclosures.formats import documents, plain
from disclosures.snapshot import Snapshot
from disclosures.versions import described


def between(old: Snapshot, new: Snapshot) -> list[Difference]:
    """The parts that differ."""
    before, after = told(old), told(new)
    return [
        Difference(label, list(lines_between(before[label], after[label])))
        for label in before
        if before[label] != after[label]
    ]


def told(snapshot: Snapshot) -> dict[str, str]:
    """Everything that is shown of a revision, by the headings of its page, as text."""
    return {
        "Title": snapshot.title,
        "Withdrawn": plain.prose(snapshot.withdrawal_reason) if snapshot.withdrawn_at else "",
        "Overview": snapshot.overview,
        "Affected packages": "\n".join(_packages(snapshot)),
        "Fix": snapshot.fix,
        "Workaround": documents.workaround(snapshot),
        "Details": snapshot.details,
        "CVE ID": f"{snapshot.cve_id}, rejected" if snapshot.cve_rejected_at else snapshot.cve_id,
        "On GitHub": "\n".join(snapshot.ghsa_ids),
        "Severity": snapshot.severity.value if snapshot.severity else "",
        "CVSS": "\n".join(filter(None, (snapshot.cvss31, snapshot.cvss40))),
        "Weakness": "\n".join(snapshot.cwe_ids),
        "References": "\n".join(reference.url for reference in snapshot.references),
        "Credit": "\n".join(plain.line(credit.text) for credit in snapshot.credits),
        "Related": "\n".join(relation.identifier for relation in snapshot.related),
    }


def _packages(snapshot: Snapshot) -> Iterator[str]:
    for product in snapshot.products:
        where = f"{product.project}, {product.ecosystem.label}: {product.package}"
        for span in product.ranges:
            fixed = f", fixed in {span.fixed_in}" if span.fixed_in else ""
            yield f"{where}, {described(span)}{fixed}"
        if not product.ranges:
            yield where
