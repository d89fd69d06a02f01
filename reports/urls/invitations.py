from django.urls import path

from reports.views import invitations

urlpatterns = [
    path("<slug:code>/", invitations.asked, name="asked"),
]
