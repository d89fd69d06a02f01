from importlib import import_module

from django.apps import AppConfig

from disclosures.facts import STATEMENT
from reports import disclosing


class DisclosuresConfig(AppConfig):
    name = "disclosures"
    verbose_name = "Disclosures"

    def ready(self) -> None:
        """Say how far a disclosure is, and what of ours is forgotten with a reporter: that needs models."""
        disclosing.learn(STATEMENT)
        import_module("disclosures.forgetting")
