"""What becomes of a published advisory that was wrong, or whose fix was incomplete."""

from django.urls import path

from disclosures.views import withdrawal

urlpatterns = [
    path("<slug:reference>/withdraw/<slug:identifier>/", withdrawal.page, name="report-withdraw-advisory"),
    path("<slug:reference>/withdrawals/<int:pk>/agree/", withdrawal.agree, name="report-agree-withdrawal"),
    path("<slug:reference>/withdrawals/<int:pk>/drop/", withdrawal.drop, name="report-drop-withdrawal"),
    path("<slug:reference>/withdrawals/<int:pk>/waive/", withdrawal.waive, name="report-waive-withdrawal"),
    path("<slug:reference>/withdrawn/<int:pk>/", withdrawal.say_done, name="report-say-withdrawn"),
    path("<slug:reference>/follow-up/<slug:identifier>/", withdrawal.follow_up, name="report-follow-up"),
]
