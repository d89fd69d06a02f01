"""Looking at the records of disclosures, under the need-to-know of their reports. Nothing shows what people wrote."""

from django.contrib import admin

from disclosures.models import Credit, CreditAnswer, CreditPlace
from portal.corrections import ReadOnlyAdmin
from reports.admin import SeenAdmin


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
    list_display = ("report", "kind", "state", "printed_at", "changed_at", "changed_by")
    list_select_related = ("report", "changed_by")
    list_filter = ("kind", "state")
    search_fields = ("report__reference",)
    fields = ("report", "kind", "state", "printed_at", "changed_at", "changed_by")
