"""Rehearsing the day of a release."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disclosures import rehearsal, repositories
from disclosures.enums import CveState, ReleaseState
from disclosures.rehearsal_form import RehearsalForm
from reports import access
from reports.access import Permission
from reports.guards import Refused
from reports.models import Report
from reports.views import desk
from teams.membership import standing_of
from teams.models import Project
from teams.sign_in import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
def rehearsals(request: HttpRequest) -> HttpResponse:
    """Those one takes part in, and the way to begin one. For people with a role here."""
    user = signed_in(request)
    standing = standing_of(user)
    if not standing.has_role:
        raise Http404
    form = RehearsalForm(request.POST if request.method == "POST" else None, by=user)
    if form.is_valid():
        try:
            begun = rehearsal.begin(
                projects=list(form.cleaned_data["projects"]),
                team=list(form.cleaned_data["team"]),
                by=user,
                now=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("report-rehearsal", begun.reference)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "running": list(rehearsal.running()), "may_begin": standing.is_member}
    return render(request, "disclosures/rehearsal/rehearsals.html", context, status=status)


@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """What to do in it, one after the other."""
    report = _find(reference)
    releases = {release.project_id: release for release in report.releases.select_related("project")}
    projects = [named.project for named in report.affected_projects.select_related("project")]
    context = {
        "report": report,
        "advisories": list(report.advisories.all()),
        "rows": [(project, releases.get(project.pk)) for project in projects],
        "out": ReleaseState.PUBLISHED,
        "published": repositories.released(releases.values()),
        "awaits_id": report.cve_requests.filter(state=CveState.REQUESTED).exists(),
        "may_act": access.may(signed_in(request), Permission.PUBLISH, report) and report.erased_at is None,
    }
    return render(request, "disclosures/rehearsal/rehearsal.html", context)


@require_POST
def release(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    report = _find(reference)
    project = get_object_or_404(Project.objects.filter(affected_by__report=report), pk=pk)
    try:
        rehearsal.release(report, project, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{project} is released in the sandbox. The portal looks there within minutes.")
    return redirect("report-rehearsal", report.reference)


@require_POST
def let_id_come(request: HttpRequest, reference: str) -> HttpResponse:
    report = _find(reference)
    try:
        rehearsal.let_id_come(report, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The ID is there, and the portal finds it within minutes: then write it everywhere.")
    return redirect("report-rehearsal", report.reference)


@require_POST
def end(request: HttpRequest, reference: str) -> HttpResponse:
    report = _find(reference)
    try:
        rehearsal.end(report, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("report-rehearsal", report.reference)
    messages.success(request, "The rehearsal is over, and what was written in it is erased.")
    return redirect("rehearsals")


def _find(reference: str) -> Report:
    report = desk.find(reference)
    if not report.is_rehearsal:
        raise Http404
    return report
