"""What the disclosure of a private report does to the advisory that it is on GitHub, and how that is told apart from
what others do there.
"""

from datetime import datetime

from django.db.models import Value
from django.db.models.functions import Coalesce

from portal.github import RepositoryAdvisory
from reports.github_reports import noticing
from reports.github_reports.content import Part
from reports.models import GitHubReport, Report
from teams.models import Project


def reported_in(report: Report, project: Project) -> GitHubReport | None:
    """The private report in that repository by which this report came, if it came so."""
    return GitHubReport.objects.filter(report=report, project=project).first()


def begin(row: GitHubReport, *, now: datetime) -> None:
    """From now on its disclosure writes to it; until `wrote`, what changes in its text is ours."""
    GitHubReport.objects.filter(pk=row.pk).update(conducted_at=Coalesce("conducted_at", Value(now)), writing_since=now)


def wrote(report: Report, found: RepositoryAdvisory, *, now: datetime) -> None:
    """What GitHub said afterwards. Nothing, if it is not the advisory by which the report came."""
    for row in GitHubReport.objects.filter(report=report, ghsa_id=found.ghsa_id):
        noticing.compare(row, found, ours=frozenset(Part), now=now)
        GitHubReport.objects.filter(pk=row.pk).update(writing_since=None)
