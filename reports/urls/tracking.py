from django.urls import path

from reports.views import entry, github_report, openpgp_keys, tracking, wishes

urlpatterns = [
    path("r/<str:key>/", entry.open_report, name="open-report"),
    path("r/github/<str:ghsa_id>/", github_report.open_report, name="open-github-report"),
    path("track/", entry.find_report, name="report-find"),
    path("track/<str:reference>/", tracking.report, name="track"),
    path("track/<str:reference>/credit/", wishes.credit, name="track-credit"),
    path("track/<str:reference>/address/", wishes.address, name="track-address"),
    path("track/<str:reference>/key/", openpgp_keys.key, name="track-key"),
    path("track/<str:reference>/key/<int:pk>/remove/", openpgp_keys.remove, name="track-key-remove"),
    path("track/<str:reference>/key/confirm/<str:proof>/", openpgp_keys.confirm, name="track-key-confirm"),
    path("track/<str:reference>/invite/", wishes.invite, name="track-invite"),
    path("track/<str:reference>/invited/", wishes.invited, name="track-invited"),
    path("track/<str:reference>/withdraw/", wishes.withdraw, name="track-withdraw"),
    path("track/<str:reference>/link/", wishes.renew, name="track-renew"),
    path("track/<str:reference>/link/new/", wishes.renewed, name="track-renewed"),
    path("track/<str:reference>/everything/", tracking.everything, name="track-everything"),
    path("track/<str:reference>/leave/", tracking.leave, name="track-leave"),
    path("track/<str:reference>/files/<int:pk>/", tracking.file, name="track-file"),
    path("track/<str:reference>/files/<int:pk>/picture/", tracking.picture, name="track-picture"),
]
