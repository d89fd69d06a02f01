"""A report as one line of a list: with its running clock, projects and group, for any number in one query."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, DateTimeField, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models import Value as Constant

from reports.clocks import WHAT_HAPPENS
from reports.enums import ClockKind, State
from reports.models import AffectedProject, Clock, Grouping, Report
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
class Group:
    """`others` of it that the viewer sees, at least one."""

    name: str
    others: int


@dataclass(frozen=True, slots=True)
class Row:
    report: Report
    clock: RunningClock | None
    projects: tuple[str, ...]
    group: Group | None = None

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


CLOCK, PROJECT, GROUP = range(3)
"""What a row that stands beside a report tells of."""

type Beside = tuple[int, int, str, int, datetime | None, datetime | None]
"""The report's id; what the row tells of, and its name; how many others a group has; when a clock warns and is due."""


@remembered
def _beside(count: int) -> Question[Beside]:
    """The running clocks of each report, the projects, and the group with the number of others that the viewer sees."""
    clocks = Clock.objects.filter(report__in=places(count), stopped_at=None).order_by()
    named = AffectedProject.objects.filter(report__in=places(count)).order_by()
    own = Grouping.objects.filter(ended_at=None, report__in=places(count)).order_by()
    groups = own.annotate(others=_others()).filter(others__isnull=False)
    never = Constant(None, output_field=DateTimeField())
    return Question.of(
        clocks.values_list("report_id", Constant(CLOCK), "kind", Constant(0), "warn_at", "due_at").union(
            named.values_list("report_id", Constant(PROJECT), "project__name", Constant(0), never, never),
            groups.values_list("report_id", Constant(GROUP), "group", "others", never, never),
            all=True,
        )
    )


def in_groups() -> QuerySet[Grouping]:
    """Who stands in a group with another report that the viewer sees."""
    return Grouping.objects.filter(ended_at=None).annotate(others=_others()).filter(others__isnull=False)


def _others() -> Subquery:
    """How many others the viewer sees in the group of a report; null for none."""
    others = Grouping.objects.filter(ended_at=None, group=OuterRef("group")).exclude(report=OuterRef("report"))
    return Subquery(others.order_by().values("group").annotate(number=Count("pk")).values("number"))


def rows_of(reports: Iterable[Report]) -> list[Row]:
    reports = list(reports)
    ids = [report.pk for report in reports]
    if not ids:
        return []
    values: dict[Value, Value] = dict(zip(places(len(ids)), ids, strict=True))
    clocks: dict[int, list[RunningClock]] = defaultdict(list)
    projects: dict[int, list[str]] = defaultdict(list)
    groups: dict[int, Group] = {}
    for report_id, what, name, others, warn_at, due_at in _beside(len(ids)).ask(values):
        if what == PROJECT:
            projects[report_id].append(name)
        elif what == GROUP:
            groups[report_id] = Group(name, others)
        elif warn_at and due_at:
            clocks[report_id].append(RunningClock(name, warn_at, due_at))
    return [
        Row(
            report,
            min(clocks[report.pk], key=lambda clock: clock.due_at, default=None),
            tuple(sorted(projects[report.pk])),
            groups.get(report.pk),
        )
        for report in reports
    ]
