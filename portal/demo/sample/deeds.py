"""What people of the team did in the sample's stories, each by the verb that a page would call."""

from datetime import datetime
from typing import Protocol

from portal.demo.sample import disclosing, story
from portal.demo.sample.story import Step
from reports import checklist, conversation, coordination, engagement, lifecycle, patch_team, sharing, walls
from reports.checklist import Plan
from reports.enums import REQUIRED_WORK, Role
from reports.flood import grouping
from reports.guards import Decision
from reports.lifecycle import Move
from reports.models import Invitation, Report
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
        case story.Ask() | story.Assemble() | story.MakeReady():
            _fix(step, report, by=by, now=now, telling=telling)
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
            coordination.assess(report, vectors=[step.vector], cwe_ids=[step.weakness], by=by, now=now)
            if step.projects:
                projects = [telling.projects[name] for name in step.projects]
                coordination.set_projects(report, projects, by=by, now=now)
        case story.Trust():
            engagement.trust(report, by=by, now=now)
        case story.Share():
            sharing.share(report, to=telling.people[step.to], role=Role.DEVELOPER, reason=step.reason, by=by, now=now)
        case story.Group():
            grouping.group(telling.reports[step.other], [report], by=by, now=now)
        case story.Recuse():
            walls.recuse(report, who=by, reason=step.reason, by=by, now=now)
        case _:
            disclosing.do(step, report, by=by, now=now)


def _fix(
    step: story.Ask | story.Assemble | story.MakeReady, report: Report, *, by: User, now: datetime, telling: Known
) -> None:
    match step:
        case story.Ask():
            who = telling.people[step.to]
            patch_team.ask(report, who=who, role=step.role, reason=step.reason, by=by, now=now)
        case story.Assemble():
            for login, role in step.team:
                _join(report, telling.people[login], role, by=by, now=now)
            lifecycle.move(report, Move.ASSEMBLE, by=by, decision=Decision(), now=now)
        case story.MakeReady():
            for name, version in step.versions:
                project = telling.projects[name]
                checklist.plan(report, project, meant=Plan(fixed_version=version), by=by, now=now)
                for work in REQUIRED_WORK:
                    checklist.tick(report, project, work, done=True, by=by, now=now)
            disclosing.plan(report, step, by=by, now=now)
            lifecycle.move(report, Move.MARK_READY, by=by, decision=Decision(), now=now)


def _join(report: Report, who: User, role: Role, *, by: User, now: datetime) -> None:
    asked = patch_team.ask(report, who=who, role=role, reason="Maintains what is affected.", by=by, now=now)
    if isinstance(asked, Invitation):
        patch_team.accept(asked, by=who, now=now)
