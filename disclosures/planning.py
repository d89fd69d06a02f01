"""The plan of a release: for each affected project what is released, by whom and on which day (P12, P14).

The portal advises and a person decides. Nothing is ever published because a day came: a day that passes only asks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import F, Q, QuerySet

from disclosures.circumstances import circumstances_of, slot_for
from disclosures.crew import Crew, Person, crew_of
from disclosures.enums import ReleaseState
from disclosures.models import Release
from disclosures.tags import fits
from portal.policy import Clause, enforces
from portal.policy.slots import Circumstances, Slot
from reports import checklist, history, notices, sharing
from reports.access import Permission
from reports.enums import EventKind, NoticeKind, Role, State
from reports.guards import Refused, demand
from reports.models import Grant, Report
from teams.models import Project, User

BATCH = 100
MOST_SHOWN = 20
DONE = frozenset({State.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is meant for one project. No day of its own: the report's."""

    project: Project
    tag: str = ""
    releaser: User | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One day for all, and what is meant for each project. `reason`: why a day against the advice."""

    day: date
    parts: Sequence[Part]
    reason: str = ""

    def day_of(self, part: Part) -> date:
        return part.day or self.day


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """How far the plan is for one project. `release` is not saved yet if nobody has planned it."""

    project: Project
    release: Release
    fixed_version: str
    releasers: Sequence[Person]

    @property
    def is_out(self) -> bool:
        return self.release.state == ReleaseState.PUBLISHED

    @property
    def has_another_version(self) -> bool:
        return not fits(self.release.tag, self.fixed_version)


def plan_of(report: Report, *, crew: Crew) -> list[Planned]:
    """By the projects' names, without archived ones: nothing is released there. Two queries."""
    releases = {release.project_id: release for release in report.releases.select_related("releaser")}
    named = report.affected_projects.filter(project__archived_at=None).select_related("project")
    return [
        Planned(
            project=each.project,
            release=releases.get(each.project_id) or Release(report=report, project=each.project),
            fixed_version=crew.versions.get(each.project_id, ""),
            releasers=crew.releasers.get(each.project_id, ()),
        )
        for each in named
    ]


@enforces(Clause.P12, Clause.P14)
def plan(report: Report, *, meant: Plan, by: User, now: datetime) -> list[Slot]:
    """Keep what is meant; what speaks against the days that were chosen. A day against the advice takes a reason."""
    demand(by, Permission.PUBLISH, report)
    if report.state in DONE:
        raise Refused("It is closed: there is nothing to release any more.")
    with transaction.atomic():
        sharing.hold(report)
        crew = crew_of(report, now=now)
        _check(meant, plan_of(report, crew=crew), now=now)
        known = circumstances_of(report, crew=crew, now=now)
        slots = _weighed(meant, known=known, now=now)
        checklist.plan_day(report, meant.day, by=by, now=now)
        for part in meant.parts:
            _keep(report, part, meant, slots[meant.day_of(part)], by=by, now=now)
    return sorted(slots.values(), key=lambda slot: slot.day)


def _check(meant: Plan, present: Sequence[Planned], *, now: datetime) -> None:
    known = {planned.project.pk: planned for planned in present}
    today = settings.POLICY.calendar.day_of(now)
    for part in meant.parts:
        planned = known.get(part.project.pk)
        if planned is None:
            raise Refused(f"{part.project} is not named as affected.")
        able = {person.pk for person in planned.releasers}
        if part.releaser is not None and part.releaser.pk not in able:
            raise Refused(f"{part.releaser} is not on the patch team as somebody who may release {part.project}.")
        if not fits(part.tag, planned.fixed_version):
            raise Refused(
                f"“{part.tag}” is no tag of {planned.fixed_version}, which is named as the version with the fix in"
                f" {part.project}: change one of the two."
            )
        if meant.day_of(part) < today and not planned.is_out:
            raise Refused("That day is over: choose today or a later one.")
    if meant.parts and all(meant.day_of(part) != meant.day for part in meant.parts):
        raise Refused(f"No project is released on {meant.day.day} {meant.day:%B}: choose a day that one of them keeps.")


@enforces(Clause.P14)
def _weighed(meant: Plan, *, known: Circumstances, now: datetime) -> Mapping[date, Slot]:
    days = {meant.day, *(meant.day_of(part) for part in meant.parts)}
    slots = {day: slot_for(day, known=known, now=now) for day in days}
    against = [slot for slot in sorted(slots.values(), key=lambda slot: slot.day) if slot.takes_a_reason]
    if against and not meant.reason.strip():
        said = " ".join(f"Better not on {slot.day:%A} {slot.day.day} {slot.day:%B}: {slot.words}." for slot in against)
        raise Refused(f"{said} Choose another day, or say why it must be that one.")
    return slots


def _keep(report: Report, part: Part, meant: Plan, slot: Slot, *, by: User, now: datetime) -> None:
    release = report.releases.filter(project=part.project).first() or Release(report=report, project=part.project)
    if release.state == ReleaseState.PUBLISHED:
        return  # it is out: what was planned for it is history
    said = {
        "tag": part.tag,
        "releaser_id": part.releaser.pk if part.releaser else None,
        "planned_on": slot.day,
        "day_reason": meant.reason.strip() if slot.takes_a_reason else "",
    }
    if release.pk and all(getattr(release, name) == value for name, value in said.items()):
        return
    for name, value in said.items():
        setattr(release, name, value)
    release.save(update_fields=[name.removesuffix("_id") for name in said] if release.pk else None)
    history.append(
        report,
        EventKind.RELEASE_PLANNED,
        by=by,
        now=now,
        project=part.project.pk,
        day=slot.day.isoformat(),
        advice=slot.verdict.value,
        concerns=[remark.concern.name.lower() for remark in slot.remarks],
    )


def passed(*, now: datetime) -> QuerySet[Release]:
    """Whose day is over, without a release that was seen, as far as the viewer may know."""
    today = settings.POLICY.calendar.day_of(now)
    return (
        Release.objects.filter(planned_on__lt=today, project__archived_at=None)
        .exclude(state=ReleaseState.PUBLISHED)
        .exclude(report__state__in=DONE)
        .order_by("planned_on", "pk")
    )


def references_of_passed(*, now: datetime) -> ArraySubquery:
    """Of the reports, the longest ago first, for a place in another question; at most as many as one looks through."""
    return ArraySubquery(passed(now=now).values("report__reference")[:MOST_SHOWN])


@enforces(Clause.P12)
def ask_about_days_that_passed(*, now: datetime) -> None:
    """Once for each day that was planned, those who plan are asked what to do. Safe to run twice, or halfway."""
    due = passed(now=now).filter(Q(asked_after=None) | ~Q(asked_after=F("planned_on")))
    with transaction.atomic():
        rows = due.select_related("report__coordinator", "releaser")
        # Whoever plans has the report locked before its releases, so that nobody waits in a circle.
        for release in rows.select_for_update(skip_locked=True, no_key=True, of=("self", "report"))[:BATCH]:
            _ask(release, now=now)


def _ask(release: Release, *, now: datetime) -> None:
    report, day = release.report, release.planned_on
    if day is None:
        return
    Release.objects.filter(pk=release.pk).update(asked_after=day)
    history.append(report, EventKind.DAY_PASSED, by=None, now=now, project=release.project_id, day=day.isoformat())
    fact = f"day:{report.pk}:{day}"
    notices.tell_coordinator(report, NoticeKind.DAY_PASSED, fact=fact, now=now)
    leading = Grant.objects.in_force().filter(report=report, role=Role.LEAD, user__is_active=True)
    people = {grant.user for grant in leading.select_related("user") if grant.user} | {release.releaser}
    notices.tell_users(report, NoticeKind.DAY_PASSED, [user for user in people if user], fact=fact, now=now)
