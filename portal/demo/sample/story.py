"""The words in which the sample's reports are written down: what somebody sent, and what happened then."""

from dataclasses import dataclass, field
from datetime import timedelta

from disclosures.ecosystems import Ecosystem
from reports.enums import ClockKind, CreditWish, DeclineReason, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happened, `ago` before the sample is made, or so long `after` the report came.

    `by`: a login of the team.
    """

    ago: timedelta = timedelta()
    after: timedelta | None = None
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take(Step):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(Step):
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge(Step):
    message: str
    take: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Step):
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hear(Step):
    """The reporter writes."""

    message: str
    file: tuple[str, bytes] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Step):
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Step):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Assess(Step):
    vector: str
    weakness: str
    projects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Identify(Step):
    message: str = ""
    waiver: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline(Step):
    reason: DeclineReason
    message: str = ""
    duplicate_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(Step):
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite(Step):
    """The reporter brings somebody in, who sees what comes after."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(Step):
    """A maintainer is let in to help with the fix."""

    to: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Step):
    """A maintainer is asked into the patch team, and has not answered yet."""

    to: str
    role: Role
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assemble(Step):
    """The patch team comes together, by login and role, everybody agrees, and the fix begins."""

    team: tuple[tuple[str, Role], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """What is affected of a project, and the version that mends it."""

    project: str
    ecosystem: Ecosystem
    name: str
    fixed_in: str
    introduced: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advise(Step):
    """An advisory is written. Without a workaround none is known."""

    title: str
    overview: str
    details: str
    fix: str
    packages: tuple[Package, ...]
    workaround: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve(Step):
    """Somebody who did not write it approves the advisory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCredit(Step):
    """Everybody who may be thanked is asked how they want to be named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SayCredit(Step):
    """The answer of the reporter, or of the person of the team who is named in `by`. No name: anonymously."""

    name: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeReady(Step):
    """The work is done, `versions` by project, and the release planned for so many days later: for that day exactly if
    it `keeps_the_day`, and else for the first good one from then on.
    """

    versions: tuple[tuple[str, str], ...]
    in_days: int = 7
    keeps_the_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GoOut(Step):
    """The day itself: releases, advisories, pages. `held_up`: projects where the advisory could not be published."""

    message: str
    held_up: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NameCve(Step):
    """The CVE ID came, and was written into everything. `number`: its last part."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Step):
    """Nothing is owed any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust(Step):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Step):
    """It says nearly the same as an `other` story, and is kept with it."""

    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recuse(Step):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`near`: instead of `ago`, arrived so that this clock now comes close to its due moment."""

    key: str
    summary: str
    description: str
    ago: timedelta = timedelta()
    near: ClockKind | None = None
    projects: tuple[str, ...] = ()
    dependency: tuple[str, str] | None = None
    affected_versions: str = ""
    reproduction: str = ""
    impact: str = ""
    public_where: str = ""
    exploit_evidence: str = ""
    discloses_in_days: int | None = None
    name: str = ""
    email: str = ""
    credit_wish: CreditWish = CreditWish.ASK
    files: tuple[tuple[str, bytes], ...] = ()
    quarantined: bool = False
    steps: tuple[Step, ...] = field(default=())


def days(count: float, *, hours: float = 0) -> timedelta:
    return timedelta(days=count, hours=hours)
