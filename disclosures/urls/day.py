"""The day of a release, before it and on it."""

from django.urls import path

from disclosures.views import plan

urlpatterns = [
    path("<slug:reference>/day/plan/", plan.page, name="report-release-plan"),
]
