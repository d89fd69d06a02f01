"""Pages about more than one report."""

from django.urls import path

from disclosures.views import lists, month, rehearsals

urlpatterns = [
    path("calendar/", month.page, name="calendar"),
    path("rehearsals/", rehearsals.rehearsals, name="rehearsals"),
    path("obligations/", lists.owed, name="obligations"),
    path("cve/", lists.wishes, name="cve-queue"),
]
