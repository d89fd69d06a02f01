"""The portal's addresses while a demo runs."""

from django.urls import URLPattern, URLResolver, include, path

from portal.urls import urlpatterns as ours

urlpatterns: list[URLPattern | URLResolver] = [*ours, path("", include("portal.demo.urls"))]
