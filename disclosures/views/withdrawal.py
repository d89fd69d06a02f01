"""Taking back a published advisory, and following up an incomplete fix."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from disclosures import cve_rejection, withdrawing
from disclosures.enums import AdvisoryState
from disclosures.models import Advisory, RepositoryAdvisory
from portal.plain_text import TextField
from reports import access
from reports.access import Permission
from reports.guards import Refused
from reports.models import Report
from reports.views import desk
from teams.confirmation import confirmed_to_change
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
    report, user = desk.find(reference), signed_in(request)
    advisory = _find(report, identifier)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            withdrawing.withdraw(advisory, reason=form.cleaned_data["reason"], by=user, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Our own page says so now. What stands elsewhere is listed below.")
            return redirect("report-withdraw-advisory", report.reference, advisory.identifier)
    context = {
        "report": report,
        "advisory": advisory,
        "form": form,
        "on_github": withdrawing.on_github(advisory),
        "rejection": cve_rejection.look_up(advisory) if advisory.state == AdvisoryState.WITHDRAWN else None,
        "is_published": advisory.state == AdvisoryState.PUBLISHED,
        "is_withdrawn": advisory.state == AdvisoryState.WITHDRAWN,
        "may_decide": access.may(user, Permission.PUBLISH, report),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "disclosures/withdrawal.html", context, status=status)


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
    return redirect("report-withdraw-advisory", report.reference, row.advisory.identifier)


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
