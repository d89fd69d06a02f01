"""Everything that an advisory says, as one value. What is shown, sent and exported is built from it and nothing else.

A snapshot holds what its people agreed to print: a credit without consent does not get in here, so nothing built from
one can name anybody who did not want it (P17).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from disclosures import ecosystems, layout
from disclosures.ecosystems import Ecosystem

LAYOUT: Final = 1
"""Raise it when a stored snapshot would be read wrongly; a new field with a default needs no new number."""


class Severity(StrEnum):
    """The qualitative ratings of CVSS 3.1 and 4.0."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class CreditType(StrEnum):
    """In GitHub's spelling; OSV writes them in capitals, CVE with spaces."""

    ANALYST = "analyst"
    FINDER = "finder"
    REPORTER = "reporter"
    COORDINATOR = "coordinator"
    REMEDIATION_DEVELOPER = "remediation_developer"
    REMEDIATION_REVIEWER = "remediation_reviewer"
    REMEDIATION_VERIFIER = "remediation_verifier"
    TOOL = "tool"
    SPONSOR = "sponsor"
    OTHER = "other"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ")


class ReferenceKind(StrEnum):
    """What is found at an address, in the words of OSV."""

    ADVISORY = "ADVISORY"
    ARTICLE = "ARTICLE"
    DETECTION = "DETECTION"
    DISCUSSION = "DISCUSSION"
    REPORT = "REPORT"
    FIX = "FIX"
    INTRODUCED = "INTRODUCED"
    GIT = "GIT"
    PACKAGE = "PACKAGE"
    EVIDENCE = "EVIDENCE"
    WEB = "WEB"


class RelationKind(StrEnum):
    INCOMPLETE_FIX_OF = "incomplete_fix_of"
    """What the other advisory described was not mended wholly: this is the rest of it."""
    COMPLETED_BY = "completed_by"
    """The same, seen from the other side."""
    RELATED = "related"


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Affected versions: from `introduced` on, up to and with `last_affected` or else up to but without `fixed_in`.

    Empty means unbounded. With both ends said, `last_affected` is the bound and `fixed_in` the version to go to.
    """

    introduced: str = ""
    last_affected: str = ""
    fixed_in: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    project: str
    repository: str
    """The repository's full name on GitHub, owner/name."""
    repository_url: str
    ecosystem: Ecosystem
    package: str
    ranges: tuple[Range, ...] = ()

    @property
    def purl(self) -> str:
        """The package URL without a version; empty if the package has no name that makes one."""
        return ecosystems.purl(self.ecosystem, self.package)

    @property
    def fixed_versions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(span.fixed_in for span in self.ranges if span.fixed_in))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    url: str
    kind: ReferenceKind = ReferenceKind.WEB


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Somebody who agreed to be named, and the very text they agreed to."""

    text: str
    name: str
    handle: str = ""
    """A GitHub login. Without one the person is thanked in the text."""
    organisation: str = ""
    type: CreditType = CreditType.REPORTER


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryAdvisory:
    repository: str
    ghsa_id: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    number: int
    at: datetime
    changed: str
    """What is different from the one before, in one sentence that may be read by all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    kind: RelationKind
    identifier: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cna:
    """The organisation as one that gives out CVE IDs itself."""

    short_name: str
    org_id: str
    """A version 4 UUID."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    name: str
    namespace: str
    """The address that identifies the organisation as a publisher."""
    contact: str = ""
    cna: Cna | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    identifier: str
    """Our own, such as WSC-SA-7K3M-9QXD: it exists before anybody else has given one."""
    title: str
    overview: str
    details: str
    fix: str
    workaround: str = ""
    no_workaround: bool = False
    """It is known that there is none, which is something else than nothing said."""
    products: tuple[Product, ...] = ()
    cvss31: str = ""
    cvss40: str = ""
    severity: Severity | None = None
    cwe_ids: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    credits: tuple[Credit, ...] = ()
    cve_id: str = ""
    cve_assigner: Cna | None = None
    """Who gave out the CVE ID, if that is known. Nobody else is named in its record, least of all the organisation."""
    cve_rejected_at: datetime | None = None
    """With a withdrawn advisory: the ID stays, to say what became of it."""
    repository_advisories: tuple[RepositoryAdvisory, ...] = ()
    """In the order in which they were published: the first names the advisory for OSV, and must stay the first."""
    related: tuple[Relation, ...] = ()
    organisation: Organisation
    page_url: str = ""
    """Where the public page of this advisory is, or will be."""
    published_at: datetime | None = None
    modified_at: datetime
    withdrawn_at: datetime | None = None
    withdrawal_reason: str = ""
    revision: int = 1
    revisions: tuple[Revision, ...] = ()
    is_rehearsal: bool = False

    @property
    def repositories(self) -> tuple[str, ...]:
        """Each repository concerned, once, in the order of the products."""
        return tuple(dict.fromkeys(product.repository for product in self.products))

    @property
    def ghsa_ids(self) -> tuple[str, ...]:
        return tuple(advisory.ghsa_id for advisory in self.repository_advisories)

    def products_in(self, repository: str) -> tuple[Product, ...]:
        return tuple(product for product in self.products if product.repository == repository)

    def ghsa_in(self, repository: str) -> RepositoryAdvisory | None:
        return next((here for here in self.repository_advisories if here.repository == repository), None)


def to_json(snapshot: Snapshot) -> str:
    """The same bytes for the same snapshot, always. All moments must carry a zone: they are written in UTC."""
    return layout.write(snapshot, number=LAYOUT)


def from_json(text: str) -> Snapshot:
    """What `to_json` wrote; raises `layout.Unreadable` for anything else."""
    return layout.read(Snapshot, text, number=LAYOUT)
