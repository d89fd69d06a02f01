from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.sealed.fields import SealedCharField, SealedTextField, SequencedKey
from portal.viewer import ReportKey
from reports.enums import Audience, Channel
from reports.models.grants import Grant, NeedToKnow, NeedToKnowManager, nothing
from reports.models.people import Reporter
from reports.models.report import Report


def meant_for_reporter(viewer: ReportKey) -> Q:
    """Not the team's notes, and for a co-reporter not what was written before they came."""
    own_grant = Grant.objects_unrestricted.filter(pk=viewer.grant_id)
    return Q(audience=Audience.REPORTER, created_at__gte=own_grant.values("sees_from")[:1])


class Message(NeedToKnow):
    """Something written on a report, in Markdown: to or from the reporter, or a note within the team (P11)."""

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="messages")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    reporter = models.ForeignKey(Reporter, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.REPORTER)
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.WEB)
    body = SealedTextField()
    created_at = models.DateTimeField(default=timezone.now)
    submission = models.CharField(max_length=64, unique=True, null=True, editable=False)

    objects = NeedToKnowManager["Message"](reporters_see=meant_for_reporter)

    class Meta(NeedToKnow.Meta):
        ordering = ("created_at", "id")
        indexes = (models.Index(name="message_by_report", fields=["report", "created_at"]),)
        constraints = (
            models.CheckConstraint(
                name="messages_have_one_author",
                condition=Q(user__isnull=False, reporter__isnull=True) | Q(user__isnull=True, reporter__isnull=False),
            ),
            models.CheckConstraint(
                name="reporters_write_no_team_notes",
                condition=Q(reporter__isnull=True) | Q(audience=Audience.REPORTER),
            ),
        )

    def __str__(self) -> str:
        return "a message"

    @property
    def is_plain_text(self) -> bool:
        """A mail is shown as it is, and never taken for Markdown."""
        return self.channel == Channel.MAIL


class Attachment(NeedToKnow):
    """A file, kept outside everything that is served, under a random name."""

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="attachments")
    message = models.ForeignKey(
        Message,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attachments",
        help_text="Empty: came with the report.",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    reporter = models.ForeignKey(Reporter, on_delete=models.PROTECT, null=True, blank=True, related_name="attachments")
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.REPORTER)
    name = SealedCharField(max_length=255)
    size = models.BigIntegerField(help_text="Bytes")
    sha256 = SealedCharField("SHA-256", max_length=64)
    secret = SealedCharField(max_length=64, blank=True, help_text="Opens the file, and its picture.")
    storage_key = models.CharField(max_length=100, unique=True)
    picture_key = models.CharField(
        max_length=100,
        blank=True,
        help_text="The image, drawn anew without its metadata; empty if it is none.",
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = NeedToKnowManager["Attachment"](reporters_see=meant_for_reporter)

    class Meta(NeedToKnow.Meta):
        ordering = ("created_at", "id")
        indexes = (models.Index(name="attachment_by_report", fields=["report", "created_at"]),)

    def __str__(self) -> str:
        return "a file"


class SearchWord(NeedToKnow):
    """The keyed hash of a normalised word of a report's reference, summary or reporter. Equality on it is leakproof, so
    the index serves searches under row-level security, which a GIN index cannot.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="search_words")
    word = models.BinaryField(max_length=16)

    objects = NeedToKnowManager["SearchWord"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(name="search_word_once_each_report", fields=["word", "report"])
        ]

    def __str__(self) -> str:
        return "a search word"
