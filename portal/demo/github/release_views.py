"""One release of the demo's GitHub, and what people there do to it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.demo.github.forms import NotesForm
from portal.github.sandbox import releasing
from portal.sandbox_models import SandboxRelease


@login_not_required
@require_safe
def release(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    context = {"release": found, "notes_form": NotesForm(initial={"notes": found.notes})}
    return render(request, "demo/github/release.html", context)


@login_not_required
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    is_new = releasing.publish(found, now=timezone.now())
    messages.success(request, f"{found.tag} is published." if is_new else f"{found.tag} was published before.")
    return redirect("demo-github-one-release", pk)


@login_not_required
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    releasing.delete(found, now=timezone.now())
    messages.success(request, f"The release {found.tag} is deleted.")
    return redirect("demo-github-repository", found.repository_id)


@login_not_required
@require_POST
def move_tag(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    releasing.move_tag(found, now=timezone.now())
    messages.success(request, f"{found.tag} points to another commit now.")
    return redirect("demo-github-one-release", pk)


@login_not_required
@require_POST
def write_notes(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _find(pk), NotesForm(request.POST)
    if form.is_valid():
        releasing.write_notes(found, notes=form.cleaned_data["notes"], now=timezone.now())
        messages.success(request, "The notes are changed.")
    return redirect("demo-github-one-release", pk)


def _find(pk: int) -> SandboxRelease:
    return get_object_or_404(SandboxRelease.objects.select_related("repository", "author"), pk=pk)
