from django.urls import path

from portal.pages import dashboard, github_webhook, health, key_directory, leaving, mail_webhook, preview, public

urlpatterns = [
    path("", public.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/seen/", dashboard.mark_seen, name="mark-seen"),
    path("policy/", public.policy, name="policy"),
    path("team/", public.team, name="team"),
    path("markdown/", preview.markdown_preview, name="markdown-preview"),
    path("leaving/", leaving.leaving, name="leaving"),
    path("github/webhook/", github_webhook.receive, name="github-webhook"),
    path("mail/mime/", mail_webhook.receive, name="mail-webhook"),  # Mailgun looks for this word
    path(".well-known/security.txt", public.security_txt, name="security-txt"),
    path(".well-known/openpgpkey/hu/<str:name>", key_directory.key, name="key-directory"),
    path(".well-known/openpgpkey/policy", key_directory.policy, name="key-directory-policy"),
    path(".well-known/openpgpkey/<str:domain>/hu/<str:name>", key_directory.key, name="key-directory-of-domain"),
    path(".well-known/openpgpkey/<str:domain>/policy", key_directory.policy, name="key-directory-policy-of-domain"),
]
