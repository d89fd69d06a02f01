"""What people of the team did in the sample's stories, each by the verb that a page would call."""

from datetime import datetime
from typing import Protocol

from portal.demo.sample import story
from portal.demo.sample.story import Step
from reports import clocks, conversation, coordination, lifecycle, sharing, walls
from reports.enums import Role, State
from reports.guards import Decision
from reports.lifecycle import Move
from reports.models import Report
from teams.models import Project, User


class Known(Protocol):
    people: dict[str, User]
    projects: dict[str, Project]
    reports: dict[str, Report]


def do(step: Step, report: Report, *, by: User, now: datetime, telling: Known) -> None:
    match step:
        case story.Acknowledge():
            decision = Decision(message=step.message, take_coordination=step.take)
            lifecycle.move(report, Move.ACKNOWLEDGE, by=by, decision=decision, now=now)
        case story.Identify():
            decision = Decision(message=step.message, waiver=step.waiver)
            lifecycle.move(report, Move.IDENTIFY, by=by, decision=decision, now=now)
        case story.Decline():
            other = telling.reports[step.duplicate_of] if step.duplicate_of else None
            decision = Decision(message=step.message, reason=step.reason, duplicate_of=other)
            lifecycle.move(report, Move.DECLINE, by=by, decision=decision, now=now)
        case story.Reopen():
            decision = Decision(explanation=step.explanation)
            lifecycle.move(report, Move.REOPEN, by=by, decision=decision, now=now)
        case story.Answer():
            conversation.answer(report, step.message, by=by, now=now)
        case story.Note():
            conversation.note(report, step.message, by=by, now=now)
        case _:
            _look_after(step, report, by=by, now=now, telling=telling)


def _look_after(step: Step, report: Report, *, by: User, now: datetime, telling: Known) -> None:
    match step:
        case story.Take():
            coordination.take(report, by=by, now=now)
        case story.HandOver():
            coordination.hand_over(report, to=telling.people[step.to], by=by, now=now)
        case story.Wait():
            coordination.wait_for_reporter(report, by=by, now=now)
        case story.Assess():
            coordination.assess(report, vector=step.vector, cwe_ids=[step.weakness], by=by, now=now)
            if step.projects:
                projects = [telling.projects[name] for name in step.projects]
                coordination.set_projects(report, projects, by=by, now=now)
        case story.Share():
            sharing.share(report, to=telling.people[step.to], role=Role.DEVELOPER, reason=step.reason, by=by, now=now)
        case story.Recuse():
            walls.recuse(report, who=by, reason=step.reason, by=by, now=now)
        case story.Reach():
            _place(report, step.state, by=by, now=now)


def _place(report: Report, state: State, *, by: User, now: datetime) -> None:
    """The one place that writes a state without a move: these states have no moves of their own yet."""
    closing = state == State.CLOSED
    Report.objects.filter(pk=report.pk).update(
        state=state, state_since=now, changed_at=now, closed_at=now if closing else None
    )
    if closing:
        clocks.stop_all(report, by=by, now=now)
