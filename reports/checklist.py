"""The patch team's work in each affected project: what is to be done, by whom and when, and what is done (P27)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from portal.policy import Clause, deadlines, enforces
from portal.policy.deadlines import ReleaseDay
from reports import history
from reports.access import Permission
from reports.enums import PATCH_ROLES, REQUIRED_WORK, EventKind, Work
from reports.guards import Refused, demand
from reports.models import ChecklistItem, Grant, ProjectFix, Report
from teams.models import Project, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One line of the checklist, whether or not anybody has said anything about it."""

    work: Work
    item: ChecklistItem | None

    @property
    def is_required(self) -> bool:
        return self.work in REQUIRED_WORK

    @property
    def is_done(self) -> bool:
        return self.item is not None and self.item.done_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectWork:
    """The work in one affected project."""

    project: Project
    fix: ProjectFix
    parts: Sequence[Part]

    @property
    def fork_host(self) -> str:
        """Where the link leads, so that nobody follows it unawares."""
        return urlsplit(self.fix.fork_url).hostname or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is meant for one project. `owners` and `days`: who does a part, and by when; empty for undecided."""

    fixed_version: str = ""
    fork_url: str = ""
    owners: Mapping[Work, User | None] = field(default_factory=dict)
    days: Mapping[Work, date | None] = field(default_factory=dict)


def checklist_of(report: Report) -> list[ProjectWork]:
    """By the projects' names. Three queries."""
    items = ChecklistItem.objects.filter(report=report).select_related("owner", "done_by")
    kept = {(item.project_id, item.work): item for item in items}
    fixes = {fix.project_id: fix for fix in report.fixes.all()}
    return [
        ProjectWork(
            project=named.project,
            fix=fixes.get(named.project_id) or ProjectFix(report=report, project=named.project),
            parts=[Part(work=work, item=kept.get((named.project_id, work.value))) for work in Work],
        )
        for named in report.affected_projects.select_related("project")
    ]


def team_of(report: Report) -> QuerySet[User]:
    """Who may own a part: the patch team."""
    on_it = Grant.objects.in_force().filter(report=report, role__in=PATCH_ROLES)
    return User.objects.filter(is_active=True, pk__in=on_it.values("user_id"))


@enforces(Clause.P27)
def plan(report: Report, project: Project, *, meant: Plan, by: User, now: datetime) -> None:
    """Keep what is meant for `project`. Parts that `meant` says nothing of stay as they are."""
    _demand_work(report, project, by=by)
    owners = {owner for owner in meant.owners.values() if owner is not None}
    if not owners <= set(team_of(report)):
        raise Refused("Only somebody on the patch team can own a part of the work.")
    with transaction.atomic():
        changed = _keep_fix(report, project, meant)
        for work in Work:
            if (work in meant.owners or work in meant.days) and _keep_part(report, project, work, meant):
                changed.append(work.label)
        if changed:
            history.append(report, EventKind.FIX_CHANGED, by=by, now=now, project=project.pk, fields=changed)


def tick(report: Report, project: Project, work: Work, *, done: bool, by: User, now: datetime) -> None:
    """Say that a part is done, or that it is not after all. Said twice, it is kept once."""
    _demand_work(report, project, by=by)
    with transaction.atomic():
        item, _ = ChecklistItem.objects.get_or_create(report=report, project=project, work=work)
        changed = ChecklistItem.objects.filter(pk=item.pk, done_at__isnull=done).update(
            done_at=now if done else None, done_by=by if done else None
        )
        if changed:
            kind = EventKind.WORK_DONE if done else EventKind.WORK_REOPENED
            history.append(report, kind, by=by, now=now, project=project.pk, work=work.value)


@enforces(Clause.P14)
def plan_day(report: Report, day: date, *, by: User, now: datetime) -> ReleaseDay:
    """Plan the release for `day`. Whether it suits those who must update is told, and recorded, and theirs to weigh."""
    demand(by, Permission.PUBLISH, report)
    _refuse_closed(report)
    if day < settings.POLICY.calendar.day_of(now):
        raise Refused("That day is over: choose today or a later one.")
    verdict = deadlines.release_day_verdict(day, policy=settings.POLICY)
    if day != report.release_planned_on:
        with transaction.atomic():
            Report.objects.filter(pk=report.pk).update(release_planned_on=day)
            advice = verdict.advice.value
            history.append(report, EventKind.DAY_PLANNED, by=by, now=now, day=day.isoformat(), advice=advice)
        report.release_planned_on = day
    return verdict


def _demand_work(report: Report, project: Project, *, by: User) -> None:
    demand(by, Permission.FIX, report)
    _refuse_closed(report)
    if not report.affected_projects.filter(project=project).exists():
        raise Refused(f"{project} is not named as affected.")


def _refuse_closed(report: Report) -> None:
    if report.is_closed:
        raise Refused("It is closed: there is nothing to do any more.")


def _keep_fix(report: Report, project: Project, meant: Plan) -> list[str]:
    """The names of what has changed."""
    fix, _ = ProjectFix.objects.get_or_create(report=report, project=project)
    changed = []
    if fix.fixed_version != meant.fixed_version:
        changed.append("fixed version")
    if fix.fork_url != meant.fork_url:
        changed.append("private fork")
    if changed:
        fix.fixed_version, fix.fork_url = meant.fixed_version, meant.fork_url
        fix.save(update_fields=["fixed_version", "fork_url"])
    return changed


def _keep_part(report: Report, project: Project, work: Work, meant: Plan) -> bool:
    """Whether anything has changed."""
    said = {"owner": meant.owners.get(work), "due_on": meant.days.get(work)}
    item = ChecklistItem.objects.filter(report=report, project=project, work=work).select_related("owner").first()
    present = {"owner": item.owner, "due_on": item.due_on} if item else {"owner": None, "due_on": None}
    if said == present:
        return False
    ChecklistItem.objects.update_or_create(report=report, project=project, work=work, defaults=said)
    return True
