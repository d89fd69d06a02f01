"""What the portal keeps of GitHub's answers. Numeric ids are the identity: every name may change hands (AUT-04)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Account:
    id: int
    login: str
    name: str = ""
    """Empty in lists: there GitHub tells the login alone."""


@dataclass(frozen=True, slots=True)
class Repository:
    id: int
    full_name: str
    archived: bool
    description: str
    private_reporting: bool | None
    """Whether strangers may report privately there; None where GitHub did not say."""


@dataclass(frozen=True, slots=True)
class Collaborator:
    account: Account
    role_name: str
    """One of read, triage, write, maintain, admin, or the name of a role that the organisation made itself."""


@dataclass(frozen=True, slots=True)
class Contributor:
    account: Account
    contributions: int
    """Commits on the default branch, ever. GitHub gives no dates with it."""


@dataclass(frozen=True, slots=True)
class Release:
    id: int
    tag: str
    author: Account | None
    published_at: datetime | None
    draft: bool
    prerelease: bool
    html_url: str
    name: str = ""
    """Its title; empty in lists for a draft, which is nobody's business yet."""
    target: str = ""
    """The branch or commit on which its tag was wanted."""
    created_at: datetime | None = None
    """The date of the tagged commit: it changes when the tag is moved to another one."""
    notes: str = ""
    """Empty in lists: they are told of one release alone."""


class AdvisoryState(StrEnum):
    TRIAGE = "triage"
    """Somebody reported it there in private, and nobody has accepted it yet."""
    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Credit:
    login: str
    type: str
    """One of GitHub's credit types: finder, reporter, remediation_developer, …"""
    state: str
    """accepted, declined or pending: GitHub asks everybody, and shows who accepted. Empty where it did not say."""
    id: int | None = None
    """Of the account, where GitHub told it."""


@dataclass(frozen=True, slots=True)
class Affected:
    """A package that an advisory names."""

    ecosystem: str
    package: str
    versions: str
    patched: str


@dataclass(frozen=True, slots=True)
class RepositoryAdvisory:
    """Texts are empty where there is none. Until it is published all of it is as secret as the report."""

    ghsa_id: str
    cve_id: str
    html_url: str
    """Known from the draft on, while nobody outside can open it."""
    state: AdvisoryState
    summary: str
    description: str
    severity: str
    """low, medium, high, critical, or empty."""
    cvss_v3: str
    cvss_v4: str
    """Vectors."""
    cwe_ids: tuple[str, ...]
    affected: tuple[Affected, ...]
    credits: tuple[Credit, ...]
    collaborating_users: tuple[str, ...]
    """Logins."""
    collaborating_teams: tuple[str, ...]
    """Slugs."""
    private_fork: str
    """Its full name, from when GitHub has made it until it drops it."""
    created_at: datetime | None
    updated_at: datetime | None
    published_at: datetime | None
    closed_at: datetime | None
    withdrawn_at: datetime | None
    accepted: bool | None
    """Whether a private report was accepted; None if it began as an advisory."""
    author: Account | None = None
    """Who began it: of a private report, whoever reported it. None for an account that is gone."""

    @property
    def was_reported(self) -> bool:
        """In private, by somebody who may not write advisories there."""
        return self.accepted is not None


@dataclass(frozen=True, slots=True)
class Issue:
    """An ordinary one, which everybody may read."""

    number: int
    html_url: str
    body: str
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class AdvisoryListing:
    """The advisories of a repository, the one that changed last first. Nothing of them is kept; the etag may be."""

    rows: tuple[RepositoryAdvisory, ...]
    etag: str
    """Of the first page; empty where GitHub gave none."""
    unchanged: bool
    """It is as it was when `etag` was given; then there are no rows."""


@dataclass(frozen=True, slots=True)
class PublicPage:
    """A page of GitHub's as a stranger gets it."""

    status: int
    names: bool
    """Whether what was looked for stands on it."""


class CveRequest(StrEnum):
    """What came of asking GitHub for a CVE."""

    ASKED = "asked"
    ALREADY = "already"
    """It has been asked before, or the advisory has one."""


@dataclass(frozen=True, slots=True)
class Reading[T]:
    """All that GitHub has under an address, from the first page to the last."""

    rows: tuple[T, ...]
    unchanged: bool
    """Nothing is new since this was last answered whole, whoever asked then: they may have failed to act on it."""
