"""Taking back what was published (P30)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from disclosures.models.advisory import Advisory
from portal.audit.chain import NEVER_DELETED
from portal.sealed.fields import SealedTextField, SequencedKey
from reports.models import NeedToKnow, NeedToKnowManager, Report
from reports.models.grants import nothing


class Withdrawal(NeedToKnow):
    """Somebody proposes to take an advisory back, in the words that everybody will read; it takes a second person.

    Other words are another proposal.
    """

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="withdrawals")
    advisory = models.ForeignKey(Advisory, on_delete=models.PROTECT, related_name="withdrawals")
    reason = SealedTextField(help_text="Public once somebody else has agreed.")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="withdrawals_proposed"
    )
    proposed_at = models.DateTimeField(default=timezone.now)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="withdrawals_agreed"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = NeedToKnowManager["Withdrawal"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("proposed_at", "id")
        triggers = NEVER_DELETED
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_withdrawal_at_a_time", fields=["advisory"], condition=Q(dropped_at__isnull=True)
            ),
            models.CheckConstraint(
                name="two_people_take_an_advisory_back",
                condition=Q(agreed_by__isnull=True, agreed_at__isnull=True)
                | Q(agreed_by__isnull=False, agreed_at__isnull=False, dropped_at__isnull=True)
                & ~Q(agreed_by=F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return "the withdrawal of an advisory"
