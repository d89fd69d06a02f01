from django.urls import path

from portal.demo import sandbox, views
from portal.demo.github import views as github

urlpatterns = [
    path("demo/", views.demo, name="demo"),
    path("demo/sign-in/<str:who>/", views.sign_in, name="demo-sign-in"),
    path("demo/mailbox/", views.read_mail, name="demo-mailbox"),
    path("demo/github/", github.repositories, name="demo-github"),
    path("demo/github/trouble/", github.trouble, name="demo-github-trouble"),
    path("demo/github/writes/", github.writes, name="demo-github-writes"),
    path("demo/github/<int:pk>/", github.repository, name="demo-github-repository"),
    path("demo/github/<int:pk>/archive/", github.archive, name="demo-github-archive"),
    path("demo/github/<int:pk>/rename/", github.rename, name="demo-github-rename"),
    path("demo/github/<int:pk>/role/", github.give_role, name="demo-github-role"),
    path("demo/github/<int:pk>/release/", github.publish, name="demo-github-release"),
    path("sandbox/github/login/oauth/authorize", sandbox.authorize, name="sandbox-authorize"),
    path("sandbox/github/login/oauth/access_token", sandbox.access_token, name="sandbox-access-token"),
    path("sandbox/github/api/v3/user", sandbox.user, name="sandbox-user"),
]
