"""The report form with nothing in it: the same for everybody, and the page that must not be slow in a flood."""

from datetime import date, datetime
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portal.policy.organisation import UploadLimits
from reports.forms.report import ReportForm
from teams.models import Project

type Choices = tuple[tuple[int, str, datetime | None], ...]


def blank_sections() -> SafeString:
    """Its sections, drawn once for each list of projects. Nothing in them is anybody's: tokens stand outside."""
    projects = tuple(Project.objects.order_by("pk").values_list("pk", "name", "archived_at"))
    return _drawn(projects, settings.POLICY.uploads)


@lru_cache(maxsize=4)
def _drawn(projects: Choices, limits: UploadLimits) -> SafeString:  # noqa: ARG001 - the list that the form shows
    return render_to_string("reports/form/sections.html", {"form": ReportForm(today=date.max), "limits": limits})
