"""Rows that few reports have."""

from datetime import datetime, timedelta

from disclosures.models import PublicIssue
from reports.enums import Errand, KeyCame, Work
from reports.models import (
    ChecklistItem,
    Finding,
    GitHubErrand,
    Grouping,
    HandOver,
    OpenPGPKey,
    ProjectFix,
    ReportLink,
    Restriction,
)
from tests.cast import Stage, Who


def fill(stage: Stage, *, now: datetime) -> None:
    """The report was restricted for a day, is being fixed and waits for who will coordinate it.

    It has a group, a list of findings, GitHub to be told, a key that nobody confirmed, and a wish to make it public.
    """
    member, report = stage.people[Who.MEMBER], stage.report
    project = report.projects.get()
    Restriction.objects.create(
        report=report, restricted_by=member, restricted_at=now - timedelta(days=1), lifted_by=member, lifted_at=now
    )
    ProjectFix.objects.get_or_create(report=report, project=project)
    ChecklistItem.objects.get_or_create(report=report, project=project, work=Work.PATCH)
    HandOver.objects.create(report=report, to=member, answer_by=now + timedelta(days=1))
    Grouping.objects.create(report=report, group="one", grouped_by=member)
    Finding.objects.create(report=report, identity=b"one", title="The first one of a list")
    GitHubErrand.objects.create(report=report, kind=Errand.values[0])
    OpenPGPKey.objects.create(report=report, reporter=report.reporters.filter(invited_by=None).get(), came=KeyCame.PAGE)
    ReportLink.objects.create(report=report, other=stage.other.report, linked_by=member)
    PublicIssue.objects.create(
        report=report, project=project, title="Everybody may know", text="All of it.", asked_by=member
    )
