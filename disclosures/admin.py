"""Looking at the records of disclosures, under the need-to-know of their reports, and at what the world was told.

Nothing is put straight here: people do that on the pages, and a revision is evidence. Nothing shows what they wrote
(ADM-02); what is public is read where everybody reads it.
"""

from typing import ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from disclosures.models import (
    Advisory,
    AffectedProduct,
    AffectedRange,
    Approval,
    Comment,
    Conduct,
    Credit,
    CreditAnswer,
    CreditPlace,
    CveRequest,
    LeakWaiver,
    PublicStatistics,
    PublishedAdvisory,
    PublishedFile,
    PublishedRevision,
    Reference,
    Release,
    RepositoryAdvisory,
    Revision,
    RuleException,
    Step,
    Withdrawal,
)
from portal.corrections import ReadOnlyAdmin
from reports.admin import SeenAdmin
from reports.models import NeedToKnow


class EvidenceAdmin[M: NeedToKnow](SeenAdmin[M], ReadOnlyAdmin[M]):
    list_select_related: ClassVar[tuple[str, ...]] = ("report",)
    search_fields: ClassVar[tuple[str, ...]] = ("report__reference",)


@admin.register(Advisory)
class AdvisoryAdmin(EvidenceAdmin[Advisory]):
    list_display = ("identifier", "report", "state", "severity", "changed_at", "published_at", "withdrawn_at")
    list_filter = ("state", "severity")
    search_fields = ("identifier", "report__reference")
    fields = (
        "identifier", "report", "state", "severity", "cvss31_vector", "cvss40_vector", "cwe_ids", "has_no_workaround",
        "is_mitigation_only", "follows", "created_at", "created_by", "changed_at", "published_at", "withdrawn_at",
    )  # fmt: skip


@admin.register(AffectedProduct)
class AffectedProductAdmin(EvidenceAdmin[AffectedProduct]):
    list_display = ("report", "advisory", "project", "ecosystem")
    list_select_related = ("report", "advisory", "project")
    fields = ("report", "advisory", "project", "ecosystem", "place")


@admin.register(AffectedRange)
class AffectedRangeAdmin(EvidenceAdmin[AffectedRange]):
    list_display = ("report", "place")
    fields = ("report", "place")


@admin.register(Reference)
class ReferenceAdmin(EvidenceAdmin[Reference]):
    list_display = ("report", "advisory", "kind")
    list_select_related = ("report", "advisory")
    fields = ("report", "advisory", "kind", "place")


@admin.register(Release)
class ReleaseAdmin(EvidenceAdmin[Release]):
    list_display = ("report", "project", "planned_on", "state", "published_at")
    list_select_related = ("report", "project")
    list_filter = ("state",)
    fields = (
        "report",
        "project",
        "releaser",
        "planned_on",
        "state",
        "github_id",
        "published_at",
        "seen_at",
    )


@admin.register(RepositoryAdvisory)
class RepositoryAdvisoryAdmin(EvidenceAdmin[RepositoryAdvisory]):
    list_display = ("report", "project", "state", "ghsa_id", "published_at", "was_by_hand", "visible_at")
    list_select_related = ("report", "project")
    list_filter = ("state",)
    fields = (
        "report", "advisory", "project", "state", "ghsa_id", "published_at", "was_by_hand", "kept_the_day", "linked_at",
        "visible_at", "checked_at",
    )  # fmt: skip


@admin.register(RuleException)
class RuleExceptionAdmin(EvidenceAdmin[RuleException]):
    list_display = ("report", "kind", "proposed_by", "proposed_at", "agreed_by", "agreed_at", "dropped_at")
    list_select_related = ("report", "proposed_by", "agreed_by")
    list_filter = ("kind",)
    fields = ("report", "kind", "proposed_by", "proposed_at", "agreed_by", "agreed_at", "dropped_at")


@admin.register(Withdrawal)
class WithdrawalAdmin(EvidenceAdmin[Withdrawal]):
    list_display = ("report", "advisory", "proposed_by", "proposed_at", "agreed_by", "agreed_at", "dropped_at")
    list_select_related = ("report", "advisory", "proposed_by", "agreed_by")
    fields = ("report", "advisory", "proposed_by", "proposed_at", "agreed_by", "agreed_at", "dropped_at")


@admin.register(Conduct)
class ConductAdmin(EvidenceAdmin[Conduct]):
    list_display = ("report", "started_by", "started_at", "stopped_at")
    list_select_related = ("report", "started_by")
    fields = ("report", "started_by", "started_at", "stopped_at")


@admin.register(Step)
class StepAdmin(EvidenceAdmin[Step]):
    list_display = ("report", "kind", "project", "state", "attempts", "next_attempt_at", "done_at")
    list_select_related = ("report", "project")
    list_filter = ("kind", "state")
    fields = ("report", "kind", "advisory", "project", "state", "attempts", "next_attempt_at", "done_at")


@admin.register(Revision)
class RevisionAdmin(EvidenceAdmin[Revision]):
    list_display = ("report", "advisory", "number", "written_at", "written_by", "published_at")
    list_select_related = ("report", "advisory", "written_by")
    fields = ("report", "advisory", "number", "written_at", "written_by", "published_at")


@admin.register(Approval)
class ApprovalAdmin(EvidenceAdmin[Approval]):
    list_display = ("report", "revision", "approved_by", "approved_at", "withdrawn_at")
    list_select_related = ("report", "revision", "approved_by")
    list_filter = (("withdrawn_at", admin.EmptyFieldListFilter),)
    fields = ("report", "revision", "approved_by", "approved_at", "withdrawn_at")


@admin.register(Comment)
class CommentAdmin(EvidenceAdmin[Comment]):
    list_display = ("report", "advisory", "author", "at", "settled_at")
    list_select_related = ("report", "advisory", "author")
    fields = ("report", "advisory", "author", "at", "settled_at")


@admin.register(LeakWaiver)
class LeakWaiverAdmin(EvidenceAdmin[LeakWaiver]):
    list_display = ("report", "advisory", "waived_by", "waived_at")
    list_select_related = ("report", "advisory", "waived_by")
    fields = ("report", "advisory", "finding", "waived_by", "waived_at")


@admin.register(Credit)
class CreditAdmin(SeenAdmin[Credit], ReadOnlyAdmin[Credit]):
    list_display = ("report", "kind", "user", "asked_at", "asked_again_at", "answer", "answered_at")
    list_select_related = ("report", "user")
    list_filter = ("kind", "answer")
    search_fields = ("report__reference",)
    fields = ("report", "kind", "user", "asked_at", "asked_again_at", "answer", "answered_at")


@admin.register(CreditAnswer)
class CreditAnswerAdmin(SeenAdmin[CreditAnswer], ReadOnlyAdmin[CreditAnswer]):
    list_display = ("at", "report", "answer", "channel", "entered_by")
    list_select_related = ("report", "entered_by")
    list_filter = ("answer", "channel")
    search_fields = ("report__reference",)
    fields = ("at", "report", "answer", "channel", "entered_by", "forgotten_at")


@admin.register(CreditPlace)
class CreditPlaceAdmin(SeenAdmin[CreditPlace], ReadOnlyAdmin[CreditPlace]):
    list_display = ("report", "kind", "state", "obstacle", "printed_at", "changed_at", "changed_by")
    list_select_related = ("report", "changed_by")
    list_filter = ("kind", "state", "obstacle")
    search_fields = ("report__reference",)
    fields = ("report", "kind", "state", "obstacle", "tries", "next_try_at", "printed_at", "changed_at", "changed_by")


@admin.register(CveRequest)
class CveRequestAdmin(SeenAdmin[CveRequest], ReadOnlyAdmin[CveRequest]):
    list_display = ("report", "advisory", "state", "route", "cve_id", "requested_at", "assigned_at", "spread_at")
    list_select_related = ("report", "advisory")
    list_filter = ("state", "route", ("spread_at", admin.EmptyFieldListFilter))
    search_fields = ("report__reference", "cve_id")
    fields = (
        "report", "advisory", "state", "route", "cve_id", "proposed_by", "agreed_by", "created_at", "requested_at",
        "assigned_at", "published_at", "ended_at", "spread_at", "reminded_after", "next_attempt_at",
        "recorded_revision", "rejection_sent_at",
    )  # fmt: skip


class ToldAdmin[M: Model](ReadOnlyAdmin[M]):
    """For rows that everybody may read. `whole`: columns that are large, and read elsewhere."""

    whole: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        rows: QuerySet[M] = super().get_queryset(request).defer(*self.whole)
        return rows


@admin.register(PublishedAdvisory)
class PublishedAdvisoryAdmin(ToldAdmin[PublishedAdvisory]):
    whole = ("snapshot", "words")
    list_display = ("identifier", "title", "severity", "published_at", "modified_at", "withdrawn_at")
    list_filter = ("severity", ("withdrawn_at", admin.EmptyFieldListFilter), "published_at")
    search_fields = ("identifier", "title", "cve_ids", "ghsa_ids", "projects")
    fields = (
        "identifier", "title", "severity", "cve_ids", "ghsa_ids", "projects", "thanked", "published_at", "modified_at",
        "withdrawn_at", "time_to_fix", "revision",
    )  # fmt: skip

    def view_on_site(self, obj: PublishedAdvisory) -> str:
        return reverse("advisory-page", args=[obj.identifier])


@admin.register(PublishedRevision)
class PublishedRevisionAdmin(ToldAdmin[PublishedRevision]):
    whole = ("snapshot", "advisory__snapshot", "advisory__words")
    list_display = ("advisory", "number", "at", "summary")
    list_select_related: ClassVar[tuple[str, ...]] = ("advisory",)
    list_filter = ("at",)
    search_fields = ("advisory__identifier", "summary")
    fields = ("advisory", "number", "at", "summary")

    def view_on_site(self, obj: PublishedRevision) -> str:
        return reverse("advisory-revision", args=[obj.advisory.identifier, obj.number])


@admin.register(PublishedFile)
class PublishedFileAdmin(ToldAdmin[PublishedFile]):
    whole = ("content", "advisory__snapshot", "advisory__words")
    list_display = ("path", "advisory", "modified_at", "sha256")
    list_select_related: ClassVar[tuple[str, ...]] = ("advisory",)
    list_filter = (("advisory", admin.EmptyFieldListFilter), ("signature", admin.EmptyFieldListFilter), "modified_at")
    search_fields = ("path", "sha256")
    fields = ("path", "advisory", "sha256", "signature", "modified_at", "made_by")

    def view_on_site(self, obj: PublishedFile) -> str:
        return f"/{obj.path}"


@admin.register(PublicStatistics)
class PublicStatisticsAdmin(ToldAdmin[PublicStatistics]):
    """The one row."""

    list_display = ("until", "published", "known", "within_month", "within_quarter")
    fields = ("until", "published", "known", "within_month", "within_quarter")
