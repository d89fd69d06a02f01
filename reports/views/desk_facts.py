"""The facts of a report: who looks after it, what it concerns, how bad it is."""

from decimal import Decimal
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from reports import coordination, handovers
from reports.desk_forms import HandOverForm, ProjectsForm, SeverityForm
from reports.enums import Severity
from reports.guards import Refused
from reports.models import Report
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
    """Assess it; the button named `rate` only shows what the vector or the chosen metrics amount to."""
    report = desk.find(reference)
    initial = {"vector": report.cvss_vector, "weaknesses": ", ".join(report.cwe_ids)}
    form = SeverityForm(data=request.POST if request.method == "POST" else None, initial=initial)
    if not form.is_valid():
        return _show_severity(request, report, form)
    said = form.cleaned_data
    if "rate" in request.POST:
        shown = SeverityForm(initial=request.POST.dict() | {"vector": said["vector"]})
        return _show_severity(request, report, shown, rating=said.get("rating"))
    try:
        coordination.assess(
            report, vector=said["vector"], cwe_ids=said["weaknesses"], by=signed_in(request), now=timezone.now()
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _show_severity(request, report, form)
    messages.success(request, "The assessment is saved.")
    return redirect(report)


def _show_severity(
    request: HttpRequest, report: Report, form: SeverityForm, *, rating: tuple[Decimal, Severity] | None = None
) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"report": report, "form": form, "rating": rating, "opened": request.POST.get("rate", "")}
    return render(request, "reports/desk/severity.html", context, status=status)


def _show(request: HttpRequest, report: Report, form: forms.Form, *, title: str, button: str) -> HttpResponse:
    context = {"report": report, "form": form, "title": title, "button": button}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "reports/desk/facts_form.html", context, status=status)
