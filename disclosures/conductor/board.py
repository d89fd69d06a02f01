"""The day as people read it: what each repository still needs, and why it waits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Exists, OuterRef

from disclosures.conductor import order, words
from disclosures.conductor.engine import place_of
from disclosures.conductor.order import Progress
from disclosures.enums import AdvisoryState, ReleaseState, RepositoryAdvisoryState, StepKind, StepState
from disclosures.models import Release, RepositoryAdvisory, Step
from reports.models import Report

TONES: Final = {StepState.DONE: "calm", StepState.FAILED: "late", StepState.RUNNING: "accent"}
ICONS: Final = {
    StepState.DONE: "check",
    StepState.SKIPPED: "minus",
    StepState.FAILED: "exclamation-triangle",
    StepState.RUNNING: "arrow-path",
    StepState.WAITING: "clock",
}
BLOCKED: Final = "pause"
ADVISORY_TONES: Final = {
    RepositoryAdvisoryState.PUBLISHED: "calm",
    RepositoryAdvisoryState.CLOSED: "late",
    RepositoryAdvisoryState.WITHDRAWN: "late",
}
ADVISORY_ICONS: Final = {
    RepositoryAdvisoryState.ABSENT: "clock",
    RepositoryAdvisoryState.TRIAGE: "inbox",
    RepositoryAdvisoryState.DRAFT: "pencil",
    RepositoryAdvisoryState.PUBLISHED: "megaphone",
    RepositoryAdvisoryState.CLOSED: "no-symbol",
    RepositoryAdvisoryState.WITHDRAWN: "no-symbol",
}
RELEASE_TONES: Final = {
    ReleaseState.PUBLISHED: "calm",
    ReleaseState.DELETED: "late",
    ReleaseState.RETAGGED: "late",
    ReleaseState.DOUBTFUL: "late",
}
RELEASE_ICONS: Final = {
    ReleaseState.PLANNED: "clock",
    ReleaseState.DRAFT: "pencil",
    ReleaseState.PRERELEASE: "beaker",
    ReleaseState.PUBLISHED: "rocket-launch",
    ReleaseState.DELETED: "exclamation-triangle",
    ReleaseState.RETAGGED: "exclamation-triangle",
    ReleaseState.DOUBTFUL: "eye",
}
ORDER: Final = {kind: place for place, kind in enumerate(StepKind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    step: Step
    label: str
    word: str
    tone: str
    icon: str
    why: str
    at: datetime | None
    can_be_tried: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A release as it was last seen."""

    row: Release
    word: str
    tone: str
    icon: str
    is_doubted: bool
    """A person has to say whether it is the right one."""
    can_be_turned_away: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class There:
    """An advisory as it was last seen on GitHub."""

    row: RepositoryAdvisory
    word: str
    tone: str
    icon: str
    fork_url: str
    """Of its private fork; empty if there is none."""
    is_behind: bool
    """Our own page says something newer."""

    @property
    def is_withdrawn_there_alone(self) -> bool:
        """Our own page still stands."""
        withdrawn = self.row.state == RepositoryAdvisoryState.WITHDRAWN
        return withdrawn and self.row.advisory.state == AdvisoryState.PUBLISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The steps in one repository, or of the report as a whole."""

    title: str
    lines: Sequence[Line]
    release: Seen | None = None
    advisories: Sequence[There] = ()

    @property
    def is_done(self) -> bool:
        return all(line.step.state in order.DONE for line in self.lines)

    @property
    def on_github(self) -> Sequence[There]:
        return [there for there in self.advisories if there.row.ghsa_id]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    groups: Sequence[Group]
    rows: Sequence[RepositoryAdvisory]
    has_begun: bool
    """More than prepared."""
    failed: int
    done: int
    total: int

    @property
    def is_done(self) -> bool:
        return self.done == self.total


def board_of(report: Report, *, progress: Progress, steps: Sequence[Step] | None = None) -> Board:
    """Three queries beside those of `progress`; two where the steps are at hand, with project and advisory."""
    if steps is None:
        steps = list(report.steps.select_related("project", "advisory"))
    releases = {row.project_id: _seen(row) for row in report.releases.all()}
    is_behind = Exists(words.behind().filter(pk=OuterRef("pk")))
    rows = [
        (row, row.is_behind)
        for row in report.repository_advisories.select_related("advisory").annotate(is_behind=is_behind)
    ]
    many = len({step.advisory_id for step in steps if step.advisory_id}) > 1
    projects = {step.project.pk: step.project for step in steps if step.project is not None}
    groups = [
        Group(
            title=project.repository,
            lines=_lines((step for step in steps if step.project_id == number), progress, names_advisory=many),
            release=releases.get(number),
            advisories=[_there(row, is_behind=behind) for row, behind in rows if row.project_id == number],
        )
        for number, project in projects.items()
    ]
    if whole := _lines((step for step in steps if step.project_id is None), progress, names_advisory=many):
        groups.append(Group(title="The report as a whole", lines=whole))
    return Board(
        groups=groups,
        rows=[row for row, _ in rows],
        has_begun=any(step.kind == StepKind.RELEASED for step in steps),
        failed=sum(step.state == StepState.FAILED for step in steps),
        done=sum(step.state in order.DONE for step in steps),
        total=len(steps),
    )


def _there(row: RepositoryAdvisory, *, is_behind: bool) -> There:
    state = RepositoryAdvisoryState(row.state)
    return There(
        row=row,
        word=state.label,
        tone=ADVISORY_TONES.get(state, ""),
        icon=ADVISORY_ICONS[state],
        fork_url=f"{settings.GITHUB_WEB_URL}/{row.fork}" if row.fork else "",
        is_behind=is_behind,
    )


def _seen(row: Release) -> Seen:
    state = ReleaseState(row.state)
    return Seen(
        row=row,
        word=state.label,
        tone=RELEASE_TONES.get(state, ""),
        icon=RELEASE_ICONS[state],
        is_doubted=state in {ReleaseState.DOUBTFUL, ReleaseState.RETAGGED} and bool(row.seen_as),
        can_be_turned_away=bool(row.seen_as),
    )


def _lines(steps: Iterable[Step], progress: Progress, *, names_advisory: bool) -> list[Line]:
    return [
        _line(step, progress, names_advisory=names_advisory)
        for step in sorted(steps, key=lambda step: (ORDER[StepKind(step.kind)], step.pk))
    ]


def _line(step: Step, progress: Progress, *, names_advisory: bool) -> Line:
    state, label = StepState(step.state), StepKind(step.kind).label
    waits = order.waits_for(place_of(step), progress) if state not in order.DONE else ""
    is_blocked = bool(waits) and state is StepState.WAITING
    return Line(
        step=step,
        label=f"{label} ({step.advisory})" if names_advisory and step.advisory else label,
        word="not yet" if is_blocked else state.label,
        tone=TONES.get(state, ""),
        icon=BLOCKED if is_blocked else ICONS[state],
        why=waits if is_blocked else step.problem,
        at=step.done_at,
        can_be_tried=state in {StepState.FAILED, StepState.WAITING} and not is_blocked,
    )
