"""What the slot adviser must know of one release, as far as whoever plans it may know it (P14)."""

from datetime import date, datetime, timedelta

from django.conf import settings

from disclosures.crew import Crew
from portal.policy.slots import Advice, Circumstances, Duty, Slot, advise, slot_on
from reports import notices
from reports.models import Report

APPROVERS = 2
"""Whoever approves an advisory has not written it: with one person alone a slip of the pen could not be mended."""
WEEK = timedelta(days=7)


def advice_for(report: Report, *, crew: Crew, now: datetime) -> Advice:
    today = settings.POLICY.calendar.day_of(now)
    return advise(today, circumstances=circumstances_of(report, crew=crew, now=now), policy=settings.POLICY)


def slot_for(day: date, *, known: Circumstances, now: datetime) -> Slot:
    today = settings.POLICY.calendar.day_of(now)
    return slot_on(day, today=today, circumstances=known, policy=settings.POLICY)


def circumstances_of(report: Report, *, crew: Crew, now: datetime) -> Circumstances:
    """Of other disclosures, only those that the viewer may see: nobody learns of another report by this one."""
    return Circumstances(
        duties=_duties(report, crew),
        absences=crew.absences,
        others=_other_days(report, since=settings.POLICY.calendar.day_of(now) - WEEK),
        reporter_discloses_on=report.reporter_discloses_on,
        is_exploited=report.exploited,
    )


def _duties(report: Report, crew: Crew) -> list[Duty]:
    """What has to be done on the day. Where nobody can do it at all, that is said of the patch team, and of no day."""
    named = report.affected_projects.filter(project__archived_at=None, project__in=crew.releasers)
    leading = crew.leads | ({report.coordinator_id} if report.coordinator_id is not None else set())
    team = notices.team_of(report).values_list("pk", flat=True)
    return [
        *(
            Duty(what=f"releases {name}", people=frozenset(person.pk for person in crew.releasers[project]))
            for project, name in named.values_list("project_id", "project__name")
        ),
        Duty(what="coordinates it or leads the fix", people=frozenset(leading)),
        Duty(what="approves advisories", people=crew.working | frozenset(team), fewest=APPROVERS),
    ]


def _other_days(report: Report, *, since: date) -> list[date]:
    others = Report.objects.open().filter(release_planned_on__gte=since, is_rehearsal=False).exclude(pk=report.pk)
    return [day for day in others.order_by().values_list("release_planned_on", flat=True) if day is not None]
