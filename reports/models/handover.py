from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reports.enums import HandOverAnswer
from reports.models.grants import NeedToKnow, NeedToKnowManager, nothing
from reports.models.report import Report


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def pending(self) -> "HandOverQuerySet":
        return self.filter(answer="")


class HandOver(NeedToKnow):
    """Coordination was offered to somebody. It counts when they accept it.

    While `was` remains the coordinator they answer for the report; after a coordinator has left, `to` does at once and
    answers for it until they decline.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="handovers")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="handovers_offered")
    was = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="handovers_given"
    )
    offered_at = models.DateTimeField(default=timezone.now)
    answer_by = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=HandOverAnswer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)

    objects = NeedToKnowManager.from_queryset(HandOverQuerySet)(reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.UniqueConstraint(name="one_pending_hand_over", fields=["report"], condition=Q(answer="")),
        )

    def __str__(self) -> str:
        return "a hand-over"
