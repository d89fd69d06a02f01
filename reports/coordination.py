"""Who looks after a report, and what we wait for."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from portal.policy import Clause, deadlines, enforces
from reports import cvss_ratings, history, notices
from reports.access import Permission
from reports.enums import Channel, Errand, EventKind, NoticeKind
from reports.github_reports import errands
from reports.guards import Refused, demand
from reports.models import AffectedProject, Grant, Recusal, Report
from teams.models import Project, SecurityTeamMembership, User


@enforces(Clause.P2)
def take(report: Report, *, by: User, now: datetime) -> None:
    """Become the coordinator of a report that has none."""
    demand(by, Permission.COORDINATE, report)
    with transaction.atomic():
        if not Report.objects.filter(pk=report.pk, coordinator=None).update(coordinator=by):
            raise Refused("Somebody coordinates it already. Ask them to hand it over.")
        report.coordinator = by
        history.append(report, EventKind.COORDINATION_TAKEN, by=by, now=now)


@enforces(Clause.P2)
def hand_over(report: Report, *, to: User, by: User, now: datetime) -> None:
    """Make another member the coordinator, and tell them."""
    demand(by, Permission.COORDINATE, report)
    if not notices.team_of(report).filter(pk=to.pk).exists():
        raise Refused("Only a member of the security team who is not recused can coordinate it.")
    if report.coordinator_id == to.pk:
        raise Refused(f"{to} coordinates it already.")
    with transaction.atomic():
        changed = Report.objects.filter(pk=report.pk, coordinator=report.coordinator_id).update(coordinator=to)
        if not changed:
            raise Refused("The coordinator has just changed. Look at the report again.")
        report.coordinator = to
        event = history.append(report, EventKind.COORDINATION_HANDED_OVER, by=by, now=now, to=to.pk)
        if to != by:
            notices.tell_users(report, NoticeKind.HANDED_OVER, [to], fact=f"event:{event.pk}", now=now)


@enforces(Clause.P24, Clause.P25)
def free_abandoned(*, now: datetime) -> None:
    """Open reports whose coordinator left the team, or stands behind a wall, have none: the others' again (P21).

    Safe to run twice, or halfway. It looks at those who were members once, and asks only for what they coordinate.
    """
    current = User.objects.filter(is_active=True, pk__in=SecurityTeamMembership.objects.current().values("user_id"))
    former = list(
        User.objects.filter(pk__in=SecurityTeamMembership.objects.values("user_id"))
        .exclude(pk__in=current.values("pk"))
        .values_list("pk", flat=True)
    )
    walled = Recusal.objects.filter(lifted_at=None, user_id=F("report__coordinator"))
    granted = Grant.objects.in_force().filter(user_id=F("report__coordinator"))
    for abandoned in (
        Q(coordinator__in=former),
        Q(pk__in=walled.values("report_id")),
        Q(restricted_at__isnull=False, coordinator__isnull=False) & ~Q(pk__in=granted.values("report_id")),
    ):
        for report in Report.objects.open().filter(abandoned):
            free(report, now=now)


def free(report: Report, *, now: datetime, but: User | None = None) -> None:
    """Nobody coordinates it any more, and everybody who may know is told, except `but` who is about to lose sight."""
    with transaction.atomic():
        if Report.objects.filter(pk=report.pk, coordinator=report.coordinator_id).update(coordinator=None):
            event = history.append(report, EventKind.COORDINATION_ENDED, by=None, now=now, was=report.coordinator_id)
            notices.tell_team(report, NoticeKind.UNOWNED, fact=f"event:{event.pk}", now=now, but=but)
            report.coordinator = None


def wait_for_reporter(report: Report, *, by: User, now: datetime) -> None:
    """Say that the next word is the reporter's; they are reminded after the days that the policy gives."""
    demand(by, Permission.ANSWER, report)
    if report.channel == Channel.TEAM:
        raise Refused("Nobody outside reported it, so nobody can be waited for.")
    if report.is_closed:
        raise Refused("It is closed: there is nothing to wait for.")
    reminders = deadlines.reporter_reminders(now, policy=settings.POLICY)
    with transaction.atomic():
        changed = (
            Report.objects.open()
            .filter(pk=report.pk, waiting_since=None)
            .update(waiting_since=now, next_reminder_at=reminders[0] if reminders else None)
        )
        if changed:
            history.append(report, EventKind.WAITING_STARTED, by=by, now=now)
    report.refresh_from_db()


def stop_waiting(report: Report, *, by: User, now: datetime) -> None:
    demand(by, Permission.ANSWER, report)
    with transaction.atomic():
        changed = Report.objects.filter(pk=report.pk, waiting_since__isnull=False).update(
            waiting_since=None, next_reminder_at=None
        )
        if changed:
            history.append(report, EventKind.WAITING_ENDED, by=by, now=now)
    report.refresh_from_db()


def lift_quarantine(report: Report, *, by: User, now: datetime) -> None:
    """Say that a person has looked: it is a report like any other, and its reporter gets the receipt."""
    demand(by, Permission.REVIEW_QUARANTINE, report)
    with transaction.atomic():
        if not Report.objects.filter(pk=report.pk, quarantined_at__isnull=False).update(quarantined_at=None):
            raise Refused("It is not in quarantine any more.")
        report.quarantined_at = None
        history.append(report, EventKind.QUARANTINE_LIFTED, by=by, now=now)
        notices.tell_team(report, NoticeKind.NEW_REPORT, fact=f"report:{report.pk}", now=now, but=by)
        notices.tell_reporters(report, NoticeKind.RECEIPT, fact=f"report:{report.pk}", now=now)


def set_projects(report: Report, projects: Iterable[Project], *, by: User, now: datetime) -> None:
    """Name exactly these projects as affected. What the reporter named stays marked as theirs."""
    demand(by, Permission.ASSESS, report)
    wanted = {project.pk: project for project in projects}
    with transaction.atomic():
        present = set(report.affected_projects.values_list("project_id", flat=True))
        report.affected_projects.exclude(project_id__in=wanted).delete()
        AffectedProject.objects.bulk_create(
            (AffectedProject(report=report, project=project) for key, project in wanted.items() if key not in present),
            ignore_conflicts=True,  # somebody may be naming the same one
        )
        if present != set(wanted):
            history.append(report, EventKind.FACTS_CHANGED, by=by, now=now, fields=["projects"])


def assess(report: Report, *, vectors: Iterable[str], cwe_ids: Iterable[str], by: User, now: datetime) -> None:
    """Set severity by CVSS vectors, of 3.1 or 4.0 or one of each, and the weaknesses. No vector takes it back."""
    demand(by, Permission.ASSESS, report)
    found, weaknesses = cvss_ratings.assessment(vectors), list(dict.fromkeys(cwe_ids))
    if (found.cvss31, found.cvss40, weaknesses) == (report.cvss31_vector, report.cvss40_vector, report.cwe_ids):
        return
    with transaction.atomic():
        report.assess(
            cvss31=found.cvss31,
            cvss40=found.cvss40,
            score=found.rating.score if found.rating else None,
            severity=found.rating.severity if found.rating else "",
        )
        report.cwe_ids = weaknesses
        report.save(update_fields=["cvss31_vector", "cvss40_vector", "cvss_score", "severity", "cwe_ids"])
        history.append(report, EventKind.FACTS_CHANGED, by=by, now=now, fields=["severity", "weakness"])
        errands.wish(report, Errand.SEVERITY, now=now)
