"""Making a part of a report a report of its own."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reports import access, submissions
from reports.access import Permission
from reports.correspondence import splitting
from reports.forms.splitting import SplitForm
from reports.guards import Refused
from reports.models import Report
from reports.views import desk
from teams.models import User
from teams.sign_in import signed_in

NOT_YOURS = "Your role on this report does not include splitting it."
DONE = "It is a report of its own now, behind the same walls, and its clock began when the first one arrived."


@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, reference: str) -> HttpResponse:
    report, user = desk.find(reference), signed_in(request)
    if not {Permission.COORDINATE, Permission.SEE_REPORTER} <= access.permissions_on(user, report):
        messages.error(request, NOT_YOURS)
        return redirect(report)
    form = _form(request, report)
    if form.is_valid():
        try:
            made = _split(report, form, by=user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, DONE)
            return redirect(made)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"report": report, "form": form, "title": "Split off a report of its own", "button": "Split it off"}
    return render(request, "reports/desk/facts_form.html", context, status=status)


def _split(report: Report, form: SplitForm, *, by: User) -> Report:
    said, now = form.cleaned_data, timezone.now()
    token = submissions.read_or_new(said["submission"], now=now).value
    return splitting.split(report, summary=said["summary"], text=said["text"], token=token, by=by, now=now)


def _form(request: HttpRequest, report: Report) -> SplitForm:
    if request.method == "POST":
        return SplitForm(data=request.POST)
    token = submissions.new(now=timezone.now())
    return SplitForm(initial={"text": report.description, "submission": token.signed})
