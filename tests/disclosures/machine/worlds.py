"""Reports at several points of their way to disclosure, built once for the many examples of a machine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import time_machine

from disclosures import approving, credit_answers
from disclosures.conductor import looking
from disclosures.credit_answers import Said
from disclosures.credit_text import Naming
from disclosures.credits import prepare
from disclosures.enums import CreditAnswerKind
from disclosures.models import Advisory, Credit
from portal.viewer import SYSTEM, acting_as
from reports import checklist, lifecycle
from reports.checklist import Plan
from reports.enums import REQUIRED_WORK, Role, State
from reports.guards import Decision
from reports.lifecycle import Move
from reports.models import Grant, Report, Reporter
from teams.models import Project, User
from tests import factories
from tests.disclosures.conductor.stage import NOON, Stage
from tests.disclosures.factories import complete_draft, report_of, written_advisory
from tests.disclosures.machine.memory import Memory, MemoryOfIds, place
from tests.people import with_second_factor

NAME: Final = "Robin Reporter"
SPARE: Final = "wrongly-left-out"
"""A project that turns out to be affected only later."""


def words_of(which: int, revision: int, *, names: bool = False) -> str:
    """No two revisions say the same."""
    words = f"Of advisory {which}, in the words of its revision {revision}."
    return f"{words} {NAME} found it." if names else words


@dataclass(kw_only=True)
class World(Stage):
    """`author` and `other` are members, and so is `person`, who coordinates and conducts it."""

    author: User
    other: User
    reporter: Reporter
    github: Memory
    ids: MemoryOfIds
    advisories: Sequence[Advisory]
    spare: Project
    is_public: bool = False
    is_cna: bool = False
    begins_at: datetime = NOON
    called: dict[int, str] = field(default_factory=dict)
    """Repositories by the number of their project."""

    def look_here(self) -> None:
        looking.look_at(self.report.pk, clock=lambda: self.now)

    def credit(self) -> Credit:
        return Credit.objects.select_related("report").get(reporter=self.reporter)

    def answers(self, kind: CreditAnswerKind, *, handle: str = "") -> None:
        said = Said(kind=kind, naming=Naming(name=NAME, handle=handle))
        credit_answers.answer(self.credit(), said, agreed=said.text, by=self.reporter, now=self.now)

    def mark_ready(self) -> None:
        with acting_as(factories.looking(self.person)):
            lifecycle.move(self.fresh(), Move.MARK_READY, by=self.person, decision=Decision(), now=self.now)

    def ship(self) -> None:
        for project in self.projects:
            self.github.ship(project.repository)


@dataclass(frozen=True)
class Outside:
    """What the portal reaches over the network."""

    github: Memory = field(default_factory=Memory)
    ids: MemoryOfIds = field(default_factory=MemoryOfIds)


def being_fixed(clock: time_machine.Traveller, outside: Outside, *names: str, advisories: int = 1) -> World:
    """The work is done and the advisories approved, of which each tells of every so-manieth project."""
    person, author, other = (factories.member() for _ in range(3))
    with_second_factor(person)
    *projects, spare = (factories.ProjectFactory.create(name=name, repository=place(name)) for name in (*names, SPARE))
    report = report_of(*projects, state=State.FIXING)
    drafts = [complete_draft(*projects[which::advisories], overview=words_of(which, 2)) for which in range(advisories)]
    written = [written_advisory(report, by=author, draft=draft, now=NOON) for draft in drafts]
    with acting_as(factories.looking(other)):
        for advisory in Advisory.objects.filter(report=report).select_related("report"):
            approving.approve(advisory, 2, by=other, now=NOON)
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(coordinator=person, release_planned_on=NOON.date())
        report = Report.objects.get(pk=report.pk)
        Grant.objects.create(report=report, user=person, role=Role.LEAD, reason="Leads it.")
        prepare(report, now=NOON)
        Credit.objects.filter(user=person).update(answer=CreditAnswerKind.NOT_AT_ALL, answered_at=NOON)
        reporter = report.reporters.get()
    with acting_as(factories.looking(person)):
        for project in projects:
            checklist.plan(report, project, meant=Plan(fixed_version="1.4.2"), by=person, now=NOON)
            for work in REQUIRED_WORK:
                checklist.tick(report, project, work, done=True, by=person, now=NOON)
    return World(
        report=report, advisory=written[0], projects=projects, person=person, clock=clock, author=author, other=other,
        reporter=reporter, github=outside.github, ids=outside.ids, advisories=written, spare=spare,
        called={project.pk: project.repository for project in (*projects, spare)},
    )  # fmt: skip


def begun(clock: time_machine.Traveller, outside: Outside, *names: str, advisories: int = 1) -> World:
    """Their drafts are on GitHub; nothing is released yet."""
    world = being_fixed(clock, outside, *names, advisories=advisories)
    world.mark_ready()
    world.start()
    world.conduct()
    return world


def held_up(clock: time_machine.Traveller, outside: Outside) -> World:
    """Released yesterday, and GitHub did not publish the advisory when it was asked to."""
    world = being_fixed(clock, outside, "wascap")
    world.mark_ready()
    world.start()
    world.ship()
    world.github.is_going_to_break(place("wascap"))
    world.conduct()
    world.begins_at = NOON + timedelta(days=1)
    return world


def out(clock: time_machine.Traveller, outside: Outside) -> World:
    """Disclosed, with the reporter's name, and without a CVE ID yet."""
    world = being_fixed(clock, outside, "wrpc")
    with acting_as(SYSTEM):
        world.answers(CreditAnswerKind.NAMED)
    world.mark_ready()
    world.start()
    world.ship()
    world.conduct()
    world.is_public = True
    return world


def numbering_itself(clock: time_machine.Traveller, outside: Outside) -> World:
    """The organisation is a CNA: everything is as under way, and its ID comes from there."""
    world = begun(clock, outside, "wasi")
    world.is_cna = True
    return world


WORLDS: Final[Mapping[str, Callable[[time_machine.Traveller, Outside], World]]] = {
    "being fixed": lambda clock, outside: being_fixed(clock, outside, "wit"),
    "two projects": lambda clock, outside: begun(clock, outside, "wadm", "wash"),
    "two advisories": lambda clock, outside: begun(clock, outside, "wkit", "wtools", advisories=2),
    "held up": held_up,
    "out": out,
    "own CNA": numbering_itself,
}
