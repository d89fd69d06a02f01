"""Which GitHub a report's repositories are on: the organisation's, or the sandbox for a rehearsal."""

from django.conf import settings

from portal.github import GitHub, github
from portal.github.client import Client
from portal.github.sandbox import Sandbox
from reports.models import Report


def github_for(report: Report) -> GitHub:
    """A rehearsal never reaches the real one. Raises `NotAllowed` while no app is configured."""
    if report.is_rehearsal:
        return Client(Sandbox(), organisation=settings.POLICY.organisation.github_organisation)
    return github()
