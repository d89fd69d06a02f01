"""A repository on the demo's GitHub, the project that it is here, and people who report privately there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from portal.github.sandbox import by_hand
from portal.github.sandbox.by_hand import Further
from portal.sandbox_models import SandboxAccount, SandboxAdvisory, SandboxRepository
from portal.viewer import SYSTEM, acting_as
from reports.github_reports import looking
from reports.models import GitHubReport, Report, ReportEvent
from teams.models import Project
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
