"""What was seen, and what became of looking. Observations are added and never changed."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils import timezone

from teams.enums import Outcome, Sign
from teams.models.people import Project, User


class SyncRunQuerySet(models.QuerySet["SyncRun"]):
    def complete(self) -> "SyncRunQuerySet":
        return self.filter(outcome__in=(Outcome.DONE, Outcome.CARRIED_OUT))

    def waiting(self) -> "SyncRunQuerySet":
        return self.filter(outcome=Outcome.HELD)


class SyncRun(models.Model):
    """One look at GitHub: what it found and did, or why it changed nothing."""

    started_at = models.DateTimeField(default=timezone.now, db_index=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome)
    trouble = models.CharField(max_length=500, blank=True, help_text="What went wrong, or what a person has to decide.")
    findings = models.JSONField(default=list, help_text="Sentences: what changed, or would have.")
    ends = models.JSONField(default=list, help_text="What it would end, or did, by names that a later run can compare.")
    warnings = models.JSONField(default=list, help_text="Sentences for the dashboard, as things stood then.")
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="syncs_decided", editable=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(SyncRunQuerySet)()

    class Meta:
        ordering = ("-started_at", "-pk")

    def __str__(self) -> str:
        return f"sync, {self.get_outcome_display()}"


class Evidence(models.Model):
    """Something seen of a person: by a sync, or by whoever confirmed it."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="evidence")
    project = models.ForeignKey(
        Project,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        help_text="Empty: everywhere.",
    )
    sign = models.CharField(max_length=12, choices=Sign)
    subject = models.CharField(max_length=100, blank=True, help_text="Which team.")
    holds = models.BooleanField(default=True, help_text="No: it was there before, and is not any more.")
    value = models.CharField(max_length=200, blank=True, help_text="The role, or the release.")
    number = models.BigIntegerField(null=True, blank=True, help_text="Contributions, or the release's id.")
    seen_at = models.DateTimeField(default=timezone.now)
    happened_at = models.DateTimeField(null=True, blank=True, help_text="If that is known to be earlier.")
    run = models.ForeignKey(SyncRun, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence_given")
    reason = models.CharField(max_length=500, blank=True)

    objects: ClassVar[models.Manager["Evidence"]] = models.Manager()
    append_only = True

    class Meta:
        ordering = ("-pk",)
        verbose_name_plural = "evidence"
        indexes = (
            models.Index(fields=["user", "project", "sign", "subject", "-id"], name="evidence_latest_first"),
            models.Index(fields=["project", "sign", "number"], name="evidence_of_releases"),
        )
        constraints = (
            models.CheckConstraint(
                name="confirmed_by_somebody_for_a_reason",
                condition=~models.Q(sign=Sign.CONFIRMED) | ~models.Q(reason=""),
                violation_error_message="Say why.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_sign_display()}: {self.user}"

    @property
    def at(self) -> datetime:
        return self.happened_at or self.seen_at
