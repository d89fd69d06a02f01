"""What the portal must not forget: what happened, what is due, and whom it still has to tell."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.audit.chain import APPEND_ONLY, GREW, ONLY_GROWS, ChainedEvent, ChainHead
from reports.enums import ClockKind, EventKind, NoticeKind, NoticeState
from reports.models.grants import NeedToKnow, NeedToKnowManager, nothing
from reports.models.people import Reporter
from reports.models.report import Report


class ReportChain(NeedToKnow, ChainHead):
    """Where a report's history ends."""

    family = "report"
    named_by = "report__reference"

    report = models.OneToOneField(Report, on_delete=models.PROTECT, primary_key=True, related_name="chain")

    objects = NeedToKnowManager["ReportChain"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        indexes = (models.Index(name="reportchain_to_note", fields=["report"], condition=GREW),)
        triggers = ONLY_GROWS

    def __str__(self) -> str:
        return "the end of a history"

    @property
    def chain(self) -> str:
        return f"{self.family}:{self.report.reference}"


class ReportEvent(NeedToKnow, ChainedEvent):
    """One line of a report's history. Appended by `reports.history`, never changed: the triggers refuse it to all.

    `details` carries ids, names of fields and of moves, never what anybody wrote.
    """

    heads = ReportChain
    owned_by = "report_id"

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=24, choices=EventKind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="report_events"
    )
    reporter = models.ForeignKey(Reporter, on_delete=models.PROTECT, null=True, related_name="events")

    objects = NeedToKnowManager["ReportEvent"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("at", "id")
        triggers = APPEND_ONLY
        constraints: ClassVar = [
            models.UniqueConstraint(name="events_of_a_report_follow_each_other", fields=["report", "seq"]),
        ]
        indexes = (
            models.Index(name="event_by_report", fields=["report", "at"]),
            models.Index(name="event_newest", fields=["-at", "-id"]),
            models.Index(name="event_by_person", fields=["report", "user"], condition=Q(user__isnull=False)),
        )

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def chain(self) -> str:
        return f"{ReportChain.family}:{self.report.reference}"

    @property
    def who(self) -> str:
        if self.reporter_id:
            return f"reporter:{self.reporter_id}"
        return f"user:{self.user_id}" if self.user_id else ""


class Clock(NeedToKnow):
    """A promise that runs until a person keeps it. Its due moment is stored with the rule (P7, P9)."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=12, choices=ClockKind)
    started_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    due_at = models.DateTimeField()
    rule = models.CharField(max_length=500, help_text="The rule that gave the due moment.")
    warned_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stopped_clocks",
    )

    objects = NeedToKnowManager["Clock"]()

    class Meta(NeedToKnow.Meta):
        ordering = ("due_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_running_clock_each_kind",
                fields=["report", "kind"],
                condition=Q(stopped_at__isnull=True),
            ),
        ]
        indexes = (
            models.Index(
                name="clock_to_warn",
                fields=["warn_at"],
                condition=Q(stopped_at__isnull=True, warned_at__isnull=True),
            ),
            models.Index(
                name="clock_to_breach",
                fields=["due_at"],
                condition=Q(stopped_at__isnull=True, breached_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()

    def was_kept(self) -> bool:
        return self.stopped_at is not None and self.stopped_at <= self.due_at

    def is_overdue(self, *, now: datetime) -> bool:
        return self.stopped_at is None and now > self.due_at


class Notification(NeedToKnow):
    """Somebody has to be told something. Written with the change that caused it; a worker only delivers it (TSK-01).

    The recipient is a user, a reporter, or for escalations a bare address.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="notifications")
    kind = models.CharField(max_length=16, choices=NoticeKind)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notifications",
    )
    reporter = models.ForeignKey(
        Reporter, on_delete=models.PROTECT, null=True, blank=True, related_name="notifications"
    )
    address = models.EmailField(blank=True)
    dedupe_key = models.CharField(max_length=200, unique=True, help_text="One fact, one recipient, one row.")
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=NoticeState, default=NoticeState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True, help_text="A worker is at it until then.")
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True, help_text="What the mail server said; never the mail's text.")
    digest = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="gathered",
        help_text="The daily digest that tells it.",
    )

    objects = NeedToKnowManager["Notification"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("-created_at", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="notifications_have_one_recipient",
                condition=Q(user__isnull=False, reporter__isnull=True, address="")
                | Q(user__isnull=True, reporter__isnull=False, address="")
                | Q(user__isnull=True, reporter__isnull=True) & ~Q(address=""),
            ),
        ]
        indexes = (
            models.Index(
                name="notification_to_send",
                fields=["next_attempt_at"],
                condition=Q(state=NoticeState.PENDING),
            ),
            models.Index(
                name="notification_automatic",
                fields=["sent_at"],
                condition=Q(
                    kind__in=[NoticeKind.RECEIPT, NoticeKind.LINK, NoticeKind.INVITATION], sent_at__isnull=False
                ),
            ),
            models.Index(name="notification_failed", fields=["-created_at"], condition=Q(state=NoticeState.FAILED)),
        )

    def __str__(self) -> str:
        return self.get_kind_display()
