"""What an advisory's public page shows of a snapshot, and where its links may lead."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Final

from disclosures import scores, versions, weaknesses
from disclosures.formats import csaf_distribution, plain
from disclosures.scores import Score
from disclosures.snapshot import Product, Reference, ReferenceKind, RelationKind, Severity, Snapshot
from portal import markdown, markdown_links
from portal.policy import Clause, enforces

TONES: Final = {
    Severity.CRITICAL: "late",
    Severity.HIGH: "late",
    Severity.MEDIUM: "soon",
    Severity.LOW: "accent",
    Severity.NONE: "",
}
"""Those of `components/badge.html`."""
KINDS: Final = {
    ReferenceKind.ADVISORY: "advisory",
    ReferenceKind.ARTICLE: "article",
    ReferenceKind.DETECTION: "how to find out",
    ReferenceKind.DISCUSSION: "discussion",
    ReferenceKind.REPORT: "report",
    ReferenceKind.FIX: "fix",
    ReferenceKind.INTRODUCED: "where it came in",
    ReferenceKind.GIT: "repository",
    ReferenceKind.PACKAGE: "package",
    ReferenceKind.EVIDENCE: "demonstration",
    ReferenceKind.WEB: "more about it",
}
RELATIONS: Final = {
    RelationKind.INCOMPLETE_FIX_OF: "The earlier fix was not complete. This is the rest of what is described in",
    RelationKind.COMPLETED_BY: "This fix was not complete. The rest of it is described in",
    RelationKind.RELATED: "Related:",
}
BUTTON: Final = re.compile(r'<button[^>]* value="([^"]*)"')
"""A link in a text, as `portal.markdown` makes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """One package: which versions have the vulnerability, in words, and which have the fix."""

    product: Product
    ranges: Sequence[str]
    fixed: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """`leads`: whether it is an address that a link may lead to."""

    url: str
    what: str
    leads: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanked:
    text: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    words: str
    identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    snapshot: Snapshot
    csaf: str
    """The address of its CSAF document, below the folder of its marking."""
    has_cve_record: bool
    severity: str
    tone: str
    scores: Sequence[Score]
    weaknesses: Sequence[weaknesses.Weakness]
    affected: Sequence[Affected]
    purls: Sequence[str]
    references: Sequence[Linked]
    credits: Sequence[Thanked]
    related: Sequence[Related]


@enforces(Clause.P30)
def of(snapshot: Snapshot) -> Shown:
    return Shown(
        snapshot=snapshot,
        csaf=csaf_distribution.listed(snapshot).path,
        has_cve_record=bool(snapshot.cve_id and snapshot.cve_assigner),
        severity=snapshot.severity.value if snapshot.severity else "",
        tone=TONES[snapshot.severity] if snapshot.severity else "",
        scores=scores.scores(snapshot),
        weaknesses=[
            weaknesses.Weakness(cwe_id, weaknesses.name_of(cwe_id) or "") for cwe_id in dict.fromkeys(snapshot.cwe_ids)
        ],
        affected=[_affected(product) for product in snapshot.products],
        purls=list(dict.fromkeys(product.purl for product in snapshot.products if product.purl)),
        references=[_linked(reference) for reference in snapshot.references],
        credits=[
            Thanked(text=text, what=each.type.label) for each in snapshot.credits if (text := plain.line(each.text))
        ],
        related=[Related(words=RELATIONS[each.kind], identifier=each.identifier) for each in snapshot.related],
    )


def targets(snapshot: Snapshot) -> frozenset[str]:
    """Everywhere that links of the advisory lead to, as its page sends them."""
    return frozenset(_targets(snapshot))


def _targets(snapshot: Snapshot) -> Iterator[str]:
    yield from (reference.url for reference in snapshot.references if markdown_links.leads_to_the_web(reference.url))
    for text in (
        snapshot.overview,
        snapshot.details,
        snapshot.fix,
        snapshot.workaround,
        snapshot.withdrawal_reason,
    ):
        yield from (unescape(target) for target in BUTTON.findall(markdown.render(text)))


def _affected(product: Product) -> Affected:
    return Affected(
        product=product,
        ranges=[versions.described(span) for span in product.ranges],
        fixed=product.fixed_versions,
    )


def _linked(reference: Reference) -> Linked:
    return Linked(url=reference.url, what=KINDS[reference.kind], leads=markdown_links.leads_to_the_web(reference.url))
