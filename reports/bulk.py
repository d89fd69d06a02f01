"""The same decision on several reports: each by itself, so that one that is refused holds up no other."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.utils.text import get_text_list

from reports import coordination, lifecycle
from reports.flood import reproduction
from reports.guards import Decision, Refused
from reports.keyset import PAGE
from reports.lifecycle import Move
from reports.models import Report
from reports.rows import Row, rows_of
from teams.models import User

MOST = PAGE
"""Reports of one decision: as many as a page of the queue shows."""
NO_STEP = "“{label}” is no step from there: it will be left as it is."
LEFT = "{why} It will be left as it is."


class Together(StrEnum):
    """What can be done with several reports at once."""

    ACKNOWLEDGE = "acknowledge"
    ASK = "ask-to-reproduce"
    DECLINE = "decline"


MOVES = {Together.ACKNOWLEDGE: Move.ACKNOWLEDGE, Together.DECLINE: Move.DECLINE}
"""Those that are a step of the lifecycle."""


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


def choices(reports: Iterable[Report], verb: Together, *, now: datetime) -> list[Choice]:
    """`reports` as the page offers them before anything is done."""
    step = MOVES.get(verb)
    return choices_to_ask(reports, now=now) if step is None else choices_of(reports, step)


def choices_of(reports: Iterable[Report], step: Move, *, checked: Container[str] | None = None) -> list[Choice]:
    """`reports` as a page offers them; of those `checked` by their references the others are left out of the choice."""
    row = lifecycle.TABLE[step]
    left = {report.pk: NO_STEP.format(label=row.label) for report in reports if report.state not in row.sources}
    return _choices(reports, notes=left, checked=checked)


def choices_to_ask(reports: Iterable[Report], *, now: datetime) -> list[Choice]:
    """The same, for asking how to reproduce them."""
    reports = list(reports)
    lately = reproduction.asked_lately(*reports, now=now)
    why = {report.pk: reproduction.hindrance(report, asked_lately=report.pk in lately) for report in reports}
    return _choices(reports, notes={number: LEFT.format(why=said) for number, said in why.items() if said})


def _choices(
    reports: Iterable[Report], *, notes: Mapping[int, str], checked: Container[str] | None = None
) -> list[Choice]:
    return [
        Choice(
            row,
            checked=checked is None or row.report.reference in checked,
            note=notes.get(row.report.pk, ""),
        )
        for row in rows_of(reports)
    ]


def move_all(reports: Iterable[Report], step: Move, *, by: User, decision: Decision, now: datetime) -> Outcome:
    return _each(reports, lambda report: lifecycle.move(report, step, by=by, decision=decision, now=now))


def lift_all(reports: Iterable[Report], *, by: User, now: datetime) -> Outcome:
    """Out of quarantine: reports like any other."""
    return _each(reports, lambda report: coordination.lift_quarantine(report, by=by, now=now))


def ask_all(reports: Iterable[Report], text: str, *, by: User, take_coordination: bool, now: datetime) -> Outcome:
    """How each of them can be reproduced."""
    return _each(
        reports,
        lambda report: reproduction.ask(report, text, by=by, take_coordination=take_coordination, now=now),
    )


def _each(reports: Iterable[Report], verb: Callable[[Report], None]) -> Outcome:
    outcome = Outcome()
    for report in reports:
        try:
            verb(report)
        except Refused as refusal:
            outcome.refused.append((report, str(refusal)))
        else:
            outcome.done.append(report)
    return outcome
