import hashlib
import hmac
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.sealed.fields import SealedCharField, SealedEmailField, SequencedKey
from portal.sealed.keys import KeyHolder
from portal.sealed.secrets import Secret, address_index, index_of, secret
from portal.viewer import ReportKey
from reports.enums import CreditWish
from reports.models.grants import Grant, NeedToKnow, NeedToKnowManager, nothing
from reports.models.report import Report

KEY_OUTLIVES_REPORT = timedelta(days=90)
"""How long a link opens a closed report. Afterwards a new one can be sent to the address on file (CAP-02)."""


def hash_key(key: str) -> str:
    """What is stored of a reporter's key (CAP-01)."""
    return hashlib.sha256(key.encode()).hexdigest()


class Reporter(NeedToKnow):
    """Somebody on the reporter's side: the finder, or a co-reporter they invited. Name and address are optional."""

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="reporters")
    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, related_name="reporter")
    invited_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="invited")
    name = SealedCharField(max_length=200, blank=True)
    email = SealedEmailField("e-mail", blank=True)
    email_index = models.CharField(
        max_length=32, blank=True, editable=False, help_text="Keyed hash of the address; empty if there is none."
    )
    credit_wish = models.CharField(max_length=4, choices=CreditWish, default=CreditWish.ASK)
    credit_name = SealedCharField(max_length=200, blank=True, help_text="How they want to be named.")

    objects = NeedToKnowManager["Reporter"](
        reporters_see=lambda viewer: Q(grant_id=viewer.grant_id) | Q(invited_by__grant_id=viewer.grant_id)
    )

    class Meta(NeedToKnow.Meta):
        ordering = ("id",)
        indexes = (models.Index(name="reporter_email", fields=["email_index"]),)

    def __str__(self) -> str:
        return "a reporter"

    def save(self, **options: Any) -> None:
        """The address and what it is found by are written together."""
        fields = options.get("update_fields")
        if fields is None or "email" in fields:
            self.email_index = address_index(self.email)
            if fields is not None:
                options["update_fields"] = {*fields, "email_index"}
        super().save(**options)

    @property
    def is_co_reporter(self) -> bool:
        return self.invited_by_id is not None

    @property
    def sees_report(self) -> bool:
        """Whether what was there before they came is theirs to read."""
        sees_from = self.grant.sees_from
        return sees_from is not None and sees_from <= self.report.received_at

    @property
    def viewer(self) -> ReportKey:
        return ReportKey(grant_id=self.grant_id, report_id=self.report_id)


class AccessKey(NeedToKnow):
    """A secret link of a reporter, of which only a hash is kept. Several may be valid; renewing revokes them all."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="access_keys")
    reporter = models.ForeignKey(Reporter, on_delete=models.PROTECT, related_name="keys")
    key_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = NeedToKnowManager["AccessKey"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        pass

    def __str__(self) -> str:
        return "a reporter's link"

    def opens(self, *, key: str) -> bool:
        """Whether `key` is this one, compared in constant time."""
        return hmac.compare_digest(self.key_hash, hash_key(key))


class StagedFile(KeyHolder):
    """A file that came ahead of its report or message. Unclaimed, it is swept away after a day (UP-08).

    No report's key can seal it yet: it has one of its own.
    """

    key_named_by = "token_hash"

    token_hash = models.CharField(max_length=64, unique=True)
    submission = models.CharField(max_length=64, db_index=True, help_text="Hash of the form's own key.")
    name = SealedCharField(max_length=255)
    size = models.BigIntegerField(help_text="Bytes")
    sha256 = SealedCharField(max_length=64)
    secret = SealedCharField(max_length=64, help_text="Opens the file.")
    storage_key = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects: ClassVar[models.Manager["StagedFile"]] = models.Manager()

    def __str__(self) -> str:
        return "a staged file"

    @property
    def sealed_as(self) -> str:
        return self.token_hash

    def sealing_key(self) -> bytes:
        return self.data_key_opened()


class SavedView(models.Model):
    """A person's own way of looking at the queue. Searches can quote reports, so nobody else sees it."""

    id = SequencedKey(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = SealedCharField(max_length=60)
    name_index = models.BinaryField(max_length=16, help_text="Keyed hash of person and name: one view of each name.")
    query = SealedCharField(max_length=1000, blank=True, help_text="The queue's query string.")

    objects: ClassVar[models.Manager["SavedView"]] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(name="saved_views_have_own_names", fields=["name_index"]),)

    def __str__(self) -> str:
        return "a saved view"

    def save(self, **options: Any) -> None:
        self.name_index = view_name_index(self.user_id, self.name)
        super().save(**options)

    @property
    def sealed_as(self) -> str:
        return str(self.pk)

    def sealing_key(self) -> bytes:
        return secret(Secret.SAVED_VIEWS)


def view_name_index(user_id: int, name: str) -> bytes:
    return index_of(f"{user_id} {name}", by=Secret.SAVED_VIEWS)
