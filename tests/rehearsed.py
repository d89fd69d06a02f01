"""A rehearsal beside the stage, for who asks for one: few tests need it, and no list shows it."""

import uuid
from datetime import datetime

from portal.viewer import SYSTEM, acting_as
from reports import own_reports
from reports.enums import Role
from reports.models import Grant, Recusal, Report
from reports.own_reports import OwnReport
from tests.cast import Stage, Who


def rehearsal_of(stage: Stage, *, now: datetime) -> Report:
    """The member has begun it, the patch-team member takes part, and the recused member is walled off from it."""
    with acting_as(SYSTEM):
        begun = Report.objects.filter(is_rehearsal=True).first()
        return begun or _begun(stage, now=now)


def _begun(stage: Stage, *, now: datetime) -> Report:
    member, patcher = stage.people[Who.MEMBER], stage.people[Who.PATCH_TEAM]
    told = OwnReport(
        token=str(uuid.uuid4()),
        summary="A rehearsal",
        description="Nothing of it is real.",
        projects=[stage.report.affected_projects.get().project],
    )
    report = own_reports.open_rehearsal(told, by=member, now=now)
    Grant.objects.create(report=report, user=patcher, role=Role.RELEASER, reason="Rehearses.", granted_by=member)
    Recusal.objects.create(report=report, user=stage.people[Who.RECUSED])
    return report
