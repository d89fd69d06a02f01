"""Where a report stands, in a reporter's words."""

from datetime import UTC, datetime

import pytest

from reports import progress
from reports.enums import DeclineReason, EventKind, State
from reports.models import Report

ARRIVED = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
READ = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
MILESTONES = {EventKind.ACKNOWLEDGED: READ}


def way_of(state: State, *, decline_reason: str = "") -> list[tuple[str, str]]:
    report = Report(state=state, received_at=ARRIVED, decline_reason=decline_reason, closed_at=READ)
    return [(step.label, step.place) for step in progress.steps(report, MILESTONES)]


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_headline_and_says_what_comes_next(state: State) -> None:
    report = Report(state=state, received_at=ARRIVED)

    assert progress.headline(report)
    assert progress.what_next(report)


@pytest.mark.parametrize("reason", DeclineReason)
def test_every_reason_to_decline_is_told_in_plain_words(reason: DeclineReason) -> None:
    report = Report(state=State.CLOSED, received_at=ARRIVED, decline_reason=reason)

    assert progress.what_next(report) not in progress.NEXT.values()


@pytest.mark.parametrize(
    ("state", "current"),
    [
        (State.RECEIVED, "Received"),
        (State.TRIAGE, "Being checked"),
        (State.IDENTIFIED, "Being fixed"),
        (State.FIXING, "Being fixed"),
        (State.READY, "Being fixed"),
        (State.RELEASED, "Released"),
        (State.DISCLOSED, "Published"),
    ],
)
def test_what_is_past_is_done_and_what_is_ahead_is_not(state: State, current: str) -> None:
    labels, places = zip(*way_of(state), strict=True)

    here = labels.index(current)
    assert labels == ("Received", "Read by a person", "Being checked", "Being fixed", "Released", "Published")
    assert places == ("done",) * here + ("current",) + ("ahead",) * (5 - here)


def test_a_report_closed_after_its_publication_has_gone_the_whole_way() -> None:
    assert {place for _, place in way_of(State.CLOSED)} == {"done"}


def test_a_declined_report_has_a_short_way() -> None:
    way = way_of(State.CLOSED, decline_reason=DeclineReason.INTENDED)

    assert way == [("Received", "done"), ("Read by a person", "done"), ("Closed", "current")]


def test_days_are_those_of_the_organisation() -> None:
    report = Report(state=State.TRIAGE, received_at=ARRIVED)

    days = [step.when for step in progress.steps(report, MILESTONES)]

    assert days == ["18 Nov", "19 Nov", "", "", "", ""]
