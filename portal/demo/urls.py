from django.urls import path

from portal.demo import sandbox, views
from portal.demo.github import advisory_views, public_views, release_views
from portal.demo.github import views as github

urlpatterns = [
    path("demo/", views.demo, name="demo"),
    path("demo/sign-in/<str:who>/", views.sign_in, name="demo-sign-in"),
    path("demo/mailbox/", views.read_mail, name="demo-mailbox"),
    path("demo/mailbox/write/", views.write_mail, name="demo-write-mail"),
    path("demo/github/", github.repositories, name="demo-github"),
    path("demo/github/trouble/", github.trouble, name="demo-github-trouble"),
    path("demo/github/writes/", github.writes, name="demo-github-writes"),
    path("demo/github/<int:pk>/", github.repository, name="demo-github-repository"),
    path("demo/github/<int:pk>/archive/", github.archive, name="demo-github-archive"),
    path("demo/github/<int:pk>/rename/", github.rename, name="demo-github-rename"),
    path("demo/github/<int:pk>/role/", github.give_role, name="demo-github-role"),
    path("demo/github/<int:pk>/release/", github.release, name="demo-github-release"),
    path("demo/github/<int:pk>/report/", github.report, name="demo-github-report"),
    path("demo/github/<int:pk>/private-reports/", github.switch_reporting, name="demo-github-private-reports"),
    path("demo/github/<int:pk>/fault/", github.fault, name="demo-github-fault"),
    path("demo/github/releases/<int:pk>/", release_views.release, name="demo-github-one-release"),
    path("demo/github/releases/<int:pk>/publish/", release_views.publish, name="demo-github-publish-release"),
    path("demo/github/releases/<int:pk>/delete/", release_views.delete, name="demo-github-delete-release"),
    path("demo/github/releases/<int:pk>/tag/", release_views.move_tag, name="demo-github-move-tag"),
    path("demo/github/releases/<int:pk>/notes/", release_views.write_notes, name="demo-github-notes"),
    path("demo/github/advisories/<int:pk>/", advisory_views.advisory, name="demo-github-advisory"),
    path("demo/github/advisories/<int:pk>/publish/", advisory_views.publish, name="demo-github-publish-advisory"),
    path("demo/github/advisories/<int:pk>/accept/", advisory_views.accept, name="demo-github-accept-advisory"),
    path("demo/github/advisories/<int:pk>/rewrite/", advisory_views.rewrite, name="demo-github-rewrite-advisory"),
    path("demo/github/advisories/<int:pk>/close/", advisory_views.close, name="demo-github-close-advisory"),
    path("demo/github/advisories/<int:pk>/withdraw/", advisory_views.withdraw, name="demo-github-withdraw-advisory"),
    path("demo/github/advisories/<int:pk>/cve/", advisory_views.give_cve, name="demo-github-cve"),
    path(
        "sandbox/github/<str:owner>/<str:name>/security/advisories/<str:ghsa_id>",
        public_views.advisory,
        name="sandbox-advisory",
    ),
    path("sandbox/github/<str:owner>/<str:name>/issues/<int:pk>", public_views.issue, name="sandbox-issue"),
    path("sandbox/github/<str:owner>/<str:name>/releases/tag/<path:tag>", public_views.release, name="sandbox-release"),
    path("sandbox/github/login/oauth/authorize", sandbox.authorize, name="sandbox-authorize"),
    path("sandbox/github/login/oauth/access_token", sandbox.access_token, name="sandbox-access-token"),
    path("sandbox/github/api/v3/user", sandbox.user, name="sandbox-user"),
]
