"""Where a report stands, in words for its reporter. They learn nothing of any other report (trap of duplicates)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.conf import settings

from reports.enums import DeclineReason, EventKind, State
from reports.models import Report

type Milestones = Mapping[EventKind, datetime]

HEADLINES: Final = {
    State.RECEIVED: "Your report has arrived",
    State.TRIAGE: "A maintainer is checking what you found",
    State.IDENTIFIED: "We confirmed what you found",
    State.FIXING: "A fix is being made",
    State.READY: "The fix is ready and waits for its release",
    State.RELEASED: "The fix is released",
    State.DISCLOSED: "It is fixed and published",
    State.CLOSED: "This report is closed",
}
NEXT: Final = {
    State.RECEIVED: "Next, a person of the security team reads it and writes to you.",
    State.TRIAGE: "Next, we tell you whether we could confirm it, or what we still need to know.",
    State.IDENTIFIED: "Next, the people who can fix it come together. Please keep it to yourself until the fix is out.",
    State.FIXING: "Next, the fix is tested. Please keep it to yourself until it is out.",
    State.READY: "Next, it is released. Please keep it to yourself until then.",
    State.RELEASED: "Next, we publish what it was about.",
    State.DISCLOSED: "Thank you. Some paperwork remains on our side.",
    State.CLOSED: "Nothing more is planned. You can still write to us here.",
}
DECLINED: Final = {
    DeclineReason.NOT_REPRODUCIBLE: "We tried, and could not make it happen. If you can show us more, write below.",
    DeclineReason.INTENDED: "What you saw is how it is meant to work.",
    DeclineReason.ORDINARY_BUG: "It is a bug that puts nobody at risk, so it can be mended in the open.",
    DeclineReason.OUT_OF_SCOPE: "It is about something that we cannot change. Our message says who can.",
    DeclineReason.DUPLICATE: "We knew of this problem already. You hear when it is fixed, and credit is open to you.",
    DeclineReason.ALREADY_PUBLIC: "It was public before it reached us.",
    DeclineReason.WITHDRAWN: "You asked us to withdraw it, and we have.",
    DeclineReason.SPAM: "We took it for something other than a report. If that is wrong, write below.",
}


class Place(StrEnum):
    DONE = "done"
    CURRENT = "current"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    place: Place
    when: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step of the way: `current` while the report is in one of these states, reached `by` an event."""

    label: str
    current: frozenset[State]
    by: EventKind | None = None


WAY: Final = (
    Milestone("Received", frozenset({State.RECEIVED})),
    Milestone("Read by a person", frozenset(), EventKind.ACKNOWLEDGED),
    Milestone("Being checked", frozenset({State.TRIAGE}), EventKind.IDENTIFIED),
    Milestone("Being fixed", frozenset({State.IDENTIFIED, State.FIXING, State.READY})),
    Milestone("Released", frozenset({State.RELEASED})),
    Milestone("Published", frozenset({State.DISCLOSED})),
)


def headline(report: Report) -> str:
    return HEADLINES[State(report.state)]


def what_next(report: Report) -> str:
    """What happens now; for a declined report, why nothing does."""
    if report.decline_reason:
        return DECLINED[DeclineReason(report.decline_reason)]
    if report.waiting_since is not None:
        return "We asked you something and wait for your answer: it is below."
    return NEXT[State(report.state)]


def steps(report: Report, milestones: Milestones) -> list[Step]:
    """The way from the report to its publication, or the short one to its decline."""
    if report.decline_reason:
        return [
            Step("Received", Place.DONE, _day(report.received_at)),
            Step("Read by a person", Place.DONE, _day(milestones.get(EventKind.ACKNOWLEDGED) or report.closed_at)),
            Step("Closed", Place.CURRENT, _day(report.closed_at)),
        ]
    here = next((place for place, step in enumerate(WAY) if report.state in step.current), len(WAY))
    return [_step(step, at=place, here=here, report=report, milestones=milestones) for place, step in enumerate(WAY)]


def _step(step: Milestone, *, at: int, here: int, report: Report, milestones: Milestones) -> Step:
    if at > here:
        return Step(step.label, Place.AHEAD)
    place = Place.CURRENT if at == here else Place.DONE
    if at == 0:
        return Step(step.label, place, _day(report.received_at))
    reached = milestones.get(step.by) if step.by and place is Place.DONE else None
    return Step(step.label, place, _day(reached))


def _day(moment: datetime | None) -> str:
    if moment is None:
        return ""
    there = moment.astimezone(settings.POLICY.calendar.zone)
    return f"{there.day} {there:%b}"
