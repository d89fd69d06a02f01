"""What the world reads. Nothing here looks at a report: these pages come from what was published alone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from disclosures import snapshot
from disclosures.models import PublishedAdvisory


@require_safe
def advisory(request: HttpRequest, identifier: str) -> HttpResponse:
    published = get_object_or_404(PublishedAdvisory, identifier=identifier)
    context = {"advisory": snapshot.from_json(published.snapshot)}
    return render(request, "disclosures/public/advisory.html", context)
