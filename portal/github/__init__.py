"""GitHub, as far as the portal asks it: one protocol, the real client, and the sandbox of the demo."""

from portal.github.errors import (
    GitHubError,
    Limited,
    NotAccepted,
    NotAllowed,
    NotThere,
    Unavailable,
    Uncertain,
    UnexpectedAnswer,
)
from portal.github.profile import API_VERSION, GREATEST_ID, Profile, read_profile
from portal.github.protocol import Directory, GitHub, Place, Publishing
from portal.github.source import github, has_github
from portal.github.values import (
    Account,
    AdvisoryListing,
    AdvisoryState,
    Affected,
    Collaborator,
    Contributor,
    Credit,
    CveRequest,
    Issue,
    Reading,
    Release,
    Repository,
    RepositoryAdvisory,
)

__all__ = [
    "API_VERSION",
    "GREATEST_ID",
    "Account",
    "AdvisoryListing",
    "AdvisoryState",
    "Affected",
    "Collaborator",
    "Contributor",
    "Credit",
    "CveRequest",
    "Directory",
    "GitHub",
    "GitHubError",
    "Issue",
    "Limited",
    "NotAccepted",
    "NotAllowed",
    "NotThere",
    "Place",
    "Profile",
    "Publishing",
    "Reading",
    "Release",
    "Repository",
    "RepositoryAdvisory",
    "Unavailable",
    "Uncertain",
    "UnexpectedAnswer",
    "github",
    "has_github",
    "read_profile",
]
