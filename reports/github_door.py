"""The way in for whoever reported something on GitHub: signing in with the account that did (P11, AUT-04)."""

from datetime import datetime

from portal.viewer import SYSTEM, acting_as
from reports import tracking
from reports.models import GitHubReport
from reports.tracking import Entry, NoSuchLink
from teams.models import User


def enter(ghsa_id: str, *, user: User, now: datetime) -> Entry:
    """As the reporter, and nothing else: not even who is on the team becomes more by it. Raises `NoSuchLink`."""
    with acting_as(SYSTEM):
        rows = GitHubReport.objects.select_related("report", "reporter__grant", "reporter__report")
        own = next((row for row in rows.filter(ghsa_id=ghsa_id) if row.is_by(user.github_id)), None)
    if own is None or not user.is_active:
        raise NoSuchLink
    return tracking.enter_as(own.reporter, now=now)
