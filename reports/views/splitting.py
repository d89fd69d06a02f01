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
    if not form.is_valid():
        return _show(request, report, form)
    try:
        made = splitting.split(report, _part(form), by=user, now=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, report, form)
    messages.success(request, DONE)
    return redirect(made)


def _form(request: HttpRequest, report: Report) -> SplitForm:
    files, co_reporters = splitting.files_of(report), len(splitting.co_reporters_of(report))
    if request.method == "POST":
        return SplitForm(files=files, co_reporters=co_reporters, data=request.POST)
    token = submissions.new(now=timezone.now())
    initial: dict[str, object] = {"text": report.description, "submission": token.signed}
    return SplitForm(files=files, co_reporters=co_reporters, initial=initial)


def _part(form: SplitForm) -> splitting.Part:
    said = form.cleaned_data
    return splitting.Part(
        token=submissions.read_or_new(said["submission"], now=timezone.now()).value,
        summary=said["summary"],
        text=said["text"],
        files=form.chosen(),
        with_co_reporters=form.brings_along(),
    )


def _show(request: HttpRequest, report: Report, form: SplitForm) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"report": report, "form": form, "title": "Split off a report of its own", "button": "Split it off"}
    return render(request, "reports/desk/facts_form.html", context, status=status)
