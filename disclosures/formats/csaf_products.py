"""The products of an advisory as CSAF wants them: a tree whose leaves are versions, and what is known of each leaf."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote

from disclosures import ecosystems, versions
from disclosures.formats import plain
from disclosures.formats.documents import Document, without_gaps
from disclosures.snapshot import Product, Range, Snapshot

EVERYTHING: Final = "*"
# What CSAF takes for more than one version, where one is to be named.
RANGE_WORDS: Final = re.compile(
    r"prior|before|after|earlier|later|through|versions|\ball\b|\.x\b|[<>*=]", re.IGNORECASE
)


class Status(StrEnum):
    AFFECTED = "known_affected"
    FIXED = "fixed"
    UNKNOWN = "under_investigation"


class Kind(StrEnum):
    """Which branch of the tree a leaf is."""

    NAME = "product_name"
    VERSION = "product_version"
    RANGE = "product_version_range"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    product_id: str
    """Stable from one revision to the next, as long as products keep their order."""
    status: Status
    kind: Kind
    version: str
    """What the branch is called: a version, or a range of them as `vers:`."""
    name: str
    purl: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One product with its leaves."""

    name: str
    leaves: tuple[Leaf, ...]


def named(products: Sequence[Product]) -> tuple[Named, ...]:
    return tuple(
        Named(name=_name(product), leaves=tuple(_leaves(product, prefix=f"P{place}")))
        for place, product in enumerate(products, start=1)
    )


def ids(products: Sequence[Named], *statuses: Status) -> list[str]:
    """The leaves of which one of these is known."""
    return [leaf.product_id for product in products for leaf in product.leaves if leaf.status in statuses]


def tree(snapshot: Snapshot, products: Sequence[Named]) -> Document:
    vendor = plain.line(snapshot.organisation.name) or snapshot.identifier
    branches = [_branch(product) for product in products]
    return {"branches": [{"category": "vendor", "name": vendor, "branches": branches}]}


def status(products: Sequence[Named]) -> Document:
    return without_gaps({each.value: ids(products, each) for each in Status})


def vers(product: Product, span: Range) -> str:
    """The range in the notation that all ecosystems share, such as vers:npm/>=1.0.0|<1.4.2."""
    return f"vers:{product.ecosystem.purl_type}/{'|'.join(_constraints(span)) or EVERYTHING}"


def _constraints(span: Range) -> Iterator[str]:
    if span.introduced and span.introduced == span.last_affected:
        yield _quoted(span.introduced)
        return
    if span.introduced not in ("", versions.BEGINNING):
        yield f">={_quoted(span.introduced)}"
    if span.last_affected:
        yield f"<={_quoted(span.last_affected)}"
    elif span.fixed_in:
        yield f"<{_quoted(span.fixed_in)}"


def _quoted(version: str) -> str:
    return quote(version, safe="+")


def _name(product: Product) -> str:
    project, package = plain.line(product.project), plain.line(product.package)
    return f"{project} ({package})" if project and package else project or package or product.repository


def _leaves(product: Product, *, prefix: str) -> Iterator[Leaf]:
    name = _name(product)
    if not product.ranges:
        yield Leaf(product_id=prefix, status=Status.UNKNOWN, kind=Kind.NAME, version="", name=name, purl=product.purl)
    for place, span in enumerate(product.ranges, start=1):
        yield Leaf(
            product_id=f"{prefix}-affected-{place}",
            status=Status.AFFECTED,
            kind=Kind.RANGE,
            version=vers(product, span),
            name=f"{name} {versions.described(span)}",
            purl=product.purl,
        )
    for place, fix in enumerate(product.fixed_versions, start=1):
        yield _fixed(product, fix, product_id=f"{prefix}-fixed-{place}")


def _fixed(product: Product, fix: str, *, product_id: str) -> Leaf:
    """A version whose name CSAF would take for a range is written as a range of one."""
    misread = RANGE_WORDS.search(fix) is not None
    only = Range(introduced=fix, last_affected=fix)
    return Leaf(
        product_id=product_id,
        status=Status.FIXED,
        kind=Kind.RANGE if misread else Kind.VERSION,
        version=vers(product, only) if misread else fix,
        name=f"{_name(product)} {fix}",
        purl=ecosystems.purl(product.ecosystem, product.package, version=fix),
    )


def _branch(product: Named) -> Document:
    """A product of which no version is known is a leaf itself."""
    branch: Document = {"category": Kind.NAME.value, "name": product.name}
    if product.leaves[0].kind is Kind.NAME:
        return {**branch, "product": _product(product.leaves[0])}
    leaves = [{"category": leaf.kind.value, "name": leaf.version, "product": _product(leaf)} for leaf in product.leaves]
    return {**branch, "branches": leaves}


def _product(leaf: Leaf) -> Document:
    helper = {"product_identification_helper": {"purl": leaf.purl}} if leaf.purl else {}
    return {"name": leaf.name, "product_id": leaf.product_id, **helper}
