"""The facts of a report: who looks after it, what it concerns, how bad it is."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from reports import coordination, handovers
from reports.desk_forms import HandOverForm, ProjectsForm
from reports.guards import Refused
from reports.models import Report
from reports.severity_form import SeverityForm
from reports.views import desk
from teams.sign_in import signed_in


@require_POST
def take(request: HttpRequest, reference: str) -> HttpResponse:
    report = desk.find(reference)
    try:
        coordination.take(report, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "You coordinate it now.")
    return redirect(report)


@require_POST
def lift_quarantine(request: HttpRequest, reference: str) -> HttpResponse:
    report = desk.find(reference)
    try:
        coordination.lift_quarantine(report, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is out of quarantine, and its reporter gets the receipt.")
    return redirect(report)


@require_POST
def answer_offer(request: HttpRequest, reference: str) -> HttpResponse:
    """Accept or decline the coordination that was offered."""
    report, by, now = desk.find(reference), signed_in(request), timezone.now()
    accepts = request.POST.get("answer") == "accept"
    try:
        if accepts:
            handovers.accept(report, by=by, now=now)
        else:
            handovers.decline(report, by=by, now=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "You coordinate it now." if accepts else "You have declined it.")
    return redirect(report)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, reference: str) -> HttpResponse:
    report = desk.find(reference)
    form = HandOverForm(request.POST if request.method == "POST" else None, report=report)
    if not form.is_valid():
        return _show(request, report, form, title="Hand over coordination", button="Hand it over")
    chosen, by, now = form.cleaned_data["to"], signed_in(request), timezone.now()
    try:
        if chosen == by:
            coordination.hand_over(report, to=by, by=by, now=now)
        else:
            handovers.ask(report, to=chosen, by=by, now=now)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, report, form, title="Hand over coordination", button="Hand it over")
    said = "You coordinate it now." if chosen == by else f"{chosen} is asked, and coordinates it once they accept."
    messages.success(request, said)
    return redirect(report)


@require_http_methods(["GET", "HEAD", "POST"])
def projects(request: HttpRequest, reference: str) -> HttpResponse:
    report = desk.find(reference)
    form = ProjectsForm(request.POST if request.method == "POST" else None, report=report)
    if not form.is_valid():
        return _show(request, report, form, title="Affected projects", button="Save the projects")
    try:
        coordination.set_projects(report, form.cleaned_data["projects"], by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, report, form, title="Affected projects", button="Save the projects")
    messages.success(request, "The affected projects are saved.")
    return redirect(report)


@require_http_methods(["GET", "HEAD", "POST"])
def severity(request: HttpRequest, reference: str) -> HttpResponse:
    """Assess it; the buttons named `rate` only show what a vector or the chosen metrics amount to."""
    report = desk.find(reference)
    if request.method != "POST":
        return _show_severity(request, report, SeverityForm(report=report))
    opened = request.POST.get("rate", "")
    form = SeverityForm(report=report, data=request.POST, opened=opened)
    if not form.is_valid():
        return _show_severity(request, report, form)
    if "rate" in request.POST:
        shown = SeverityForm(report=report, typed=request.POST.dict() | form.vectors, opened=opened)
        return _show_severity(request, report, shown)
    now, said = timezone.now(), form.cleaned_data["weaknesses"]
    try:
        coordination.assess(report, vectors=form.vectors.values(), cwe_ids=said, by=signed_in(request), now=now)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _show_severity(request, report, form)
    messages.success(request, "The assessment is saved.")
    return redirect(report)


def _show_severity(request: HttpRequest, report: Report, form: SeverityForm) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    is_rated = "rate" in request.POST and not form.errors
    return render(
        request, "reports/desk/severity.html", {"report": report, "form": form, "is_rated": is_rated}, status=status
    )


def _show(request: HttpRequest, report: Report, form: forms.Form, *, title: str, button: str) -> HttpResponse:
    context = {"report": report, "form": form, "title": title, "button": button}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "reports/desk/facts_form.html", context, status=status)
