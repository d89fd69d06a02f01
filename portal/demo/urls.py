from django.urls import path

from portal.demo import sandbox, views

urlpatterns = [
    path("demo/", views.demo, name="demo"),
    path("demo/sign-in/<str:who>/", views.sign_in, name="demo-sign-in"),
    path("demo/mailbox/", views.read_mail, name="demo-mailbox"),
    path("sandbox/github/login/oauth/authorize", sandbox.authorize, name="sandbox-authorize"),
    path("sandbox/github/login/oauth/access_token", sandbox.access_token, name="sandbox-access-token"),
    path("sandbox/github/api/v3/user", sandbox.user, name="sandbox-user"),
]
