"""The whole map. The demo's shortcuts exist only while the demo runs."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("portal.pages.urls")),
    path("", include("teams.urls")),
    path("report/", include("reports.urls.intake")),
    path("", include("reports.urls.tracking")),
    path("asked/", include("reports.urls.invitations")),
    path("", include("reports.urls.leaving")),
    path("reports/", include("reports.urls.queue")),
    path("reports/", include("disclosures.urls.day")),
    path("reports/", include("disclosures.urls.cve")),
    path("reports/", include("reports.urls.desk")),
    path("", include("disclosures.urls.documents")),
    path("advisories/", include("disclosures.urls.public")),
    path("", include("disclosures.urls.credit")),
    path("", include("disclosures.urls.publicity")),
    path("reports/", include("disclosures.urls.withdrawal")),
    path("", include("disclosures.urls.lists")),
    path("reports/", include("disclosures.urls.drafting")),
    path("admin/", admin.site.urls),
]

handler400 = "portal.bad_requests.bad_request"
handler500 = "portal.pages.errors.broken"

if settings.DEMO:
    urlpatterns.append(path("", include("portal.demo.urls")))
