"""What the people of an advisory write, as one value: its form fills it, each revision keeps it, publishing reads it.

Whom it thanks, its CVE ID and its addresses on GitHub are no part of it: they come and go by themselves.
"""

from dataclasses import dataclass
from typing import Final

from disclosures import layout
from disclosures.ecosystems import Ecosystem
from disclosures.models import Advisory
from disclosures.snapshot import Range, Reference, ReferenceKind

LAYOUT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftProduct:
    project: int
    """The project's number in the registry."""
    ecosystem: Ecosystem
    package: str
    ranges: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    title: str = ""
    overview: str = ""
    details: str = ""
    fix: str = ""
    workaround: str = ""
    no_workaround: bool = False
    mitigation_only: bool = False
    cvss31: str = ""
    cvss40: str = ""
    severity: str = ""
    cwe_ids: tuple[str, ...] = ()
    products: tuple[DraftProduct, ...] = ()
    references: tuple[Reference, ...] = ()


def to_json(draft: Draft) -> str:
    """The same text for the same draft, always."""
    return layout.write(draft, number=LAYOUT)


def from_json(text: str) -> Draft:
    """What `to_json` wrote; raises `layout.Unreadable` for anything else."""
    return layout.read(Draft, text, number=LAYOUT)


def draft_of(advisory: Advisory) -> Draft:
    """What its rows say. Three queries, unless they were fetched before."""
    return Draft(
        title=advisory.title,
        overview=advisory.overview,
        details=advisory.details,
        fix=advisory.fix,
        workaround=advisory.workaround,
        no_workaround=advisory.has_no_workaround,
        mitigation_only=advisory.is_mitigation_only,
        cvss31=advisory.cvss31_vector,
        cvss40=advisory.cvss40_vector,
        severity=advisory.severity,
        cwe_ids=tuple(advisory.cwe_ids),
        products=tuple(
            DraftProduct(
                project=product.project_id,
                ecosystem=Ecosystem(product.ecosystem),
                package=product.package,
                ranges=tuple(
                    Range(introduced=span.introduced, last_affected=span.last_affected, fixed_in=span.fixed_in)
                    for span in product.ranges.all()
                ),
            )
            for product in advisory.products.prefetch_related("ranges")
        ),
        references=tuple(
            Reference(url=reference.url, kind=ReferenceKind(reference.kind.upper()))
            for reference in advisory.references.all()
        ),
    )
