from importlib import import_module

from django.apps import AppConfig

from disclosures.facts import STATEMENT
from reports import disclosing


class DisclosuresConfig(AppConfig):
    name = "disclosures"
    verbose_name = "Disclosures"

    def ready(self) -> None:
        """Say how far a disclosure is, where it can be read, and what of ours follows a reporter or names one."""
        disclosing.learn(STATEMENT)
        import_module("disclosures.conductor.unknown")
        import_module("disclosures.forgetting")
        import_module("disclosures.identities")
        import_module("disclosures.passed_on")
        import_module("disclosures.public_pages")
