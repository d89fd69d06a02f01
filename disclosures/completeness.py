"""What an advisory lacks before anybody can approve it, each with the field to go to (P30)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from disclosures import ratings, versions, weaknesses
from disclosures.draft import Draft, DraftProduct
from portal.policy import Clause, enforces

PROMPT: Final = "[["
"""What the texts to start from put before a question that their author is to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A project that the report names. It needs no product where it is archived, since nothing is released there, or
    where another advisory of the report tells of it.
    """

    id: int
    name: str
    is_active: bool = True
    is_told_elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """`anchor`: the id of the field on the editor's page."""

    anchor: str
    sentence: str


@enforces(Clause.P30)
def missing(draft: Draft, *, projects: Sequence[Affected]) -> list[Gap]:
    return [*_of_words(draft), *_of_products(draft, projects), *_of_ratings(draft)]


def row_of(draft: Draft, number: int) -> int:
    """The row of the editor in which the product with this number begins: each of its ranges takes one."""
    return sum(max(len(product.ranges), 1) for product in draft.products[:number])


def _of_words(draft: Draft) -> list[Gap]:
    texts = {"overview": draft.overview, "details": draft.details, "fix": draft.fix, "workaround": draft.workaround}
    gaps = [] if draft.title else [Gap(anchor="id_title", sentence="It has no title.")]
    for name, text in texts.items():
        if PROMPT in text:
            gaps.append(_gap(name, f"{name.capitalize()}: answer what stands in [[…]], or take it out."))
        elif not text and name != "workaround":
            gaps.append(_gap(name, f"{name.capitalize()}: nothing is written yet."))
    return [*gaps, *_of_workaround(draft)]


def _of_workaround(draft: Draft) -> list[Gap]:
    if draft.workaround and draft.no_workaround:
        return [_gap("workaround", "It describes a workaround, and says that none is known.")]
    if draft.mitigation_only and not draft.workaround:
        return [_gap("workaround", "There is no release, so the workaround is what people can do: describe it.")]
    if not draft.workaround and not draft.no_workaround:
        return [_gap("workaround", "Describe a workaround, or say that none is known.")]
    return []


def _of_products(draft: Draft, projects: Sequence[Affected]) -> list[Gap]:
    named = {product.project for product in draft.products}
    gaps = [
        Gap(anchor="products", sentence=f"No package of {project.name} is named as affected.")
        for project in projects
        if project.is_active and not project.is_told_elsewhere and project.id not in named
    ]
    if not draft.products and not gaps:
        gaps.append(Gap(anchor="products", sentence="No affected package is named."))
    names = {project.id: project.name for project in projects}
    for number, product in enumerate(draft.products):
        row = f"id_product-{row_of(draft, number)}"
        if product.project not in names:
            sentence = "A package is of a project that the report does not name as affected."
            gaps.append(Gap(anchor=f"{row}-project", sentence=sentence))
        gaps += _of_product(draft, product, row=row, name=product.package or names.get(product.project, "a package"))
    return gaps


def _of_product(draft: Draft, product: DraftProduct, *, row: str, name: str) -> list[Gap]:
    if not product.package:
        return [Gap(anchor=f"{row}-package", sentence=f"{name}: the name of its package is missing.")]
    if not product.ranges:
        return [Gap(anchor=f"{row}-introduced", sentence=f"{name}: which versions are affected? 0 stands for all.")]
    if troubles := versions.check_all(product.ecosystem, product.ranges):
        return [Gap(anchor=f"{row}-introduced", sentence=f"{name}: {trouble}") for trouble in troubles]
    if not any(span.fixed_in for span in product.ranges) and not draft.mitigation_only:
        return [Gap(anchor=f"{row}-fixed_in", sentence=f"{name}: the version that has the fix is missing.")]
    return []


def _of_ratings(draft: Draft) -> list[Gap]:
    gaps = []
    if not ratings.severity_of(draft):
        gaps.append(_gap("cvss31", "Its severity is missing: a CVSS vector, 3.1 or 4.0 or both."))
    if not draft.cwe_ids:
        gaps.append(Gap(anchor="weaknesses", sentence="The weakness (CWE) is missing."))
    unknown = [cwe for cwe in draft.cwe_ids if weaknesses.name_of(cwe) is None]
    return [*gaps, *(Gap(anchor="weaknesses", sentence=f"{cwe} is not in the catalogue.") for cwe in unknown)]


def _gap(field: str, sentence: str) -> Gap:
    return Gap(anchor=f"id_{field}", sentence=sentence)
