"""The CVE IDs of one report."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from disclosures.cve_acts import Act
from disclosures.views import cve


class ActConverter(StringConverter):
    """What somebody does about a CVE ID, by its name."""

    regex = "|".join(Act)

    def to_python(self, value: str) -> Act:
        return Act(value)


register_converter(ActConverter, "cve_act")

urlpatterns = [
    path("<slug:reference>/cve/", cve.page, name="report-cve"),
    path("<slug:reference>/cve/<int:pk>/spread/", cve.spread, name="report-cve-spread"),
    path("<slug:reference>/cve/<int:pk>/rejection/again/", cve.try_rejection, name="report-cve-rejection-again"),
    path("<slug:reference>/cve/<int:pk>/rejection/done/", cve.say_rejected, name="report-cve-rejection-done"),
    path("<slug:reference>/cve/<int:pk>/<cve_act:what>/", cve.act, name="report-cve-act"),
]
