"""Making a harmless report public: the reporter's side, without an account."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from disclosures import publicity
from disclosures.models import PublicIssue
from portal.policy import Clause, enforces
from reports.guards import Refused
from reports.models import Reporter
from reports.views.admission import as_reporter

SAID = {
    True: "You agreed. It becomes public in a moment, in exactly these words.",
    False: "Nothing becomes public. Thank you for telling us.",
}


@as_reporter
@require_http_methods(["GET", "HEAD", "POST"])
@enforces(Clause.P17)
def page(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    issue = publicity.current(reporter.report)
    if issue is None or reporter.is_co_reporter:
        return redirect("track", reporter.report.reference)
    if request.method != "POST":
        return _show(request, reporter, issue)
    agrees = request.POST.get("answer") == "yes"
    if request.POST.get("answer") not in {"yes", "no"}:
        messages.error(request, "Say whether it may become public.")
        return _show(request, reporter, issue, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        read = request.POST.get("issue", "")
        publicity.answer(issue, read=read, agrees=agrees, by=reporter, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, SAID[agrees])
    return redirect("track-make-public", reporter.report.reference)


def _show(request: HttpRequest, reporter: Reporter, issue: PublicIssue, *, status: int = HTTPStatus.OK) -> HttpResponse:
    context = {"report": reporter.report, "issue": issue}
    return render(request, "disclosures/publicity/track.html", context, status=status)
