"""Putting the record of a report straight. Need-to-know decides here as everywhere, and every correction is an event.

What people wrote is neither shown nor changed here, nor named in a title or in Django's own log (ADM-02).
"""

from typing import ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.corrections import KeptAdmin, ReadOnlyAdmin, changed_fields
from reports import clocks, history, revealing, search
from reports.admin_forms import ClockForm, GrantForm, RecusalForm, ReportForm
from reports.enums import EventKind
from reports.models import (
    AffectedProject,
    Clock,
    Grant,
    NeedToKnow,
    Notification,
    Recusal,
    Report,
    Reporter,
    ReportEvent,
)
from teams.sign_in import signed_in

type Correction = ModelForm


class RecordAdmin[M: NeedToKnow](KeptAdmin[M]):
    """For rows of a report. They come about by what people do, not here."""

    list_select_related: ClassVar[tuple[str, ...]] = ("report",)
    search_fields: ClassVar[tuple[str, ...]] = ("report__reference",)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def report_of(self, obj: M) -> Report:
        return obj if isinstance(obj, Report) else obj.report  # type: ignore[attr-defined] # all others have one

    def save_model(self, request: HttpRequest, obj: M, form: Correction, change: bool) -> None:  # noqa: FBT001
        """The event comes first: a recusal of oneself would leave nobody to write it."""
        fields, kind = changed_fields(form), str(obj._meta.verbose_name)  # noqa: SLF001 - Django's model API
        if fields:
            by, now = signed_in(request), timezone.now()
            history.append(self.report_of(obj), EventKind.CORRECTED, by=by, now=now, model=kind, fields=fields)
        super().save_model(request, obj, form, change)


@admin.register(Report)
class ReportAdmin(RecordAdmin[Report]):
    form = ReportForm
    list_display = ("reference", "state", "received_at", "coordinator", "next_due_at")
    list_filter = ("state", "severity", "channel")
    list_select_related = ("coordinator",)
    search_fields = ("reference",)
    ordering = ("-received_at", "-id")
    fields = (
        "reference", "channel", "received_at", "state", "state_since", "decline_reason", "next_due_at",
        "coordinator", "cvss_vector", "cvss_score", "severity", "cwe_ids",
        "project_unknown", "already_public", "exploited", "reporter_discloses_on",
    )  # fmt: skip
    readonly_fields = (
        "reference", "channel", "received_at", "state", "state_since", "decline_reason", "next_due_at",
        "cvss_score", "severity",
    )  # fmt: skip


@admin.register(AffectedProject)
class AffectedProjectAdmin(RecordAdmin[AffectedProject]):
    list_display = ("report", "project", "named_by_reporter")
    list_select_related = ("report", "project")
    fields = ("report", "project", "named_by_reporter")
    kept = ("report",)


@admin.register(Reporter)
class ReporterAdmin(RecordAdmin[Reporter]):
    list_display = ("report", "is_co_reporter", "credit_wish")
    fields = ("report", "name", "email", "credit_wish", "credit_name")
    kept = ("report",)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Whoever opens the row sees who reported it, and that stands in the report's history."""
        reporter = self.get_object(request, unquote(object_id))
        if reporter is not None and self.has_view_permission(request, reporter):
            revealing.reveal(reporter.report, session=request.session, by=signed_in(request), now=timezone.now())
        return super().change_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Reporter, form: Correction, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        search.index(obj.report)


@admin.register(Grant)
class GrantAdmin(RecordAdmin[Grant]):
    form = GrantForm
    list_display = ("report", "role", "user", "granted_at", "expires_at", "revoked_at")
    list_select_related = ("report", "user")
    list_filter = ("role", ("revoked_at", admin.EmptyFieldListFilter))
    fields = (
        "report", "role", "user", "reason", "granted_by", "granted_at", "sees_from", "expires_at",
        "revoked_at", "revoked_by",
    )  # fmt: skip
    readonly_fields = ("revoked_by",)
    kept = ("report", "role", "user", "granted_by", "granted_at")

    def save_model(self, request: HttpRequest, obj: Grant, form: Correction, change: bool) -> None:  # noqa: FBT001
        if "revoked_at" in form.changed_data:
            obj.revoked_by = signed_in(request)
        super().save_model(request, obj, form, change)


@admin.register(Recusal)
class RecusalAdmin(RecordAdmin[Recusal]):
    """The one thing that is begun here: a wall between a member and a report."""

    form = RecusalForm
    list_display = ("report", "user", "recused_at", "lifted_at")
    list_select_related = ("report", "user")
    fields = ("report", "user", "reason", "recused_at", "lifted_at")
    raw_id_fields = ("report",)
    kept = ("report", "user")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)


@admin.register(Clock)
class ClockAdmin(RecordAdmin[Clock]):
    form = ClockForm
    list_display = ("report", "kind", "due_at", "stopped_at", "breached_at")
    list_filter = ("kind", ("stopped_at", admin.EmptyFieldListFilter))
    fields = (
        "report", "kind", "rule", "started_at", "warn_at", "due_at", "warned_at", "breached_at", "stopped_at",
        "stopped_by",
    )  # fmt: skip
    kept = ("report", "kind", "rule", "started_at", "warned_at", "breached_at", "stopped_at", "stopped_by")

    def save_model(self, request: HttpRequest, obj: Clock, form: Correction, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        clocks.remember_next_due(obj.report)


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin[Notification]):
    list_display = ("report", "kind", "user", "state", "attempts", "created_at", "sent_at")
    list_select_related = ("report", "user")
    list_filter = ("state", "kind")
    search_fields = ("report__reference",)
    fields = ("report", "kind", "user", "state", "attempts", "created_at", "next_attempt_at", "sent_at", "error")


@admin.register(ReportEvent)
class ReportEventAdmin(ReadOnlyAdmin[ReportEvent]):
    list_display = ("at", "report", "kind", "user")
    list_select_related = ("report", "user")
    list_filter = ("kind",)
    search_fields = ("report__reference",)
    fields = ("at", "report", "kind", "user", "details")
