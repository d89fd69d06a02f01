"""A report on two projects whose fix is ready, a GitHub for them, and people who may publish there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from disclosures.conductor import beginning, engine, looking
from disclosures.enums import StepKind, StepState
from disclosures.models import Advisory, Conduct, Release, RepositoryAdvisory, Step
from portal.github.client import Client
from portal.github.sandbox import Sandbox, releasing
from portal.sandbox_models import (
    SandboxAccount,
    SandboxAdvisory,
    SandboxFault,
    SandboxRelease,
    SandboxRepository,
    SandboxVerb,
    SandboxWrite,
)
from portal.viewer import SYSTEM, acting_as
from reports.enums import State
from reports.models import ProjectFix, Report
from teams.models import Project, User
from tests import factories
from tests.disclosures.factories import approved_advisory, report_of
from tests.people import with_second_factor

NOON = datetime(2026, 3, 3, 11, 0, tzinfo=UTC)
"""A Tuesday, whatever zone the organisation is in."""
NAMES = ("wadm", "wash")
Verb = SandboxVerb
How = SandboxFault.How


@dataclass(kw_only=True)
class Stage:
    """`clock` is everybody's on it, GitHub's too."""

    report: Report
    advisory: Advisory
    projects: list[Project]
    person: User
    clock: time_machine.Traveller

    @property
    def now(self) -> datetime:
        return timezone.now()

    def start(self, *, message: str = "The fix is out.") -> None:
        with acting_as(factories.looking(self.person)):
            beginning.start(self.fresh(), message=message, by=self.person, now=self.now)

    def conduct(self) -> None:
        """What a worker does when the bell rings."""
        engine.conduct(self.report.pk, clock=lambda: self.now)

    def look(self) -> None:
        """As if GitHub had told of something, so that it does not matter when it was last looked at."""
        with acting_as(SYSTEM):
            Conduct.objects.filter(report=self.report).update(looked_at=None)
        looking.look_at(self.report.pk, clock=lambda: self.now)

    def later(self, **span: int) -> None:
        self.clock.shift(timedelta(**span))

    def release(self, name: str, *, tag: str = "v1.4.2", prerelease: bool = False) -> None:
        author = SandboxAccount.objects.get(login="releaser")
        releasing.create(self.repository(name), tag=tag, author=author, prerelease=prerelease, now=self.now)

    def release_all(self) -> None:
        for project in self.projects:
            self.release(project.name)

    def repository(self, name: str) -> SandboxRepository:
        return SandboxRepository.objects.get(full_name=f"{owner()}/{name}")

    def go_wrong(self, name: str, verb: SandboxVerb, how: SandboxFault.How, *, times: int = 1) -> None:
        SandboxFault.objects.create(repository=self.repository(name), verb=verb, how=how, times=times)

    def fresh(self) -> Report:
        return Report.objects.get(pk=self.report.pk)

    def state(self) -> str:
        with acting_as(SYSTEM):
            return self.fresh().state

    def step(self, kind: StepKind, name: str | None = None) -> Step:
        with acting_as(SYSTEM):
            rows = Step.objects.select_related("report").filter(report=self.report, kind=kind)
            return rows.get(project__name=name) if name else rows.get()

    def steps(self) -> dict[tuple[str, str], str]:
        """Each step's state, by its kind and project."""
        with acting_as(SYSTEM):
            rows = Step.objects.filter(report=self.report).select_related("project")
            return {(row.kind, row.project.name if row.project else ""): row.state for row in rows}

    def open_steps(self) -> set[tuple[str, str]]:
        return {place for place, state in self.steps().items() if state not in {StepState.DONE, StepState.SKIPPED}}

    def on_github(self, name: str) -> SandboxAdvisory:
        return SandboxAdvisory.objects.get(repository=self.repository(name))

    def kept(self, name: str) -> RepositoryAdvisory:
        with acting_as(SYSTEM):
            rows = RepositoryAdvisory.objects.select_related("report", "project")
            return rows.get(report=self.report, project__name=name)

    def seen(self, name: str) -> Release:
        with acting_as(SYSTEM):
            return Release.objects.select_related("report").get(report=self.report, project__name=name)

    def notes(self, name: str) -> str:
        return SandboxRelease.objects.get(repository=self.repository(name)).notes


def owner() -> str:
    return settings.POLICY.organisation.github_organisation


def effects() -> list[tuple[str, str, int]]:
    """What was really done on GitHub, and how often: repository, verb, times."""
    found: dict[tuple[str, str], int] = {}
    for write in SandboxWrite.objects.filter(is_done=True).select_related("repository").order_by("pk"):
        place = (write.repository.full_name.partition("/")[2] if write.repository else "", write.verb)
        found[place] = found.get(place, 0) + 1
    return sorted((name, verb, times) for (name, verb), times in found.items())


def use_sandbox(patch: pytest.MonkeyPatch) -> None:
    """For every report, as the demo does; pages of it are looked at without a server."""
    patch.setattr("disclosures.repositories.github", lambda: Client(Sandbox(), organisation=owner()))


def build(clock: time_machine.Traveller, *, names: Sequence[str] = NAMES) -> Stage:
    """The report is ready, its advisory approved, and nothing is on GitHub yet."""
    releaser = SandboxAccount.objects.create(github_id=900, login="releaser", is_security_manager=True)
    projects = []
    for name in names:
        repository = SandboxRepository.objects.create(full_name=f"{owner()}/{name}")
        repository.collaborators.create(account=releaser, role_name="admin")
        projects.append(
            factories.ProjectFactory.create(name=name, repository=repository.full_name, github_id=repository.pk)
        )
    person = with_second_factor(factories.member(name="Cora Conductor"))
    report = report_of(*projects, state=State.FIXING)
    advisory = approved_advisory(report, now=NOON)
    with acting_as(SYSTEM):
        for project in projects:
            ProjectFix.objects.create(report=report, project=project, fixed_version="1.4.2")
        Report.objects.filter(pk=report.pk).update(state=State.READY, coordinator=person)
        report = Report.objects.get(pk=report.pk)
    return Stage(report=report, advisory=advisory, projects=projects, person=person, clock=clock)
