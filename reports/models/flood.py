"""What many reports have in common, and reports that are lists."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.sealed.fields import SealedCharField, SealedTextField, SequencedKey
from reports.enums import FindingState, Severity
from reports.models.conversation import Attachment
from reports.models.grants import NeedToKnow, NeedToKnowManager, nothing
from reports.models.report import Report


def new_group() -> str:
    """Names a group, and counts nothing."""
    return secrets.token_urlsafe(12)


class LikenessMark(NeedToKnow):
    """One of the keyed marks by which reports that say the same are found (`reports.flood.similarity`). As with the
    words of the search, equality is leakproof, so the index serves under row-level security.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="likeness_marks")
    mark = models.BinaryField(max_length=16)

    objects = NeedToKnowManager["LikenessMark"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(name="likeness_mark_once_each_report", fields=["mark", "report"])
        ]

    def __str__(self) -> str:
        return "a mark of likeness"


class Grouping(NeedToKnow):
    """That a report stands in a group with others, because a member of the team said so.

    A group has no row of its own: it is what the viewer sees of the rows that carry its name, so nobody learns from one
    report that there are others.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="groupings")
    group = models.CharField(max_length=24, editable=False)
    grouped_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="groupings_made")
    grouped_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="groupings_ended"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = NeedToKnowManager["Grouping"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("grouped_at", "id")
        indexes: ClassVar = [models.Index(name="grouping_by_group", fields=["group"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_group_each_report", fields=["report"], condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="ended_groupings_have_their_person",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return "a grouping"


class Finding(NeedToKnow):
    """One entry of a list that somebody sent as a report, and what the team says of it.

    `identity`: the same list read twice is there once.
    """

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="findings")
    attachment = models.ForeignKey(
        Attachment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        help_text="The file that lists it; empty: the report's own text does.",
    )
    identity = models.BinaryField(max_length=16, editable=False)
    title = SealedCharField(max_length=300)
    place = SealedCharField(max_length=500, blank=True, help_text="File, address or component, as it was told.")
    detail = SealedTextField(blank=True)
    severity = models.CharField("severity as claimed", max_length=8, choices=Severity, blank=True)
    state = models.CharField(max_length=10, choices=FindingState, default=FindingState.OPEN)
    became = models.OneToOneField(
        Report, on_delete=models.PROTECT, null=True, blank=True, related_name="was_finding", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="decided_findings"
    )

    objects = NeedToKnowManager["Finding"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="finding_once_each_report", fields=["report", "identity"]),
            models.CheckConstraint(
                name="split_findings_lead_to_their_report",
                condition=Q(state=FindingState.SPLIT, became__isnull=False)
                | ~Q(state=FindingState.SPLIT) & Q(became__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return "a finding"
