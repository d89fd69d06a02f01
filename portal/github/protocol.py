from typing import Protocol

from portal.github.values import Account, Collaborator, Contributor, Reading, Release, Repository


class GitHub(Protocol):
    """What the portal asks of GitHub. Each question is answered whole or raises a `GitHubError`.

    An empty answer is given as such, also where there was something before: whoever asked judges it (AUT-05).
    """

    def repositories(self) -> Reading[Repository]:
        """Those of the organisation in the policy file."""
        ...

    def repository(self, full_name: str) -> Repository:
        """One, also by a name that it had before it was renamed or transferred."""
        ...

    def collaborators(self, repository: Repository) -> Reading[Collaborator]:
        """Everybody with a role there, also by a team or by owning the organisation."""
        ...

    def contributors(self, repository: Repository) -> Reading[Contributor]:
        """Accounts only; authors whom GitHub knows by nothing but an address are left out."""
        ...

    def releases(self, repository: Repository) -> Reading[Release]: ...

    def team_members(self, slug: str) -> Reading[Account]:
        """Also of teams below it."""
        ...

    def security_managers(self) -> Reading[Account]:
        """Whoever holds that role of the organisation: beside administrators of a repository they may publish there."""
        ...

    def organisation_members(self) -> Reading[Account]: ...
