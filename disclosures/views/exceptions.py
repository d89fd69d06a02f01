"""Exceptions to the policy on one report: proposed by one, agreed to by another, dropped by either."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from disclosures import exceptions
from disclosures.exception_form import ExceptionForm
from disclosures.models import RuleException
from reports import access
from reports.access import Permission
from reports.guards import Refused
from reports.views import desk
from teams.confirmation import confirmed, confirmed_to_change
from teams.sign_in import signed_in


@confirmed_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str) -> HttpResponse:
    report, user = desk.find(reference), signed_in(request)
    form = ExceptionForm(request.POST if request.method == "POST" else None, possible=exceptions.possible(report))
    if form.is_valid():
        try:
            made = exceptions.propose(report, form.proposal(), by=user, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            waits = "It counts from now on." if made.is_agreed else "It waits for somebody else to agree."
            messages.success(request, f"That is on record. {waits}")
            return redirect("report-exceptions", report.reference)
    context = {
        "report": report,
        "form": form,
        "standing": list(exceptions.standing(report)),
        "may_decide": access.may(user, Permission.PUBLISH, report) and not report.is_closed,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "disclosures/day/exceptions.html", context, status=status)


@confirmed
@require_POST
def agree(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    exception = _find(reference, pk)
    return _decided(request, exception, lambda: exceptions.agree(exception, by=signed_in(request), now=timezone.now()))


@require_POST
def drop(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    exception = _find(reference, pk)
    return _decided(request, exception, lambda: exceptions.drop(exception, by=signed_in(request), now=timezone.now()))


def _find(reference: str, pk: int) -> RuleException:
    report = desk.find(reference)
    exception = get_object_or_404(RuleException.objects.filter(report=report), pk=pk)
    exception.report = report
    return exception


def _decided(request: HttpRequest, exception: RuleException, verb: Callable[[], None]) -> HttpResponse:
    try:
        verb()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "That is on record.")
    return redirect("report-exceptions", exception.report.reference)
