"""Taking back a published advisory, and following up an incomplete fix."""

from collections.abc import Mapping
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from disclosures import cve_rejection, withdrawing
from disclosures.enums import AdvisoryState
from disclosures.models import Advisory, RepositoryAdvisory, Withdrawal
from disclosures.review_forms import WaiveForm
from disclosures.views.review import shown
from portal.plain_text import TextField
from reports import access
from reports.access import Permission
from reports.guards import Refused
from reports.models import Report
from reports.views import desk
from teams.confirmation import confirmed, confirmed_to_change
from teams.sign_in import signed_in


class WithdrawForm(forms.Form):
    reason = TextField(
        label="Why it is withdrawn",
        longest=2_000,
        help_text="In public, on its page and in every feed. For example: the fault turned out to be none.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why: everybody who comes to its page reads it."},
    )


@confirmed_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str, identifier: str) -> HttpResponse:
    advisory = _find(desk.find(reference), identifier)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            withdrawing.propose(advisory, reason=form.cleaned_data["reason"], by=signed_in(request), now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Nothing has changed yet: it waits for somebody else to agree.")
            return _back(advisory)
    return _show(request, advisory, form=form, status=_status_of(form))


@confirmed
@require_POST
def agree(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    withdrawal = _proposed(reference, pk)
    try:
        withdrawing.agree(withdrawal, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Our own page says so now. What stands elsewhere is listed below.")
    return _back(withdrawal.advisory)


@require_POST
def drop(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    withdrawal = _proposed(reference, pk)
    try:
        withdrawing.drop(withdrawal, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It stays published. Other words can be proposed.")
    return _back(withdrawal.advisory)


@require_POST
def waive(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    withdrawal = _proposed(reference, pk)
    form = WaiveForm(request.POST, finding=request.POST.get("finding", ""))
    if form.is_valid():
        finding, reason = form.cleaned_data["finding"], form.cleaned_data["reason"]
        try:
            withdrawing.waive(withdrawal, finding, reason=reason, by=signed_in(request), now=timezone.now())
        except Refused as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, "It is let pass. The reason stays with the advisory.")
            return _back(withdrawal.advisory)
    return _show(request, withdrawal.advisory, waiving=form, status=_status_of(form))


@require_POST
def say_done(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    report = desk.find(reference)
    rows = RepositoryAdvisory.objects.filter(report=report).select_related("advisory", "project")
    row = get_object_or_404(rows, pk=pk)
    row.report = row.advisory.report = report
    try:
        withdrawing.say_done(row, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{row.project}: done by hand.")
    return _back(row.advisory)


@require_POST
def follow_up(request: HttpRequest, reference: str, identifier: str) -> HttpResponse:
    report = desk.find(reference)
    try:
        begun = withdrawing.follow_up(_find(report, identifier), by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("report-withdraw-advisory", report.reference, identifier)
    messages.success(
        request, f"This is the report on what is left. Its advisory {begun.identifier} follows {identifier}."
    )
    return redirect(begun.report)


def _find(report: Report, identifier: str) -> Advisory:
    advisory = get_object_or_404(report.advisories.select_related("follows"), identifier=identifier)
    advisory.report = report
    return advisory


def _proposed(reference: str, pk: int) -> Withdrawal:
    report = desk.find(reference)
    rows = Withdrawal.objects.filter(report=report).select_related("advisory__follows", "proposed_by")
    withdrawal = get_object_or_404(rows, pk=pk)
    withdrawal.report = withdrawal.advisory.report = report
    return withdrawal


def _back(advisory: Advisory) -> HttpResponse:
    return redirect("report-withdraw-advisory", advisory.report.reference, advisory.identifier)


def _status_of(form: forms.Form) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _show(
    request: HttpRequest,
    advisory: Advisory,
    *,
    form: WithdrawForm | None = None,
    waiving: WaiveForm | None = None,
    status: HTTPStatus,
) -> HttpResponse:
    report, state = advisory.report, advisory.state
    context = {
        "report": report,
        "advisory": advisory,
        "form": form or WithdrawForm(),
        "is_published": state == AdvisoryState.PUBLISHED,
        "is_withdrawn": state == AdvisoryState.WITHDRAWN,
        "on_github": withdrawing.on_github(advisory),
        "rejection": cve_rejection.look_up(advisory) if state == AdvisoryState.WITHDRAWN else None,
        "may_decide": access.may(signed_in(request), Permission.PUBLISH, report),
        **(_proposal(request, advisory, waiving=waiving) if state == AdvisoryState.PUBLISHED else {}),
    }
    return render(request, "disclosures/withdrawal.html", context, status=status)


def _proposal(request: HttpRequest, advisory: Advisory, *, waiving: WaiveForm | None) -> Mapping[str, object]:
    """What waits for a second person, and what there is to look at in its reason."""
    proposed = withdrawing.standing(advisory)
    if proposed is None:
        return {}
    user, found = signed_in(request), withdrawing.findings_of(proposed)
    may = access.permissions_on(user, advisory.report)
    return {
        "proposed": proposed,
        "findings": shown(found, may, waiving=waiving),
        "is_clear": not any(judged.is_open for judged in found),
        "is_ones_own": proposed.proposed_by_id == user.pk,
        "may_write": Permission.ADVISE in may,
        "waive_url": reverse("report-waive-withdrawal", args=[advisory.report.reference, proposed.pk]),
    }
