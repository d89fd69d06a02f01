"""The CVE ID of each vulnerability, or why it needs none (P15, P16)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from disclosures.enums import CveRoute, CveState
from disclosures.models.advisory import Advisory
from portal.sealed.fields import SealedCharField, SealedTextField, SequencedKey
from reports.models import NeedToKnow, NeedToKnowManager, Report
from reports.models.grants import nothing


class CveRequest(NeedToKnow):
    """One wish for an ID. A rejected one stays, and another takes its place.

    An ID that came late has reached everything that names the vulnerability once `spread_at` is set.
    """

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="cve_requests")
    advisory = models.ForeignKey(Advisory, on_delete=models.PROTECT, related_name="cve_requests")
    state = models.CharField(max_length=10, choices=CveState, default=CveState.NEEDED)
    route = models.CharField(max_length=7, choices=CveRoute, blank=True)
    cve_id = models.CharField("CVE ID", max_length=20, unique=True, null=True, blank=True)
    reason = SealedTextField(blank=True, help_text="Why none is needed, or why it was rejected or is disputed.")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="cves_thought_needless"
    )
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="cves_agreed_needless"
    )
    created_at = models.DateTimeField(default=timezone.now)
    requested_at = models.DateTimeField(null=True, blank=True)
    assigned_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was rejected or disputed.")
    spread_at = models.DateTimeField(null=True, blank=True)
    reminded_after = models.PositiveSmallIntegerField(default=0, help_text="Days; of the last reminder that went out.")
    problem = SealedCharField(max_length=300, blank=True, help_text="Why the last attempt failed.")

    # Of an ID that we give out ourselves: what CVE Services know of it.
    next_attempt_at = models.DateTimeField(
        default=timezone.now, help_text="Nobody asks CVE Services before: somebody is at it, or it failed."
    )
    recorded_revision = models.PositiveIntegerField(
        default=0, help_text="The public revision of which its record was last made."
    )
    rejection_sent_at = models.DateTimeField(null=True, blank=True)

    objects = NeedToKnowManager["CveRequest"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("created_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_wish_for_a_cve_at_a_time",
                fields=["advisory"],
                condition=~Q(state__in=[CveState.REJECTED, CveState.DISPUTED]),
            ),
            models.CheckConstraint(
                name="two_people_find_a_cve_needless",
                condition=~Q(state=CveState.NOT_NEEDED)
                | Q(proposed_by__isnull=False, agreed_by__isnull=False) & ~Q(proposed_by=F("agreed_by")),
            ),
            models.CheckConstraint(
                name="assigned_cves_have_their_id",
                condition=~Q(state__in=[CveState.ASSIGNED, CveState.PUBLISHED]) | Q(cve_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.cve_id or "a wish for a CVE ID"
