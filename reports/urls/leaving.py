from django.urls import path

from reports.views import stepping_down

urlpatterns = [
    path("me/step-down/", stepping_down.step_down, name="step-down"),
    path("team/stepped-down/", stepping_down.stepped_down, name="stepped-down"),
]
