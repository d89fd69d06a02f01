"""GitHub, as far as the portal asks it: one protocol, the real client, and the sandbox of the demo."""

from portal.github.errors import GitHubError, NotAllowed, NotThere, Unavailable, UnexpectedAnswer
from portal.github.profile import API_VERSION, GREATEST_ID, Profile, read_profile
from portal.github.protocol import GitHub
from portal.github.source import github
from portal.github.values import Account, Collaborator, Contributor, Reading, Release, Repository

__all__ = [
    "API_VERSION",
    "GREATEST_ID",
    "Account",
    "Collaborator",
    "Contributor",
    "GitHub",
    "GitHubError",
    "NotAllowed",
    "NotThere",
    "Profile",
    "Reading",
    "Release",
    "Repository",
    "Unavailable",
    "UnexpectedAnswer",
    "github",
    "read_profile",
]
