from django.db import models


class Role(models.TextChoices):
    """What a grant makes of somebody on one report."""

    COORDINATOR = "coordinator", "coordinator"
    LEAD = "lead", "lead of the fix"
    DEVELOPER = "developer", "developer"
    REVIEWER = "reviewer", "reviewer"
    RELEASER = "releaser", "releaser"
    OBSERVER = "observer", "observer"
    REPORTER = "reporter", "reporter"
    CO_REPORTER = "co_reporter", "co-reporter"
    BREAK_GLASS = "break_glass", "emergency access"


REPORTER_ROLES = (Role.REPORTER, Role.CO_REPORTER)
WORKING_ROLES = (Role.LEAD, Role.DEVELOPER, Role.REVIEWER, Role.RELEASER)
PATCH_ROLES = (*WORKING_ROLES, Role.OBSERVER)
"""The patch and release team (P26). Who only observes covers no project."""
SHARED_ROLES = (Role.COORDINATOR, *PATCH_ROLES)
"""What a person can be given on a report. The others come about by reporting, or by breaking the glass."""


class Answer(models.TextChoices):
    """What became of an invitation into a patch team."""

    PENDING = "pending", "not answered yet"
    ACCEPTED = "accepted", "accepted"
    DECLINED = "declined", "declined"
    WITHDRAWN = "withdrawn", "withdrawn"


class Work(models.TextChoices):
    """What the patch team does in each affected project."""

    PATCH = "patch", "patch"
    BACKPORTS = "backports", "backports"
    TESTS = "tests", "tests"
    RELEASE_NOTES = "release_notes", "release notes"
    ADVISORY = "advisory", "advisory"


REQUIRED_WORK = (Work.PATCH, Work.TESTS, Work.RELEASE_NOTES, Work.ADVISORY)
"""Without these nothing can be released. Whether older lines get the fix as well is the team's to decide."""


class HandOverAnswer(models.TextChoices):
    """What somebody said to a hand-over that was offered to them."""

    ACCEPTED = "accepted", "accepted"
    DECLINED = "declined", "declined"
    OVERTAKEN = "overtaken", "overtaken by another"
