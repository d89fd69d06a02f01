"""A report as one line of a list: with its running clock and its projects, for any number of lines in two queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS
from django.db.models import IntegerField
from django.db.models import Value as Constant

from reports.clocks import WHAT_HAPPENS
from reports.enums import ClockKind, State
from reports.models import AffectedProject, Clock, Report
from reports.models.report import LISTED, ReportQuerySet
from reports.questions import Question, Value, places, remembered
from teams.models import User

SHORT = {ClockKind.ACKNOWLEDGE: "acknowledgement", ClockKind.NEXT_UPDATE: "next update"}
"""What is promised, where there is little room."""


@dataclass(frozen=True, slots=True)
class RunningClock:
    kind: str
    warn_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    report: Report
    clock: RunningClock | None
    projects: tuple[str, ...]

    @property
    def where(self) -> str:
        """What it concerns, in a few words."""
        names = ", ".join(self.projects)
        if self.report.dependency_name:
            return f"{names}, by {self.report.dependency_name}" if names else self.report.dependency_name
        return names or "project not known yet"

    @property
    def promise(self) -> str:
        return SHORT[ClockKind(self.clock.kind)] if self.clock else ""

    @property
    def passes(self) -> str:
        """What happens when the deadline passes."""
        return WHAT_HAPPENS[ClockKind(self.clock.kind)] if self.clock else ""

    @property
    def is_new(self) -> bool:
        return self.report.state == State.RECEIVED


type ListedRow = tuple[object, ...]

FIELDS = Report._meta.concrete_fields  # noqa: SLF001 - Django documents it in spite of its name
SHOWN = [field.attname for field in FIELDS if field.name in {"id", "coordinator", *LISTED}]
OF_THE_COORDINATOR = ["id", "github_login", "name"]
WIDTH = len(SHOWN) + len(OF_THE_COORDINATOR)


def listed(reports: ReportQuerySet, *, most: int) -> Question[ListedRow]:
    """`for_lists` as a question; `report_of` makes reports of its rows."""
    coordinator = [f"coordinator__{name}" for name in OF_THE_COORDINATOR]
    return Question.of(reports.values_list(*SHOWN, *coordinator)[:most])


def listed_apart(lists: Sequence[ReportQuerySet], *, most: int) -> Question[ListedRow]:
    """Several lists in one question. Each row ends in the place of its list; within one, in any order."""
    names = [*SHOWN, *(f"coordinator__{name}" for name in OF_THE_COORDINATOR)]
    parts = [
        reports.values_list(*names, Constant(place, output_field=IntegerField()))[:most]
        for place, reports in enumerate(lists)
    ]
    return Question.of(parts[0].union(*parts[1:], all=True).order_by())


def report_of(row: ListedRow) -> Report:
    report = Report.from_db(DEFAULT_DB_ALIAS, SHOWN, row[: len(SHOWN)])
    if report.coordinator_id is not None:
        report.coordinator = User.from_db(DEFAULT_DB_ALIAS, OF_THE_COORDINATOR, row[len(SHOWN) : WIDTH])
    return report


@remembered
def _running_clocks(count: int) -> Question[tuple[int, str, datetime, datetime]]:
    running = Clock.objects.filter(report__in=places(count), stopped_at=None).order_by("due_at")
    return Question.of(running.values_list("report_id", "kind", "warn_at", "due_at"))


@remembered
def _named_projects(count: int) -> Question[tuple[int, str]]:
    named = AffectedProject.objects.filter(report__in=places(count)).order_by("project__name")
    return Question.of(named.values_list("report_id", "project__name"))


def rows_of(reports: Iterable[Report]) -> list[Row]:
    reports = list(reports)
    ids = [report.pk for report in reports]
    if not ids:
        return []
    clocks: dict[int, RunningClock] = {}
    values: dict[Value, Value] = dict(zip(places(len(ids)), ids, strict=True))
    for report_id, kind, warn_at, due_at in _running_clocks(len(ids)).ask(values):
        clocks.setdefault(report_id, RunningClock(kind, warn_at, due_at))
    projects: dict[int, list[str]] = defaultdict(list)
    for report_id, name in _named_projects(len(ids)).ask(values):
        projects[report_id].append(name)
    return [Row(report, clocks.get(report.pk), tuple(projects[report.pk])) for report in reports]
