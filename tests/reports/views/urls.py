"""The desk, and doors where its pages lead."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from portal.urls import urlpatterns as site

DOORS = (
    "dashboard", "queue", "preferences", "mfa_index", "usersessions_list", "account_logout", "account_login",
    "before-you-report", "report-form", "report-find", "second-factor", "markdown-preview", "stage-file",
)  # fmt: skip


def nothing(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


urlpatterns = [path("", include(site)), *(path(f"doors/{name}/", nothing, name=name) for name in DOORS)]
