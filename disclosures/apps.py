from importlib import import_module

from django.apps import AppConfig


class DisclosuresConfig(AppConfig):
    name = "disclosures"
    verbose_name = "Disclosures"

    def ready(self) -> None:
        """Say what of ours is to be forgotten with a reporter: that needs models, and there are some only now."""
        import_module("disclosures.forgetting")
