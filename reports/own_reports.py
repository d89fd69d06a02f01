"""Reports that the team itself opens: nobody outside waits for an answer, so no promise runs on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports import history, notices, search
from reports.enums import Channel, EventKind, State
from reports.guards import Refused
from reports.models import AffectedProject, Report
from reports.models.people import hash_key
from teams.models import Project, User


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReport:
    """`token`: the form's own secret, by which a repetition is known. `assessed_like`: a report as bad as this one."""

    token: str
    summary: str
    description: str
    projects: Sequence[Project]
    assessed_like: Report | None = None


@enforces(Clause.P2)
def open_own(told: OwnReport, *, by: User, now: datetime) -> Report:
    """In triage, and coordinated by whoever opens it: a member of the security team."""
    return _open(told, by=by, now=now, state=State.TRIAGE, is_rehearsal=False)


def open_rehearsal(told: OwnReport, *, by: User, now: datetime) -> Report:
    """Made up, and as far as a report whose fix is being made."""
    return _open(told, by=by, now=now, state=State.FIXING, is_rehearsal=True)


def _open(told: OwnReport, *, by: User, now: datetime, state: State, is_rehearsal: bool) -> Report:
    with acting_as(SYSTEM), transaction.atomic():
        report = Report(
            submission=hash_key(told.token),
            channel=Channel.TEAM,
            state=state,
            received_at=now,
            state_since=now,
            changed_at=now,
            summary=told.summary,
            description=told.description,
            coordinator=by,
            is_rehearsal=is_rehearsal,
        )
        if like := told.assessed_like:
            report.assess(
                cvss31=like.cvss31_vector,
                cvss40=like.cvss40_vector,
                score=like.cvss_score,
                severity=like.severity,
            )
            report.cwe_ids = like.cwe_ids
        report.save()
        if not notices.team_of(report).filter(pk=by.pk).exists():
            raise Refused("Only a member of the security team opens a report of the team's own.")
        AffectedProject.objects.bulk_create(AffectedProject(report=report, project=each) for each in told.projects)
        search.index(report)
        history.begin(report, EventKind.RECEIVED, by=by, now=now, channel=Channel.TEAM.value)
    return report


def close_rehearsal(report: Report, *, by: User, now: datetime) -> None:
    """From wherever it stands: it was made up, and nothing is left to be done."""
    if not report.is_rehearsal:
        raise Refused("It is no rehearsal.")
    with transaction.atomic():
        standing = Report.objects.filter(pk=report.pk, is_rehearsal=True, closed_at=None)
        if not standing.update(state=State.CLOSED, state_since=now, closed_at=now):
            raise Refused("It is closed already.")
        history.append(report, EventKind.CLOSED, by=by, now=now, to=State.CLOSED.value)
    report.refresh_from_db()
