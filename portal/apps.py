from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    name = "portal"
    label = "portal"

    def ready(self) -> None:
        """Register the checks of `portal.startup`, which need models: there are some only now."""
        import_module("portal.startup")


class AdministrationConfig(AdminConfig):
    default_site = "portal.administration.Administration"
