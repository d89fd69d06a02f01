"""Mail that came in. Each ends in exactly one state, and its source is kept, sealed, until it is of no more use
(EML-08).
"""

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.sealed.fields import SealedCharField, SealedTextField, SequencedKey
from portal.sealed.keys import KeyHolder
from reports.enums import Door, MailState, Opened, PutAside, Signed, Vouched
from reports.models.conversation import Message
from reports.models.grants import NeedToKnow, NeedToKnowManager, nothing
from reports.models.record import Notification
from reports.models.report import Report

CODE_BYTES = 12


def new_code() -> str:
    """Names a mail in addresses, and counts nothing (AZ-10)."""
    return secrets.token_urlsafe(CODE_BYTES)


class InboundMail(NeedToKnow, KeyHolder):
    """One mail, as it came and what became of it.

    It has a key of its own: some belong to no report, such as an automatic answer to something we never sent, which any
    member of the team may look at. `report`: the one that it is, or joined, or claims to belong to.
    """

    key_named_by = "code"

    id = SequencedKey(primary_key=True)
    code = models.CharField(max_length=24, unique=True, default=new_code, editable=False)
    identity = models.CharField(
        max_length=64, unique=True, editable=False, help_text="Keyed hash of what was sent: taken in twice, kept once."
    )
    door = models.CharField(max_length=8, choices=Door)
    arrived_at = models.DateTimeField(help_text="When our mail server got it; clocks start then.")
    taken_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=MailState)
    why = models.CharField("why it was put aside", max_length=20, choices=PutAside, blank=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="mails")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, null=True, blank=True, related_name="mail")
    bounced = models.ForeignKey(
        Notification,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bounces",
        help_text="What could not be delivered, according to this mail.",
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="settled_mails"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    vouched = models.CharField("sender vouched for by", max_length=12, choices=Vouched, default=Vouched.NOBODY)
    opened = models.CharField("encryption", max_length=10, choices=Opened, default=Opened.CLEAR)
    signed = models.CharField("signature", max_length=10, choices=Signed, default=Signed.NOT)
    signer = SealedCharField(max_length=64, blank=True, help_text="Fingerprint of the key that signed it.")

    header_id = SealedCharField("Message-ID", max_length=998, blank=True)
    sender_name = SealedCharField(max_length=300, blank=True)
    sender_address = SealedCharField(max_length=320, blank=True)
    sender_index = models.CharField(
        max_length=32, blank=True, editable=False, help_text="Keyed hash of the sender's address."
    )
    recipients = SealedTextField(blank=True, help_text="To and Cc, one a line. They gain nothing by it (EML-04).")
    subject = SealedCharField(max_length=998, blank=True)
    text = SealedTextField(blank=True)
    quoted = SealedTextField(blank=True, help_text="What the sender quoted below; folded, not dropped.")
    html = SealedTextField("HTML", blank=True, help_text="As it came: it is sanitised when it is shown.")
    refusal = SealedCharField("why it was refused", max_length=500, blank=True)
    oddities = SealedTextField(blank=True, help_text="What was unusual about it, one sentence a line.")
    file_list = SealedTextField(blank=True, help_text="Name, size and type of each file in it, as JSON.")
    secret = SealedCharField(max_length=64, blank=True, help_text="Opens the source.")
    storage_key = models.CharField(max_length=100, blank=True, help_text="The source; empty once it was deleted.")
    size = models.BigIntegerField(help_text="Bytes of the source")

    objects = NeedToKnowManager["InboundMail"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("arrived_at", "id")
        verbose_name = "mail that came in"
        verbose_name_plural = "mails that came in"
        indexes: ClassVar = [
            models.Index(name="mail_by_report", fields=["report", "arrived_at"]),
            models.Index(name="mail_by_sender", fields=["sender_index", "arrived_at"]),
            models.Index(name="mail_put_aside", fields=["arrived_at"], condition=Q(state="aside")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="put_aside_has_its_reason", condition=~Q(state=MailState.ASIDE) | ~Q(why="")),
            models.CheckConstraint(
                name="mail_that_counts_has_its_report",
                condition=~Q(state__in=[MailState.REPORT, MailState.JOINED]) | Q(report__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return "a mail"

    @property
    def sealed_as(self) -> str:
        return self.code

    def sealing_key(self) -> bytes:
        return self.data_key_opened()

    @property
    def waits_for_a_word(self) -> bool:
        """It was put aside, nobody vouches for it, and no person has settled it."""
        is_open = self.state == MailState.ASIDE and self.settled_at is None
        return is_open and self.vouched == Vouched.NOBODY

    @property
    def is_erased(self) -> bool:
        return not self.data_key
