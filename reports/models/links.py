"""Reports that belong together without being about the same thing."""

from typing import ClassVar, override

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.viewer import current_viewer
from reports.models.grants import NeedToKnow, NeedToKnowManager, nothing, readable
from reports.models.report import Report


class LinkManager(NeedToKnowManager["ReportLink"]):
    """A link is there for who may read both of its reports."""

    @override
    def get_queryset(self) -> models.QuerySet["ReportLink"]:
        return super().get_queryset().filter(readable(current_viewer(), "other_id"))


class ReportLink(NeedToKnow):
    """A pair without an order: `report` is the one that came first."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="links")
    other = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="links_of_earlier")
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="links_made")
    linked_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="links_ended"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = LinkManager(reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("linked_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_link_each_pair", fields=["report", "other"], condition=Q(ended_at=None)),
            models.CheckConstraint(name="links_have_no_order", condition=Q(report__lt=F("other"))),
        ]

    def __str__(self) -> str:
        return "a link between reports"
