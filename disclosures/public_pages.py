"""Where everybody may read what became of a report: its own reporter is led there too."""

from collections.abc import Sequence

from django.urls import reverse

from disclosures.models import Advisory, PublishedAdvisory
from portal.viewer import SYSTEM, acting_as
from reports import disclosing


def public_pages(report: int) -> Sequence[str]:
    """The system looks: whoever reported sees no draft, and no row of one."""
    with acting_as(SYSTEM):
        known = list(Advisory.objects.filter(report_id=report).values_list("identifier", flat=True))
    public = PublishedAdvisory.objects.filter(identifier__in=known).order_by("published_at", "id")
    return [reverse("advisory-page", args=[identifier]) for identifier in public.values_list("identifier", flat=True)]


disclosing.learn_pages(public_pages)
