"""What the world reads."""

from django.urls import path

from disclosures.views import public

urlpatterns = [path("<slug:identifier>/", public.advisory, name="advisory-page")]
