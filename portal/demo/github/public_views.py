"""The pages of the demo's GitHub that everybody may see, at the addresses that its answers name."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.github.sandbox import public
from portal.sandbox_models import SandboxAdvisory, SandboxIssue, SandboxRelease


@login_not_required
@require_safe
def advisory(request: HttpRequest, owner: str, name: str, ghsa_id: str) -> HttpResponse:
    """404 while it is a draft, and while it was said that the page takes a while."""
    found = public.found_at(f"/{owner}/{name}/security/advisories/{ghsa_id}")
    if not isinstance(found, SandboxAdvisory) or public.is_hidden(found.repository):
        raise Http404
    return render(request, "demo/github/public_advisory.html", {"advisory": found})


@login_not_required
@require_safe
def issue(request: HttpRequest, owner: str, name: str, pk: int) -> HttpResponse:
    rows = SandboxIssue.objects.select_related("repository")
    found = get_object_or_404(rows, pk=pk, repository__full_name__iexact=f"{owner}/{name}")
    return render(request, "demo/github/public_issue.html", {"issue": found})


@login_not_required
@require_safe
def release(request: HttpRequest, owner: str, name: str, tag: str) -> HttpResponse:
    found = public.found_at(f"/{owner}/{name}/releases/tag/{tag}")
    if not isinstance(found, SandboxRelease):
        raise Http404
    return render(request, "demo/github/public_release.html", {"release": found})
