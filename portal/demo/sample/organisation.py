"""A living organisation for those who try the portal out."""

from datetime import datetime

from django.db import transaction

from portal.demo.github import state
from portal.demo.sample import later_reports, open_reports
from portal.demo.sample.people import settle
from portal.demo.sample.telling import Telling
from teams.models import User

STORIES = (
    *open_reports.RECEIVED,
    *open_reports.QUARANTINED,
    *open_reports.TRIAGE,
    *open_reports.IDENTIFIED,
    *later_reports.UNDER_WAY,
    *later_reports.CLOSED,
)


def make(*, now: datetime) -> bool:
    """Make people, projects and reports, all or nothing. False if anybody is there already: then nothing changes."""
    with transaction.atomic():
        if User.objects.exists():
            return False
        state.settle(now=now)
        Telling(people=settle(now=now), now=now).tell(STORIES)
    return True
