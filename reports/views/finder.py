"""Saying who really found what somebody passed on by mail."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reports import access, submissions
from reports.access import Permission
from reports.correspondence import forwarded
from reports.enums import Channel
from reports.forms.finder import FinderForm
from reports.guards import Refused
from reports.models import Report
from reports.views import desk
from teams.confirmation import confirmed
from teams.sign_in import signed_in

NOT_YOURS = "Your role on this report does not include saying who found it."
DONE = "The report is theirs now: a mail with a link of their own is on its way, and earlier links open nothing."


@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, reference: str) -> HttpResponse:
    report, by, now = desk.find(reference), signed_in(request), timezone.now()
    if objection := _objection(report, may=access.permissions_on(by, report)):
        messages.error(request, objection)
        return redirect(report)
    form = _form(request)
    if not form.is_valid():
        return _show(request, report, form)
    said = form.cleaned_data
    token = submissions.read_or_new(said.pop("submission"), now=now).value
    try:
        forwarded.correct_finder(report, **said, token=token, by=by, now=now)
    except Refused as refusal:
        form.add_error("email", str(refusal))
        return _show(request, report, form)
    messages.success(request, DONE)
    return redirect(report)


def _objection(report: Report, *, may: frozenset[Permission]) -> str:
    if not {Permission.COORDINATE, Permission.SEE_REPORTER} <= may:
        return NOT_YOURS
    return "" if report.channel == Channel.MAIL else forwarded.NOT_BY_MAIL


def _form(request: HttpRequest) -> FinderForm:
    if request.method == "POST":
        return FinderForm(data=request.POST)
    return FinderForm(initial={"submission": submissions.new(now=timezone.now()).signed})


def _show(request: HttpRequest, report: Report, form: FinderForm) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "reports/desk/finder.html", {"report": report, "form": form}, status=status)
