"""A draft as its readers will have it before them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from disclosures import versions, weaknesses
from disclosures.draft import Draft, DraftProduct
from disclosures.ecosystems import purl
from reports import cvss_ratings


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    name: str
    ecosystem: str
    project: str
    purl: str
    affected: Sequence[str]
    """Each range in words; empty while nobody has said."""
    fixed: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    draft: Draft
    texts: Sequence[tuple[str, str]]
    """The texts that say something, under their headings."""
    packages: Sequence[Package]
    ratings: Sequence[tuple[str, str]]
    """Each vector, and what it says."""
    weaknesses: Sequence[str]


def as_read(draft: Draft, *, projects: Mapping[int, str]) -> Reading:
    """`projects`: the names by their ids."""
    names = {cwe: weaknesses.name_of(cwe) for cwe in draft.cwe_ids}
    return Reading(
        draft=draft,
        texts=[(label, text) for label, text in _texts(draft) if text],
        packages=[_package(product, projects) for product in draft.products],
        ratings=[(vector, cvss_ratings.in_words(vector)) for vector in (draft.cvss31, draft.cvss40) if vector],
        weaknesses=[f"{cwe}: {name}" if name else cwe for cwe, name in names.items()],
    )


def _texts(draft: Draft) -> Sequence[tuple[str, str]]:
    none_known = "No workaround is known." if draft.no_workaround else ""
    return [
        ("Overview", draft.overview),
        ("Details", draft.details),
        ("Fix", draft.fix),
        ("Workaround", draft.workaround or none_known),
    ]


def _package(product: DraftProduct, projects: Mapping[int, str]) -> Package:
    return Package(
        name=product.package or "a package without a name",
        ecosystem=product.ecosystem.label,
        project=projects.get(product.project, "a project that is not affected"),
        purl=purl(product.ecosystem, product.package),
        affected=[versions.described(span) for span in product.ranges],
        fixed=list(dict.fromkeys(span.fixed_in for span in product.ranges if span.fixed_in)),
    )
