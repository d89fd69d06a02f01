"""A harmless report on its way into the open."""

from django.urls import path

from disclosures.views import publicity, publicity_track

urlpatterns = [
    path("reports/<slug:reference>/make-public/", publicity.page, name="report-make-public"),
    path("reports/<slug:reference>/make-public/withdraw/", publicity.withdraw, name="report-keep-private"),
    path("reports/<slug:reference>/make-public/again/", publicity.again, name="report-publish-again"),
    path("track/<str:reference>/public/", publicity_track.page, name="track-make-public"),
]
