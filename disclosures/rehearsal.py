"""Trying out the day of a release: a made-up report goes all the way, against a GitHub of our own.

It is in no list and no figure, is never public, and nobody outside the team hears of it. In the end it is closed and
erased.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from disclosures import drafting, repositories
from disclosures.conductor import looking
from disclosures.draft import Draft, DraftProduct
from disclosures.ecosystems import Ecosystem
from disclosures.enums import CveState, ReleaseState
from disclosures.models import Advisory, Conduct, CveRequest
from disclosures.snapshot import Range
from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports import checklist, forgetting, history, notices, own_reports, sharing, walls
from reports.access import Permission
from reports.checklist import Plan
from reports.enums import REQUIRED_WORK, EventKind, NoticeKind, Role
from reports.guards import Refused, demand
from reports.models import Report
from reports.own_reports import OwnReport
from teams.membership import standing_of
from teams.models import Project, User

VERSION = "99.0.1"
"""A version that nobody will ever release."""
VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L"
SCORE, SEVERITY = Decimal("5.3"), "medium"
REASON = "They rehearse the day of a release."


def running() -> "QuerySet[Report]":
    """Those that the viewer takes part in, the newest first. A closed one is not over: it is still to be erased."""
    return Report.objects.filter(is_rehearsal=True, erased_at=None).order_by("-received_at", "-id")


@enforces(Clause.P12, Clause.P31)
def begin(*, projects: Sequence[Project], team: Sequence[User], by: User, now: datetime) -> Report:
    """A report whose fix is made, and an advisory that waits for approval. The rest people do as they would."""
    if not standing_of(by).is_member:
        raise Refused("Members of the security team begin a rehearsal, and choose who takes part.")
    if not projects:
        raise Refused("Choose at least one project.")
    if running().filter(coordinator=by).exists():
        raise Refused("You rehearse already: end that one first.")
    with transaction.atomic():
        told = OwnReport(
            token=str(uuid.uuid4()),
            summary="Rehearsal: a made-up vulnerability",
            description="Made up, to try out the day of a release. Nothing of it is real.",
            projects=projects,
        )
        report = own_reports.open_rehearsal(told, by=by, now=now)
        Report.objects.filter(pk=report.pk).update(cvss31_vector=VECTOR, cvss_score=SCORE, severity=SEVERITY)
        report.refresh_from_db()
        history.append(report, EventKind.REHEARSED, by=by, now=now)
        _gather(report, team, by=by, now=now)
        for project in projects:
            checklist.plan(report, project, meant=Plan(fixed_version=VERSION), by=by, now=now)
            for work in REQUIRED_WORK:
                checklist.tick(report, project, work, done=True, by=by, now=now)
        _write_advisory(report, projects, by=by, now=now)
        repositories.set_up(projects, people={by, *team})
    return report


def _gather(report: Report, team: Sequence[User], *, by: User, now: datetime) -> None:
    """The person leads, the others release; nobody else of the team sees it."""
    walls.restrict(report, keep=[by], reason=REASON, by=by, now=now)
    for person in sorted({by, *team}, key=lambda person: person.pk):
        role = Role.LEAD if person == by else Role.RELEASER
        grant = sharing.give(report, to=person, role=role, reason=REASON, by=by, now=now)
        if person != by:
            notices.tell_users(report, NoticeKind.SHARED, [person], fact=f"grant:{grant.pk}", now=now)


def _write_advisory(report: Report, projects: Sequence[Project], *, by: User, now: datetime) -> None:
    """Written by nobody of them, so that whoever rehearses alone may approve it."""
    advisory = drafting.begin(report, by=by, now=now)
    draft = Draft(
        title="A rehearsal",
        overview="This advisory rehearses the day of a release. There is no such vulnerability.",
        details="Nothing happens. Nothing is affected.",
        fix=f"There is nothing to update. {VERSION} does not exist.",
        no_workaround=True,
        products=tuple(
            DraftProduct(
                project=project.pk,
                ecosystem=Ecosystem.RUST,
                package=project.name,
                ranges=(Range(introduced="1.0.0", fixed_in=VERSION),),
            )
            for project in projects
        ),
        cvss31=VECTOR,
        severity=SEVERITY,
        cwe_ids=("CWE-20",),
    )
    drafting.write(advisory, draft, by=by, base_revision=1, now=now, summary="Made up.")
    advisory.revisions.update(written_by=None)
    Advisory.objects.filter(pk=advisory.pk).update(created_by=None)


def release(report: Report, project: Project, *, by: User, now: datetime) -> None:
    """Publish the planned release in the sandbox, as a releaser would on GitHub."""
    demand(by, Permission.PUBLISH, report)
    _refuse_real(report)
    planned = report.releases.filter(project=project).first()
    if planned is None or not planned.tag:
        raise Refused(f"Plan the release of {project} first: its tag is not named yet.")
    if planned.state == ReleaseState.PUBLISHED:
        raise Refused(f"The release of {project} is out already.")
    if not repositories.release(project, tag=planned.tag, by=by, now=now):
        raise Refused(f"The sandbox has a release {planned.tag} of {project} already. It is seen within minutes.")


@enforces(Clause.P16)
def let_id_come(report: Report, *, by: User, now: datetime) -> None:
    """The CVE ID that was asked for, without the weeks of waiting."""
    demand(by, Permission.PUBLISH, report)
    _refuse_real(report)
    if not repositories.let_id_come(report, now=now):
        raise Refused("No ID is asked for that has not come yet: that is a step of the day.")
    looking.ring(report.pk)


def end(report: Report, *, by: User, now: datetime) -> None:
    """Close it, if nobody has, erase it, and clear away what it left in the sandbox."""
    demand(by, Permission.PUBLISH, report)
    _refuse_real(report)
    if report.erased_at is not None:
        raise Refused("It is over already.")
    with transaction.atomic():
        repositories.clear(report)
        Conduct.objects.filter(report=report, stopped_at=None).update(stopped_at=now)
        CveRequest.objects.filter(report=report).update(state=CveState.REJECTED, cve_id=None, ended_at=now)
        if not report.is_closed:
            own_reports.close_rehearsal(report, by=by, now=now)
        with acting_as(SYSTEM):
            forgetting.erase(report, now=now)
    report.refresh_from_db()


def _refuse_real(report: Report) -> None:
    if not report.is_rehearsal:
        raise Refused("It is no rehearsal: what happens to it is real.")
