from django.urls import path

from portal.pages import dashboard, github_webhook, health, preview, public

urlpatterns = [
    path("", public.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/seen/", dashboard.mark_seen, name="mark-seen"),
    path("policy/", public.policy, name="policy"),
    path("team/", public.team, name="team"),
    path("markdown/", preview.markdown_preview, name="markdown-preview"),
    path("github/webhook/", github_webhook.receive, name="github-webhook"),
    path(".well-known/security.txt", public.security_txt, name="security-txt"),
]
