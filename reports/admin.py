"""Putting the record of a report straight. Need-to-know decides here as everywhere, and every correction is an event.

What people wrote is neither shown nor changed here, nor named in a title or in Django's own log (ADM-02).
"""

from collections.abc import Mapping
from typing import ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.core.paginator import Paginator
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.corrections import KeptAdmin, ReadOnlyAdmin, changed_fields
from portal.limited import limited_by, searching
from portal.rate_limits import Scope
from reports import clocks, history, readings, revealing, search
from reports.admin_forms import ClockForm, GrantForm, RecusalForm, ReportForm
from reports.admin_history import corrections_of
from reports.enums import EventKind, Sight
from reports.models import (
    AffectedProject,
    Clock,
    Grant,
    InboundMail,
    NeedToKnow,
    Notification,
    PublicFigures,
    Recusal,
    Report,
    Reporter,
    ReportEvent,
)
from teams import record
from teams.enums import AccountEventKind
from teams.sign_in import signed_in

type Correction = ModelForm

MOST_CORRECTIONS = 100
"""On a page of a history."""


class SeenAdmin[M: NeedToKnow](KeptAdmin[M]):
    """For rows of a report: the record keeps who opened one, and who had them listed (AUD-03)."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> M | None:
        found: M | None = super().get_object(request, object_id, from_field)
        report = self.report_of(found) if found else None
        if report is not None:
            readings.note_sight(report, Sight.ADMIN, now=timezone.now())
        return found

    @limited_by(Scope.SEARCH, counts=searching)
    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        listed = str(self.model._meta.model_name)  # noqa: SLF001 - Django's model API
        record.append_once(signed_in(request), AccountEventKind.RECORDS_LISTED, now=timezone.now(), model=listed)
        return super().changelist_view(request, extra_context)

    def report_of(self, obj: M) -> Report | None:
        if isinstance(obj, Report):
            return obj
        report: Report | None = obj.report  # type: ignore[attr-defined] # all others have one
        return report


class RecordAdmin[M: NeedToKnow](SeenAdmin[M]):
    """For rows of a report. They come about by what people do, not here."""

    list_select_related: ClassVar[tuple[str, ...]] = ("report",)
    search_fields: ClassVar[tuple[str, ...]] = ("report__reference",)
    followed_by: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Columns that follow from a field that people change."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def save_model(self, request: HttpRequest, obj: M, form: Correction, change: bool) -> None:  # noqa: FBT001
        """The event comes first: a recusal of oneself would leave nobody to write it.

        Only what a person changed is written: nothing that was revoked, erased or wrapped anew meanwhile is put back.
        """
        fields, kind = changed_fields(form), str(obj._meta.verbose_name)  # noqa: SLF001 - Django's model API
        report = self.report_of(obj)
        if fields and report is not None:
            by, now = signed_in(request), timezone.now()
            history.append(report, EventKind.CORRECTED, by=by, now=now, model=kind, fields=fields)
        if change:
            obj.save(update_fields=[*fields, *(name for field in fields for name in self.followed_by.get(field, ()))])
        else:
            super().save_model(request, obj, form, change)

    def log_addition(self, request: HttpRequest, obj: M, message: object) -> None:  # type: ignore[override] # nothing is logged
        """`save_model` has written the event; see `reports.admin_history`."""

    def log_change(self, request: HttpRequest, obj: M, message: object) -> None:  # type: ignore[override] # the same
        """As above."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        report = self.report_of(row) if row else None
        ours = corrections_of(report, model=str(self.opts.verbose_name)) if report else []
        page = Paginator(ours, MOST_CORRECTIONS).get_page(request.GET.get(PAGE_VAR))
        shown = {
            "action_list": page,
            "page_range": page.paginator.page_range,
            "pagination_required": page.paginator.num_pages > 1,
        }
        return super().history_view(request, object_id, {**(extra_context or {}), **shown})


@admin.register(Report)
class ReportAdmin(RecordAdmin[Report]):
    form = ReportForm
    list_display = ("reference", "state", "received_at", "coordinator", "next_due_at")
    list_filter = ("state", "severity", "channel")
    list_select_related = ("coordinator",)
    search_fields = ("reference",)
    ordering = ("-received_at", "-id")
    followed_by: ClassVar = {
        "cvss31_vector": ("cvss_score", "severity"),
        "cvss40_vector": ("cvss_score", "severity"),
    }
    fields = (
        "reference", "channel", "received_at", "state", "state_since", "decline_reason", "next_due_at",
        "coordinator", "cvss31_vector", "cvss40_vector", "cvss_score", "severity", "cwe_ids",
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
    followed_by: ClassVar = {"revoked_at": ("revoked_by",)}

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
class NotificationAdmin(SeenAdmin[Notification], ReadOnlyAdmin[Notification]):
    list_display = ("report", "kind", "user", "state", "attempts", "created_at", "sent_at")
    list_select_related = ("report", "user")
    list_filter = ("state", "kind")
    search_fields = ("report__reference",)
    fields = ("report", "kind", "user", "state", "attempts", "created_at", "next_attempt_at", "sent_at", "error")


@admin.register(ReportEvent)
class ReportEventAdmin(SeenAdmin[ReportEvent], ReadOnlyAdmin[ReportEvent]):
    list_display = ("at", "report", "kind", "user")
    list_select_related = ("report", "user")
    list_filter = ("kind",)
    search_fields = ("report__reference",)
    fields = ("at", "report", "seq", "kind", "user", "details", "previous_hash", "hash")


@admin.register(InboundMail)
class InboundMailAdmin(SeenAdmin[InboundMail], ReadOnlyAdmin[InboundMail]):
    """What became of each mail. What it says, and who sent it, is read on its own page."""

    list_display = ("arrived_at", "report", "state", "why", "vouched", "opened", "settled_by")
    list_select_related = ("report", "settled_by")
    list_filter = ("state", "why", "door")
    search_fields = ("report__reference",)
    fields = (
        "code", "report", "door", "arrived_at", "taken_at", "state", "why", "vouched", "opened", "signed",
        "settled_by", "settled_at", "size",
    )  # fmt: skip


@admin.register(PublicFigures)
class PublicFiguresAdmin(ReadOnlyAdmin[PublicFigures]):
    """The one row: sums over reports that had ended, which everybody may know."""

    list_display = ("until", "acknowledgements", "acknowledged_in_time", "updates", "updated_in_time")
    fields = (
        "until", "acknowledgements", "acknowledged_in_time", "median_to_acknowledge", "updates", "updated_in_time",
    )  # fmt: skip
