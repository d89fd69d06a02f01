"""What a step is given, and what comes of it.

A step first reads, in a transaction. What it wants of GitHub it hands back as a `Call`, which touches no row and is
made while no transaction is open. What is to be written down is in the outcome's `keep`: it is done in the transaction
that marks the step.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from disclosures.models import Conduct, Step
from portal.github import GitHub

type Keep = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Done:
    keep: Keep | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """It need not be done, or cannot be, for this reason."""

    why: str
    keep: Keep | None = None


@dataclass(frozen=True, slots=True)
class NotYet:
    """Nothing is wrong: the world is not as far. It is looked at again later."""

    why: str
    keep: Keep | None = None


type Outcome = Done | Skipped | NotYet
"""What cannot be done raises `Refused` or a `GitHubError`: both say why in a sentence."""

type Call = Callable[[GitHub], Outcome]


class Overtaken(Exception):
    """The lease ran out and somebody else has taken the step: whoever had it changes nothing any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """With the step's report, project and advisory at hand."""

    step: Step
    conduct: Conduct
    now: datetime


type Verb = Callable[[Attempt], Outcome | Call]
