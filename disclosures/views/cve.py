"""The CVE IDs of a report's advisories: everybody who sees the report sees them; who publishes it sees to them."""

from datetime import datetime
from http import HTTPStatus
from typing import Protocol

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disclosures import cve_acts, cve_rejection, cves, spreading
from disclosures.cve_acts import WAYS, Act
from disclosures.cve_board import board
from disclosures.models import CveRequest
from reports import access
from reports.access import Permission
from reports.guards import Refused
from reports.views import desk
from teams.confirmation import confirmed, confirmed_to_change
from teams.models import User
from teams.sign_in import signed_in


class _Verb(Protocol):
    def __call__(self, wish: CveRequest, /, *, by: User, now: datetime) -> None: ...


@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    report, user = desk.find(reference), signed_in(request)
    may_publish = access.may(user, Permission.PUBLISH, report)
    lines = board(report, user=user, may_publish=may_publish)
    context = {"report": report, "lines": lines, "may_publish": may_publish}
    return render(request, "disclosures/cve/page.html", context)


@confirmed_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, reference: str, pk: int, what: Act) -> HttpResponse:
    """GET asks for what it takes; POST does it."""
    report = desk.find(reference)
    advisory, way = get_object_or_404(report.advisories, pk=pk), WAYS[what]
    withdrawn = {"reason": advisory.withdrawn_reason}
    form = way.form(request.POST if request.method == "POST" else None, initial=withdrawn)
    if form.is_valid():
        try:
            cve_acts.do(what, advisory, form.cleaned_data, by=signed_in(request), now=timezone.now())
        except Refused as refusal:
            form.add_error("cve_id" if "cve_id" in form.fields else None, str(refusal))
        else:
            messages.success(request, way.done)
            return redirect("report-cve", report.reference)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"report": report, "advisory": advisory, "way": way, "form": form}
    return render(request, "disclosures/cve/act.html", context, status=status)


@confirmed
@require_POST
def spread(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    report = desk.find(reference)
    advisory, now = get_object_or_404(report.advisories, pk=pk), timezone.now()
    try:
        spreading.spread(cves.need(advisory, now=now), by=signed_in(request), now=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Our page names the ID now; the advisories and release notes on GitHub follow.")
    return redirect("report-cve", report.reference)


@require_POST
def try_rejection(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    return _see_to_rejection(request, reference, pk, cve_rejection.try_again, "It is tried again now.")


@require_POST
def say_rejected(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    return _see_to_rejection(request, reference, pk, cve_rejection.say_done, "It is noted: the record says so.")


def _see_to_rejection(request: HttpRequest, reference: str, pk: int, verb: _Verb, done: str) -> HttpResponse:
    report = desk.find(reference)
    advisory = get_object_or_404(report.advisories, pk=pk)
    advisory.report = report
    try:
        verb(cve_rejection.unsaid(advisory), by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("report-cve", report.reference)
