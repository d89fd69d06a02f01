"""The same decision on several reports: each by itself, so that one that is refused holds up no other."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.text import get_text_list

from reports import coordination, lifecycle
from reports.guards import Decision, Refused
from reports.keyset import PAGE
from reports.lifecycle import Move
from reports.models import Report
from reports.rows import Row, rows_of
from teams.models import User

MOST = PAGE
"""Reports of one decision: as many as a page of the queue shows."""


NO_STEP = "“{label}” is no step from there: it will be left as it is."


@dataclass(slots=True)
class Outcome:
    done: list[Report] = field(default_factory=list)
    refused: list[tuple[Report, str]] = field(default_factory=list)

    @property
    def references(self) -> str:
        return get_text_list([report.reference for report in self.done], "and")


@dataclass(frozen=True, slots=True)
class Choice:
    """A report that a decision may be about. `note`: what will happen to it, if that is not what happens to all."""

    row: Row
    checked: bool = True
    note: str = ""


def chosen(references: Iterable[str]) -> list[Report]:
    """Those of `references` that the viewer may read, the nearest deadline first."""
    wanted = [reference for reference in references if "\x00" not in reference][:MOST]
    return list(Report.objects.filter(reference__in=wanted).select_related("coordinator").by_nearest_deadline())


def quarantined(references: Iterable[str]) -> list[Report]:
    """The same, without those that somebody else has looked at meanwhile."""
    return [report for report in chosen(references) if report.quarantined_at]


def choices_of(reports: Iterable[Report], step: Move, *, checked: Container[str] | None = None) -> list[Choice]:
    """`reports` as a page offers them; of those `checked` by their references the others are left out of the choice."""
    sources, label = lifecycle.TABLE[step].sources, lifecycle.TABLE[step].label
    return [
        Choice(
            row,
            checked=checked is None or row.report.reference in checked,
            note="" if row.report.state in sources else NO_STEP.format(label=label),
        )
        for row in rows_of(reports)
    ]


def move_all(reports: Iterable[Report], step: Move, *, by: User, decision: Decision, now: datetime) -> Outcome:
    outcome = Outcome()
    for report in reports:
        try:
            lifecycle.move(report, step, by=by, decision=decision, now=now)
        except Refused as refusal:
            outcome.refused.append((report, str(refusal)))
        else:
            outcome.done.append(report)
    return outcome


def lift_all(reports: Iterable[Report], *, by: User, now: datetime) -> Outcome:
    """Out of quarantine: reports like any other."""
    outcome = Outcome()
    for report in reports:
        try:
            coordination.lift_quarantine(report, by=by, now=now)
        except Refused as refusal:
            outcome.refused.append((report, str(refusal)))
        else:
            outcome.done.append(report)
    return outcome
