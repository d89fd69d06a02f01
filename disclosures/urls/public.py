"""What the world reads."""

from django.urls import path

from disclosures.views import public

urlpatterns = [
    path("", public.advisories, name="advisories"),
    path("acknowledgements/", public.thanks, name="acknowledgements"),
    path("cve/<slug:cve_id>/", public.by_cve, name="advisory-by-cve"),
    path("ghsa/<slug:ghsa_id>/", public.by_ghsa, name="advisory-by-ghsa"),
    path("<slug:identifier>/", public.advisory, name="advisory-page"),
    path("<slug:identifier>/leaving/", public.leaving, name="advisory-leaving"),
    path("<slug:identifier>/revisions/<int:number>/", public.revision, name="advisory-revision"),
]
