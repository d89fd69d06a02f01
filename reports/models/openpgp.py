"""OpenPGP keys of people on the reporter's side. What they are is public; whose they are is not, so they are sealed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.openpgp.certificates import in_groups
from portal.sealed.fields import SealedCharField, SealedTextField, SequencedKey
from reports.enums import KeyCame
from reports.models.grants import NeedToKnow, NeedToKnowManager
from reports.models.people import Reporter
from reports.models.report import Report


class OpenPGPKeyQuerySet(models.QuerySet["OpenPGPKey"]):
    def in_force(self) -> "OpenPGPKeyQuerySet":
        return self.filter(confirmed_at__isnull=False, removed_at=None)

    def waiting(self) -> "OpenPGPKeyQuerySet":
        """For the reporter to confirm them over the way by which they were reached before."""
        return self.filter(confirmed_at=None, removed_at=None)


OpenPGPKeyManager = NeedToKnowManager.from_queryset(OpenPGPKeyQuerySet)


class OpenPGPKey(NeedToKnow):
    """One that mails to a reporter are encrypted to once it is confirmed. Another takes its place; rows stay, empty."""

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="openpgp_keys")
    reporter = models.ForeignKey(Reporter, on_delete=models.PROTECT, related_name="openpgp_keys")
    certificate = SealedTextField(blank=True, help_text="In ASCII armour; empty once it was taken away.")
    fingerprint = SealedCharField(max_length=64, blank=True)
    came = models.CharField("how it came", max_length=8, choices=KeyCame)
    given_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="As it says of itself.")

    objects = OpenPGPKeyManager(reporters_see=lambda viewer: Q(reporter__grant_id=viewer.grant_id))

    class Meta(NeedToKnow.Meta):
        ordering = ("given_at", "id")
        verbose_name = "OpenPGP key"
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_openpgp_key_in_force",
                fields=["reporter"],
                condition=Q(removed_at__isnull=True, confirmed_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_openpgp_key_waits",
                fields=["reporter"],
                condition=Q(removed_at__isnull=True, confirmed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return "an OpenPGP key"

    @property
    def in_groups(self) -> str:
        return in_groups(self.fingerprint)
