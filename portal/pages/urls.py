from django.urls import path

from portal.pages import preview, public

urlpatterns = [
    path("", public.home, name="home"),
    path("policy/", public.policy, name="policy"),
    path("team/", public.team, name="team"),
    path("markdown/", preview.markdown_preview, name="markdown-preview"),
    path(".well-known/security.txt", public.security_txt, name="security-txt"),
]
