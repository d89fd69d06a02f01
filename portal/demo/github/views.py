"""The demo's GitHub, to look at and to change. These addresses exist only while the demo runs."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import F, Prefetch
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.demo.github import changes
from portal.demo.github.forms import FaultForm, PrivateReportForm, ReleaseForm, RenameForm, RoleForm, TroubleForm
from portal.github.sandbox import by_hand, releasing
from portal.sandbox_models import (
    SandboxAdvisory,
    SandboxCollaborator,
    SandboxFault,
    SandboxMood,
    SandboxRelease,
    SandboxRepository,
    SandboxTrouble,
    SandboxVerb,
    SandboxWrite,
)

COLLABORATORS = Prefetch(
    "collaborators",
    SandboxCollaborator.objects.exclude(role_name="").select_related("account").order_by("role_name", "account__login"),
    to_attr="people",
)
MOST_WRITES = 200
NEWEST = F("published_at").desc(nulls_first=True)


@login_not_required
@require_safe
def repositories(request: HttpRequest) -> HttpResponse:
    mood = SandboxMood.objects.first()
    context = {
        "repositories": SandboxRepository.objects.prefetch_related(COLLABORATORS).order_by("archived", "full_name"),
        "mood": mood,
        "trouble_form": TroubleForm(initial={"trouble": mood.trouble if mood else SandboxTrouble.NONE}),
    }
    return render(request, "demo/github/repositories.html", context)


@login_not_required
@require_safe
def repository(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, _find(pk))


@login_not_required
@require_safe
def writes(request: HttpRequest) -> HttpResponse:
    context = {"writes": SandboxWrite.objects.select_related("repository").order_by("-at", "-pk")[:MOST_WRITES]}
    return render(request, "demo/github/writes.html", context)


@login_not_required
@require_POST
def trouble(request: HttpRequest) -> HttpResponse:
    form = TroubleForm(request.POST)
    if form.is_valid():
        kind = SandboxTrouble(form.cleaned_data["trouble"])
        changes.trouble(kind)
        messages.success(request, f"{kind.label}, until you say otherwise." if kind else "It is well again.")
    return redirect("demo-github")


@login_not_required
@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Or the other way round."""
    found = _find(pk)
    (changes.unarchive if found.archived else changes.archive)(found, now=timezone.now())
    messages.success(request, "It is in use again." if found.archived else "It is archived.")
    return redirect("demo-github-repository", pk)


@login_not_required
@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    form = RenameForm(request.POST, repository=found)
    if not form.is_valid():
        return _show(request, found, rename_form=form)
    changes.rename(found, name=form.cleaned_data["name"], now=timezone.now())
    messages.success(request, f"It is called {found.full_name} now.")
    return redirect("demo-github-repository", pk)


@login_not_required
@require_POST
def give_role(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _show(request, found, role_form=form)
    to, role_name = form.cleaned_data["account"], form.cleaned_data["role_name"]
    changes.give_role(found, to=to, role_name=role_name, now=timezone.now())
    messages.success(request, f"{to} has the role {role_name} now." if role_name else f"{to} is no collaborator now.")
    return redirect("demo-github-repository", pk)


@login_not_required
@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    form = ReleaseForm(request.POST, repository=found)
    if not form.is_valid():
        return _show(request, found, release_form=form)
    made = releasing.create(found, **form.cleaned_data, now=timezone.now())
    messages.success(
        request, f"{made.tag} is there as a draft." if form.cleaned_data["draft"] else f"{made.tag} is published."
    )
    return redirect("demo-github-repository", pk)


@login_not_required
@require_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    form = PrivateReportForm(request.POST)
    if not form.is_valid():
        return _show(request, found, report_form=form)
    said, further = form.cleaned_data, form.further(package=found.name)
    try:
        advisory = by_hand.report_privately(
            found,
            by=said["by"],
            summary=said["summary"],
            description=said["description"],
            further=further,
            now=timezone.now(),
        )
    except by_hand.ReportingIsOff:
        form.add_error(None, "Private reporting is switched off here, or the repository is archived.")
        return _show(request, found, report_form=form)
    messages.success(request, f"It is reported in private, as {advisory.ghsa_id}.")
    return redirect("demo-github-repository", pk)


@login_not_required
@require_POST
def switch_reporting(request: HttpRequest, pk: int) -> HttpResponse:
    """On, or off."""
    found = _find(pk)
    by_hand.switch_reporting(found, on=not found.private_reporting)
    messages.success(
        request,
        f"Private reporting is {'off' if found.private_reporting else 'on'} now. GitHub tells nobody of it: the portal "
        "sees it when it asks the next time.",
    )
    return redirect("demo-github-repository", pk)


@login_not_required
@require_POST
def fault(request: HttpRequest, pk: int) -> HttpResponse:
    found = _find(pk)
    form = FaultForm(request.POST)
    if not form.is_valid():
        return _show(request, found, fault_form=form)
    said = form.cleaned_data
    changes.let_fail(found, verb=SandboxVerb(said["verb"]), how=SandboxFault.How(said["how"]), times=said["times"])
    messages.success(request, "So it will go wrong." if said["times"] else "It goes well again.")
    return redirect("demo-github-repository", pk)


def _find(pk: int) -> SandboxRepository:
    return get_object_or_404(SandboxRepository.objects.prefetch_related(COLLABORATORS), pk=pk)


def _show(request: HttpRequest, found: SandboxRepository, **refused: Form) -> HttpResponse:
    """With what was typed into a form that was refused."""
    context = {
        "repository": found,
        "releases": SandboxRelease.objects.filter(repository=found).select_related("author").order_by(NEWEST, "-pk"),
        "advisories": SandboxAdvisory.objects.filter(repository=found).order_by("-created_at"),
        "faults": SandboxFault.objects.filter(repository=found, times__gt=0).order_by("verb"),
        "rename_form": RenameForm(repository=found),
        "role_form": RoleForm(),
        "release_form": ReleaseForm(repository=found),
        "report_form": PrivateReportForm(),
        "fault_form": FaultForm(),
        **refused,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "demo/github/repository.html", context, status=status)
