"""Private reports on GitHub: where each stands there, what GitHub has to be told, and how far we have looked."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.sealed.fields import SealedCharField, SealedTextField, SequencedKey
from reports.enums import Errand, OnGitHub
from reports.models.grants import NeedToKnow, NeedToKnowManager, nothing
from reports.models.people import Reporter
from reports.models.report import Report
from teams.models import Project


class GitHubReport(NeedToKnow):
    """A report that came as a private one on GitHub, and the advisory that it is there.

    Whoever reported it is a GitHub account, by its numeric id; the login is what to call them today.
    """

    id = SequencedKey(primary_key=True)
    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="on_github")
    reporter = models.OneToOneField(Reporter, on_delete=models.PROTECT, related_name="on_github")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="github_reports")
    repository_id = models.BigIntegerField("GitHub's id of the repository", editable=False)
    ghsa_id = models.CharField("GHSA ID", max_length=19, editable=False)
    submitter = SealedCharField("GitHub id of the reporter", max_length=20, blank=True)
    submitter_login = SealedCharField("GitHub login of the reporter", max_length=100, blank=True)
    finders = SealedTextField("others credited there", blank=True, help_text="GitHub logins, one a line.")

    state = models.CharField(max_length=9, choices=OnGitHub)
    content = SealedTextField(blank=True, help_text="What it said there when it was last seen, as JSON.")
    updated_at = models.DateTimeField(null=True, help_text="As GitHub says.")
    seen_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True, blank=True, help_text="When we last saw that others had changed it.")
    changed = ArrayField(models.CharField(max_length=20), default=list, blank=True, help_text="What they changed.")
    placed = SealedTextField(blank=True, help_text="Logins that the portal made collaborators, one a line.")
    conducted_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when its disclosure writes to it, and looks after what it says."
    )
    writing_since = models.DateTimeField(null=True, blank=True, help_text="Its disclosure is writing to it.")

    objects = NeedToKnowManager["GitHubReport"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("id",)
        verbose_name = "report from GitHub"
        verbose_name_plural = "reports from GitHub"
        constraints: ClassVar = [
            models.UniqueConstraint(name="taken_in_from_github_once", fields=["repository_id", "ghsa_id"]),
        ]
        indexes: ClassVar = [models.Index(name="github_report_by_ghsa", fields=["ghsa_id"])]

    def __str__(self) -> str:
        return self.ghsa_id

    @property
    def url(self) -> str:
        return f"{settings.GITHUB_WEB_URL}/{self.project.repository}/security/advisories/{self.ghsa_id}"

    @property
    def is_open_there(self) -> bool:
        return self.state in {OnGitHub.TRIAGE, OnGitHub.DRAFT}

    @property
    def finders_named(self) -> list[str]:
        return self.finders.split()

    def is_by(self, github_id: int) -> bool:
        """Nobody's, once it was forgotten who reported it."""
        return self.submitter == str(github_id)


class GitHubErrand(NeedToKnow):
    """Something that GitHub has to be told about a report. What exactly follows from the report when it is told.

    A row for each kind, and for each time it is wished for a number: told up to `told`.
    """

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="github_errands")
    kind = models.CharField(max_length=16, choices=Errand)
    wished = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0, help_text="Since it was last wished for.")
    next_attempt_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True, help_text="Whoever is at it has until then.")
    told_at = models.DateTimeField(null=True, blank=True)
    problem = SealedCharField(max_length=300, blank=True, help_text="Why it could not be told, in our words.")

    objects = NeedToKnowManager["GitHubErrand"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_errand_of_a_kind", fields=["report", "kind"]),
            models.CheckConstraint(name="told_what_was_wished", condition=Q(told__lte=F("wished"))),
        ]
        indexes: ClassVar = [
            models.Index(name="github_errand_due", fields=["next_attempt_at"], condition=Q(told__lt=F("wished")))
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_due(self) -> bool:
        return self.told < self.wished

    @property
    def was_tried(self) -> bool:
        """It may have been done already, though we have not heard so."""
        return self.is_due and self.attempts > 0


class AdvisoryWatch(models.Model):
    """How far the advisories of a project's repository were looked at. It says nothing of any of them."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="advisory_watch")
    began_at = models.DateTimeField(default=timezone.now)
    looked_at = models.DateTimeField(null=True, blank=True)
    through = models.DateTimeField(null=True, blank=True, help_text="What changed until then was seen.")
    etag = models.CharField(max_length=200, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True, help_text="Why it could not be looked at, in our words.")

    objects: ClassVar[models.Manager["AdvisoryWatch"]] = models.Manager()

    class Meta:
        verbose_name_plural = "advisory watches"

    def __str__(self) -> str:
        return f"{self.project}"
