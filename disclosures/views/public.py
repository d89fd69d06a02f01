"""What the world reads. Nothing here looks at a report: these pages come from what was published alone."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from disclosures import acknowledgements, catalogue, public_changes, public_page, snapshot
from disclosures.catalogue import Filters
from disclosures.models import PublishedAdvisory, PublishedRevision
from disclosures.views import serving
from portal import markdown_links
from portal.limited import limited_by, searching
from portal.rate_limits import Scope


@limited_by(Scope.SEARCH, counts=searching)
@login_not_required
@require_safe
def advisories(request: HttpRequest) -> HttpResponse:
    shown = catalogue.listing(
        Filters.read(request.GET), after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {"listing": shown, "choices": catalogue.choices()}
    return serving.page(request, "disclosures/public/advisories.html", context)


@login_not_required
@require_safe
def advisory(request: HttpRequest, identifier: str) -> HttpResponse:
    published = get_object_or_404(PublishedAdvisory, identifier=identifier)
    context = {"shown": public_page.of(snapshot.from_json(published.snapshot))}
    return serving.page(request, "disclosures/public/advisory.html", context, modified_at=published.modified_at)


@login_not_required
@require_safe
def revision(request: HttpRequest, identifier: str, number: int) -> HttpResponse:
    """As it was then, and what had changed; but for names of people who do not want to be named any more."""
    asked = PublishedRevision.objects.filter(advisory__identifier=identifier, number__in=(number - 1, number))
    rows = {row.number: row for row in asked.select_related("advisory")}
    if number not in rows:
        raise Http404
    told = [snapshot.from_json(row.snapshot) for _, row in sorted(rows.items())]
    context = {
        "shown": public_page.of(told[-1]),
        "newest": rows[number].advisory.revision,
        "changed": public_changes.between(told[0], told[-1]),
    }
    return serving.page(
        request, "disclosures/public/revision.html", context, modified_at=rows[number].advisory.modified_at
    )


@login_not_required
@require_safe
def leaving(request: HttpRequest, identifier: str) -> HttpResponse:
    """Where a link leads, if it is one of this advisory's: no other site gets a page of ours to send people by."""
    target = request.GET.get("to", "")
    revisions = PublishedRevision.objects.filter(advisory__identifier=identifier).order_by("-number")
    if not any(target in public_page.targets(snapshot.from_json(row.snapshot)) for row in revisions):
        raise Http404
    context = {"identifier": identifier, "target": target, "place": markdown_links.place(target)}
    return serving.page(request, "disclosures/public/leaving.html", context)


@login_not_required
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    context = {"thanks": acknowledgements.thanks(request.GET.get("year", ""), page=request.GET.get("page", ""))}
    return serving.page(request, "disclosures/public/thanks.html", context)


@login_not_required
@require_safe
def by_cve(request: HttpRequest, cve_id: str) -> HttpResponse:  # noqa: ARG001 - every view takes one
    return _led_to(catalogue.by_cve(cve_id))


@login_not_required
@require_safe
def by_ghsa(request: HttpRequest, ghsa_id: str) -> HttpResponse:  # noqa: ARG001 - every view takes one
    return _led_to(catalogue.by_ghsa(ghsa_id))


def _led_to(found: PublishedAdvisory | None) -> HttpResponse:
    if found is None:
        raise Http404
    return redirect("advisory-page", found.identifier)
