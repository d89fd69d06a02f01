"""An account of a disclosure, kept beside the portal by whoever plays people against it.

Who wrote, who agreed and what came out when is written down here as it happens; the portal is asked for none of that.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import ClassVar, Final

from django.db import connection, transaction
from hypothesis import currently_in_test_context, event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from disclosures import credit_rewriting, cves, late_ids, numbering, spreading
from disclosures.conductor import rewriting, words
from disclosures.enums import ExceptionKind
from disclosures.models import Advisory, CveRequest, RuleException
from portal.github.values import RepositoryAdvisory as OnGitHub
from portal.viewer import SYSTEM, acting_as
from reports.guards import Refused
from reports.models import Report
from teams.models import Project, User
from tests import factories
from tests.disclosures.machine.memory import Memory, Remembered
from tests.disclosures.machine.worlds import World, words_of

type Text = tuple[int, int]
"""Which advisory, and which revision of it."""
type Pair = tuple[int, int | None]
"""Who proposed something, and who agreed to it."""

PEOPLE: Final = ("author", "other", "person")
people = st.sampled_from(PEOPLE)
number = st.integers(0, 1)
"""Which advisory or project; of one that is alone, that."""


@dataclass(frozen=True)
class Built:
    """Everything that the examples begin with: it is put back before each."""

    name: str
    world: World
    saved: Remembered


class Account(RuleBasedStateMachine):
    built: ClassVar[Built]
    reached: ClassVar[Counter[str]] = Counter()
    """What the examples came to, and how often."""

    def __init__(self) -> None:
        super().__init__()
        self.world = self.built.world
        self.github: Memory = self.world.github
        self.stack = ExitStack()
        self.stack.enter_context(rolled_back())
        self.stack.enter_context(acting_as(SYSTEM))
        self.written = self.stack.enter_context(counting_changes())
        self.github.now_is = self.built.saved.copied()

    @initialize()
    def it_begins(self) -> None:
        self.world.clock.move_to(self.world.begins_at)
        author, other = self.world.author.pk, self.world.other.pk
        each = range(len(self.world.advisories))
        self.newest = dict.fromkeys(each, 2)
        self.words: dict[Text, str] = {(which, 2): words_of(which, 2) for which in each}
        self.writers: dict[Text, int] = {(which, revision): author for which in each for revision in (1, 2)}
        self.approvals: dict[Text, set[int]] = {text: {other} for text in self.words}
        self.ever_approved = {text: {other} for text in self.words}
        self.public: list[Text] = [(which, 2) for which in each if self.world.is_public]
        self.let_pass: set[int] = set()
        """Advisories that may name somebody in their own words."""
        self.agreed: dict[ExceptionKind, Pair] = {}
        self.no_id: dict[int, Pair] = {}
        self.taken_back: dict[int, Pair] = {}
        self.is_held, self.moved = False, set[str]()
        """Repositories whose release was seen before its tag was moved, and that nobody has judged since."""
        self.affected = {project.pk for project in self.world.projects}
        self.archived: set[int] = set()
        self.consents, self.named_before = self.world.is_public, set[str]()
        self.judged, self.seen = len(self.github.now_is.publications), -1
        self.breaches: set[str] = set()
        self.states = [self.report().state]

    def note(self, what: str) -> None:
        self.reached[what] += 1
        if currently_in_test_context():
            event(what)

    # --- How it asks ------------------------------------------------------------------------------------------

    def attempt(self, verb: Callable[[], object], who: str) -> bool:
        """Refused or not: what must hold afterwards is the same. What was written before a refusal stays, as it does
        where a page says that it was refused.
        """
        try:
            with acting_as(factories.looking(self.user(who))):
                verb()
        except Refused:
            self.reached["refused"] += 1
            return False
        return True

    def minutes(self, *, hours: int = 0) -> None:
        """The worker comes by, and what looks at GitHub now and then does so."""
        self.world.later(hours=hours, minutes=3)
        self.world.look_here()
        self.world.conduct()

    def the_portal_goes_on(self, *, hours: int = 0) -> None:
        """With what the portal does each minute that can change what the world reads, or what is owed."""
        self.minutes(hours=hours)
        for sweep in (
            credit_rewriting.sweep, rewriting.sweep, words.sweep, late_ids.open_wishes, spreading.settle,
        ):  # fmt: skip
            sweep(now=self.world.now)
        if self.world.is_cna:
            for wish in CveRequest.objects.filter(report=self.world.report).values_list("pk", flat=True):
                numbering.number(wish, clock=lambda: self.world.now)
        self.world.conduct()

    def user(self, who: str) -> User:
        return {"author": self.world.author, "other": self.world.other, "person": self.world.person}[who]

    def report(self) -> Report:
        return Report.objects.get(pk=self.world.report.pk)

    def which(self, number: int) -> int:
        return number % len(self.world.advisories)

    def advisory(self, number: int = 0) -> Advisory:
        """One that was dropped is nowhere to be found."""
        wanted = self.world.advisories[self.which(number)]
        advisory = Advisory.objects.select_related("report").filter(pk=wanted.pk).first()
        if advisory is None:
            raise Refused("There is no such advisory.")
        return advisory

    def project(self, number: int) -> Project:
        return self.world.projects[number % len(self.world.projects)]

    def repository(self, number: int) -> str:
        return self.project(number).repository

    def wish(self, number: int = 0) -> CveRequest:
        return cves.need(self.advisory(number), now=self.world.now)

    def exception(self, kind: ExceptionKind) -> RuleException:
        rows = RuleException.objects.select_related("report")
        return rows.get(report=self.world.report, kind=kind, dropped_at=None)

    def concerned(self) -> list[str]:
        """Repositories where something can be released and published, of projects that are affected."""
        return [self.world.called[project] for project in sorted(self.affected - self.archived)]

    def said_in(self, text: str) -> list[Text]:
        """Whose words stand there: one, as no two say the same."""
        return [each for each, words in self.words.items() if words in text]

    def on_github(self) -> dict[str, OnGitHub]:
        """By their names. Drafts too: whoever administers the repository reads them."""
        rows = (self.github.now_is.advisories[each] for each in self.world.called.values())
        return {ghsa_id: each for row in rows for ghsa_id, each in row.items()}


@contextmanager
def rolled_back() -> Iterator[None]:
    """A savepoint, so that no example knows of another."""
    atomic = transaction.atomic()
    atomic._from_testcase = True  # type: ignore[attr-defined] # noqa: SLF001 - it stands for the test's own
    with atomic:
        yield
        transaction.set_rollback(True)


@contextmanager
def counting_changes() -> Iterator[list[int]]:
    """How often something was written so far, as the only item."""
    counted = [0]

    def count(execute: Callable[..., object], sql: object, *rest: object) -> object:
        counted[0] += not str(sql).startswith(("SELECT", "SAVEPOINT", "RELEASE"))
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        yield counted
