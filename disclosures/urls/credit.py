from django.urls import path

from disclosures.views import credit_desk, credit_finder, credit_me, credit_track

urlpatterns = [
    path("track/<str:reference>/credit/answer/", credit_track.mine, name="track-credit-answer"),
    path("track/<str:reference>/credit/finders/", credit_track.name_finder, name="track-name-finder"),
    path("track/<str:reference>/credit/finders/<int:pk>/", credit_track.finder, name="track-credit-finder"),
    path("track/<str:reference>/credit/finders/<int:pk>/link/", credit_track.link_for, name="track-finder-link"),
    path("r/thanks/<str:key>/", credit_finder.page, name="finder-credit"),
    path("me/credit/", credit_me.page, name="my-credit"),
    path("me/credit/<int:pk>/", credit_me.one, name="my-credit-answer"),
    path("reports/<slug:reference>/credit/", credit_desk.page, name="report-credit"),
    path("reports/<slug:reference>/credit/ask/", credit_desk.ask, name="report-credit-ask"),
    path("reports/<slug:reference>/credit/<int:pk>/ask/", credit_desk.ask_one, name="report-credit-ask-one"),
    path("reports/<slug:reference>/credit/<int:pk>/link/", credit_desk.link_for, name="report-credit-link"),
    path("reports/<slug:reference>/credit/<int:pk>/", credit_desk.enter, name="report-credit-enter"),
    path("reports/<slug:reference>/credit/places/<int:pk>/", credit_desk.taken_out, name="report-credit-place"),
    path(
        "reports/<slug:reference>/credit/places/<int:pk>/again/",
        credit_desk.try_place_again,
        name="report-credit-place-again",
    ),
]
