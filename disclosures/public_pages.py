"""Where everybody may read what became of a report: its own reporter is led there too."""

from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse

from disclosures.models import Advisory, PublishedAdvisory
from portal.viewer import SYSTEM, acting_as
from reports import disclosing
from reports.disclosing import PublicPage
from reports.models import Report


def public_pages(report: int) -> Sequence[PublicPage]:
    """The system looks: whoever reported sees no draft, and no row of one. Who reported the same again is thanked in
    the advisory of the first, and led there.
    """
    with acting_as(SYSTEM):
        first = Report.objects.filter(pk=report).values("duplicate_of_id")
        told = Advisory.objects.filter(Q(report_id=report) | Q(report_id__in=first))
        known = list(told.values_list("identifier", flat=True))
    public = PublishedAdvisory.objects.filter(identifier__in=known).order_by("published_at", "id")
    return [
        PublicPage(address=reverse("advisory-page", args=[identifier]), is_withdrawn=withdrawn_at is not None)
        for identifier, withdrawn_at in public.values_list("identifier", "withdrawn_at")
    ]


disclosing.learn_pages(public_pages)
