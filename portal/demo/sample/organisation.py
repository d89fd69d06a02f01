"""A living organisation for those who try the portal out."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from portal.demo.github import state
from portal.demo.sample import by_mail, from_github, later_reports, open_reports, told_before
from portal.demo.sample.people import LEAD, MEILING, MEMBER, RAFAEL, settle
from portal.demo.sample.story import Story, Trust
from portal.demo.sample.telling import Telling
from teams.models import User

TAKES_A_LOOK = timedelta(days=2)
LEFT_ALONE = "identified-low"
"""The one story that nobody but its coordinator looks at."""

STORIES = (
    *open_reports.RECEIVED,
    *open_reports.QUARANTINED,
    *open_reports.TRIAGE,
    *told_before.TOLD_BEFORE,
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
        people = settle(now=now)
        from_github.make(now=now)
        by_mail.make(now=now)
        Telling(people=people, now=now).tell([_looked_after(story) for story in STORIES])
    return True


def _looked_after(story: Story) -> Story:
    """With somebody of the team, other than who coordinates it, who trusts after a day that it is handled."""
    if story.key == LEFT_ALONE or story.quarantined or story.ago < TAKES_A_LOOK:
        return story
    working = {step.by for step in story.steps}
    watching = next((login for login in (LEAD, MEILING, MEMBER, RAFAEL) if login not in working), MEILING)
    return replace(story, steps=(*story.steps, Trust(after=TAKES_A_LOOK / 2, by=watching)))
