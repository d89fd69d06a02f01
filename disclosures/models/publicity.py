"""A harmless report on its way into the open."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from disclosures.enums import PublicityState
from portal.sealed.fields import SealedCharField, SealedTextField, SequencedKey
from reports.models import NeedToKnow, NeedToKnowManager, Report, Reporter
from reports.models.grants import everything
from teams.models import Project

WAITING = (PublicityState.ASKED, PublicityState.AGREED)
FOOTER = "Reported in private first, and made public as its reporter agreed. [{marker}]"


def new_marker() -> str:
    """By which the issue is found again. It counts nothing, and leads to no report."""
    return secrets.token_hex(8)


class PublicIssue(NeedToKnow):
    """Exactly these words, as an issue of exactly this repository. They never change: other words are another row, and
    are asked about anew.
    """

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="public_issues")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="public_issues")
    title = SealedCharField(max_length=256)
    text = SealedTextField(help_text="Markdown, without the last line, which says how it came about.")
    marker = models.CharField(max_length=16, unique=True, default=new_marker, editable=False)
    state = models.CharField(max_length=8, choices=PublicityState, default=PublicityState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="issues_proposed")
    asked_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(
        Reporter, on_delete=models.PROTECT, null=True, blank=True, related_name="issues_answered"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(
        default=timezone.now, help_text="Nobody writes to GitHub before: somebody is at it, or it failed."
    )
    may_be_there = models.BooleanField(
        default=False, help_text="It was sent, and no answer has said that it was not done: then it is looked for."
    )
    problem = SealedCharField(max_length=300, blank=True, help_text="Why the last attempt failed.")
    number = models.PositiveBigIntegerField(null=True, blank=True)
    url = SealedCharField(max_length=300, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)

    objects = NeedToKnowManager["PublicIssue"](reporters_see=everything)

    class Meta(NeedToKnow.Meta):
        ordering = ("asked_at", "id")
        verbose_name = "issue that a report becomes"
        verbose_name_plural = "issues that reports become"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_issue_of_a_report_at_a_time",
                fields=["report"],
                condition=~Q(state__in=[PublicityState.REFUSED, PublicityState.DROPPED]),
            ),
            models.CheckConstraint(
                name="nothing_is_public_without_an_answer",
                condition=~Q(state__in=[PublicityState.AGREED, PublicityState.MADE, PublicityState.REFUSED])
                | Q(answered_by__isnull=False, answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="made_issues_have_their_number",
                condition=~Q(state=PublicityState.MADE) | Q(number__isnull=False, made_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="issue_to_make", fields=["next_attempt_at"], condition=Q(state=PublicityState.AGREED)),
        ]

    def __str__(self) -> str:
        return "an issue that a report becomes"

    @property
    def whole_text(self) -> str:
        """As it stands on GitHub, and as the reporter is shown it."""
        return f"{self.text}\n\n---\n{FOOTER.format(marker=self.marker)}"

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING
