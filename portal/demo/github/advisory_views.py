"""One advisory of the demo's GitHub, and what people there do to it."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.demo.github.forms import AdvisoryTextForm, CveForm, PublisherForm
from portal.github.sandbox import by_hand
from portal.sandbox_models import SandboxAdvisory

LATE = "It is not in a state for that."


@login_not_required
@require_safe
def advisory(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, _find(pk))


@login_not_required
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    form = PublisherForm(request.POST, repository=found.repository)
    if not form.is_valid():
        return _show(request, found, publisher_form=form)
    is_new = by_hand.publish(found, now=timezone.now())
    messages.success(request, f"{form.cleaned_data['account']} has published it." if is_new else LATE)
    return redirect("demo-github-advisory", pk)


@login_not_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    is_new = by_hand.close(_find(pk), now=timezone.now())
    messages.success(request, "It is closed." if is_new else LATE)
    return redirect("demo-github-advisory", pk)


@login_not_required
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    is_new = by_hand.accept(_find(pk), now=timezone.now())
    messages.success(request, "It is accepted, as a draft." if is_new else LATE)
    return redirect("demo-github-advisory", pk)


@login_not_required
@require_POST
def rewrite(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _find(pk), AdvisoryTextForm(request.POST)
    if not form.is_valid():
        return _show(request, found, text_form=form)
    is_new = by_hand.rewrite(found, **form.cleaned_data, now=timezone.now())
    messages.success(request, "It says so now." if is_new else "That is what it said.")
    return redirect("demo-github-advisory", pk)


@login_not_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    is_new = by_hand.withdraw(_find(pk), now=timezone.now())
    messages.success(request, "GitHub has withdrawn it." if is_new else LATE)
    return redirect("demo-github-advisory", pk)


@login_not_required
@require_POST
def give_cve(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _find(pk), CveForm(request.POST)
    if not form.is_valid():
        return _show(request, found, cve_form=form)
    is_new = by_hand.give_cve(found, cve_id=form.cleaned_data["cve_id"], now=timezone.now())
    messages.success(request, "It has a CVE ID now." if is_new else "It has another one.")
    return redirect("demo-github-advisory", pk)


def _find(pk: int) -> SandboxAdvisory:
    return get_object_or_404(SandboxAdvisory.objects.select_related("repository", "submitter"), pk=pk)


def _show(request: HttpRequest, found: SandboxAdvisory, **refused: Form) -> HttpResponse:
    """With what was typed into a form that was refused."""
    context = {
        "advisory": found,
        "publisher_form": PublisherForm(repository=found.repository),
        "cve_form": CveForm(),
        "text_form": AdvisoryTextForm(
            initial={"summary": found.summary, "description": found.description, "severity": found.severity}
        ),
        **refused,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "demo/github/advisory.html", context, status=status)
