from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    name = "portal"
    label = "portal"


class AdministrationConfig(AdminConfig):
    default_site = "portal.administration.Administration"
