"""What the portal keeps of GitHub's answers. Numeric ids are the identity: every name may change hands (AUT-04)."""

from dataclasses import dataclass
from datetime import datetime


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


@dataclass(frozen=True, slots=True)
class Reading[T]:
    """All that GitHub has under an address, from the first page to the last."""

    rows: tuple[T, ...]
    unchanged: bool
    """Nothing is new since this was last answered whole, whoever asked then: they may have failed to act on it."""
