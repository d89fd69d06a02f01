"""Making a harmless report public: the desk's side."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from disclosures import publicity
from disclosures.publicity_forms import PublicIssueForm
from reports import access
from reports.access import Permission
from reports.guards import Refused
from reports.models import Report
from reports.views import desk
from teams.confirmation import confirmed, confirmed_to_change
from teams.sign_in import signed_in


@confirmed_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """GET shows how it stands; POST asks the reporter."""
    report, user = desk.find(reference), signed_in(request)
    if not access.may(user, Permission.MOVE, report):
        messages.error(request, "Your role on this report does not include making it public.")
        return redirect(report)
    if request.method != "POST":
        return _show(request, report, PublicIssueForm(report=report))
    form = PublicIssueForm(request.POST, report=report)
    if not form.is_valid():
        return _show(request, report, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    said = form.cleaned_data
    words = {"project": said["project"], "title": said["title"], "text": said["text"]}
    return _try(
        request,
        report,
        lambda: publicity.propose(report, **words, by=user, now=timezone.now()),
        done="The reporter is asked, and sees exactly these words. Nothing is public before they agree.",
        otherwise=form,
    )


@require_POST
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    report = desk.find(reference)
    done = "The reporter is asked no longer, and nothing becomes public."
    return _try(request, report, lambda: publicity.withdraw(report, by=signed_in(request)), done=done)


@confirmed
@require_POST
def again(request: HttpRequest, reference: str) -> HttpResponse:
    report, now = desk.find(reference), timezone.now()
    done = "It is tried again. In a moment this page says how it went."
    return _try(request, report, lambda: publicity.try_again(report, by=signed_in(request), now=now), done=done)


def _try(
    request: HttpRequest,
    report: Report,
    verb: Callable[[], object],
    *,
    done: str,
    otherwise: PublicIssueForm | None = None,
) -> HttpResponse:
    """Nothing typed is lost when it is refused."""
    try:
        verb()
    except Refused as refusal:
        if otherwise is not None:
            otherwise.add_error(None, str(refusal))
            return _show(request, report, otherwise, status=HTTPStatus.CONFLICT)
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("report-make-public", report.reference)


def _show(
    request: HttpRequest, report: Report, form: PublicIssueForm, *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context = {
        "report": report,
        "form": form,
        "issue": publicity.current(report),
        "hindrance": publicity.hindrance(report),
    }
    return render(request, "disclosures/publicity/page.html", context, status=status)
