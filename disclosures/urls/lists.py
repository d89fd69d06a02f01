"""Pages about more than one report."""

from django.urls import path

from disclosures.views import month, rehearsals

urlpatterns = [
    path("calendar/", month.page, name="calendar"),
    path("rehearsals/", rehearsals.rehearsals, name="rehearsals"),
]
