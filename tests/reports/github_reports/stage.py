"""A repository on the demo's GitHub, the project that it is here, and people who report privately there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from portal.github.sandbox import by_hand
from portal.github.sandbox.by_hand import Further
from portal.sandbox_models import SandboxAccount, SandboxAdvisory, SandboxRepository, SandboxWrite
from portal.viewer import SYSTEM, acting_as
from reports import lifecycle
from reports.enums import Errand
from reports.github_reports import looking, telling
from reports.guards import Decision
from reports.lifecycle import Move
from reports.models import GitHubErrand, GitHubReport, Report, ReportEvent
from teams.models import Project, User
from tests import factories

NOW: Final = datetime(2026, 11, 25, 15, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
VECTOR: Final = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


def clock(at: datetime = NOW) -> Callable[[], datetime]:
    return lambda: at


@dataclass(frozen=True)
class Scene:
    """`sam` reports; `fay` found it too."""

    repository: SandboxRepository
    project: Project
    sam: SandboxAccount
    fay: SandboxAccount
    further: Further = field(default_factory=Further)

    def reported(self, *, at: datetime = NOW, **told: object) -> SandboxAdvisory:
        """As a private report there; GitHub rings."""
        words = {"summary": "A key is printed", "description": "When it starts.\n\nAlways.", **told}
        return by_hand.report_privately(self.repository, by=self.sam, now=at, **words)  # type: ignore[arg-type] # each test names real fields

    def account(self, login: str) -> SandboxAccount:
        number = 600 + SandboxAccount.objects.count()
        return SandboxAccount.objects.create(github_id=number, login=login)

    def looked(self, at: datetime = NOW) -> None:
        looking.look(clock=clock(at))


def scene(name: str = "wash") -> Scene:
    repository = SandboxRepository.objects.create(full_name=f"wasmCloud/{name}")
    return Scene(
        repository=repository,
        project=factories.ProjectFactory.create(
            name=name, repository=repository.full_name, github_id=repository.github_id
        ),
        sam=SandboxAccount.objects.get_or_create(github_id=501, defaults={"login": "sam-visits", "is_member": False})[
            0
        ],
        fay=SandboxAccount.objects.get_or_create(github_id=502, defaults={"login": "fay-finds", "is_member": False})[0],
    )


def reports() -> list[Report]:
    with acting_as(SYSTEM):
        return list(Report.objects.order_by("pk"))


def taken() -> GitHubReport:
    """The only one."""
    with acting_as(SYSTEM):
        row = GitHubReport.objects.select_related("report__coordinator", "reporter__grant", "project").get()
        row.reporter.report = row.report
        return row


def events(report: Report, *kinds: str) -> list[dict[str, object]]:
    """The details of each, the first first."""
    with acting_as(SYSTEM):
        rows = ReportEvent.objects.filter(report=report, kind__in=kinds).order_by("pk")
        return list(rows.values_list("details", flat=True))


def told(at: datetime = NOW) -> None:
    """What the worker does about the only report."""
    telling.tell(taken().report_id, clock=clock(at))


def errand(kind: Errand) -> GitHubErrand:
    with acting_as(SYSTEM):
        return GitHubErrand.objects.select_related("report").get(kind=kind)


def on_github() -> SandboxAdvisory:
    """The only advisory there."""
    return SandboxAdvisory.objects.get()


def written() -> list[dict[str, object]]:
    """What the portal has changed there, the first first."""
    return list(SandboxWrite.objects.filter(is_done=True).order_by("pk").values_list("body", flat=True))


def moved(step: Move, *, by: User, at: datetime = NOW, **decision: object) -> None:
    """Whatever guards want is said."""
    said = Decision(message="We have read it.", take_coordination=True, **decision)  # type: ignore[arg-type] # each test names real fields
    with acting_as(factories.looking(by)):
        lifecycle.move(taken_report(by), step, by=by, decision=said, now=at)


def taken_report(viewer: User) -> Report:
    with acting_as(factories.looking(viewer)):
        return Report.objects.select_related("coordinator").get()
