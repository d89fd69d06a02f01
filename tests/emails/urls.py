"""The doors that mails lead to."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def nothing(request: HttpRequest, **parts: str) -> HttpResponse:
    raise NotImplementedError


urlpatterns = [
    path("reports/quarantine/", nothing, name="quarantine"),
    path("reports/<reference>/", nothing, name="report"),
    path("track/<reference>/", nothing, name="track"),
    path("r/<key>/", nothing, name="open-report"),
    path("dashboard/", nothing, name="dashboard"),
    path("preferences/", nothing, name="preferences"),
]
