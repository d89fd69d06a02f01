"""One person of each kind, for those who try the portal out."""

from dataclasses import dataclass
from enum import StrEnum

from portal.github import Profile


class Who(StrEnum):
    LEAD = "lead"
    MEMBER = "member"
    MAINTAINER = "maintainer"
    USER = "user"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody of the cast is, and the invented GitHub account by which the portal knows them."""

    github_id: int
    title: str
    sees: str


CAST = {
    Who.LEAD: Part(9_000_001, "Team lead", "every report, and whether the promises are kept"),
    Who.MEMBER: Part(9_000_002, "Security-team member", "every report"),
    Who.MAINTAINER: Part(9_000_006, "Maintainer", "the one report that was shared with them"),
    Who.USER: Part(9_000_012, "Anybody with a GitHub account", "no report at all"),
    Who.ADMINISTRATOR: Part(9_000_011, "Administrator", "people and projects, and no report"),
}

NEWCOMER = Profile(id=9_000_099, login="nia-newcomer", name="Nia Newcomer", email="nia@example.org")
"""A GitHub account that has never been here."""
FINDER = Profile(id=9_000_098, login="gita-finds", name="Gita Finder", email="")
"""A GitHub account that has never been here either, and reports in private over there."""
OUTSIDERS = (NEWCOMER, FINDER)
