"""A report from GitHub: the reporter's way in, and what the team sees of it there."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.limited import limited_by
from portal.rate_limits import Scope
from reports import github_door, revealing
from reports.github_reports import errands, standing
from reports.guards import Refused
from reports.models import GitHubReport
from reports.tracking import NoSuchLink
from reports.views import cookies, desk
from teams.models import User
from teams.sign_in import signed_in


@login_not_required
@limited_by(Scope.KEY_EXCHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def open_report(request: HttpRequest, ghsa_id: str) -> HttpResponse:
    """A GET does not even look whether there is such a report: everybody sees the same (AZ-09, CAP-03)."""
    if request.method != "POST":
        return render(request, "reports/track/open_from_github.html", {"ghsa_id": ghsa_id})
    user = request.user
    try:
        entry = github_door.enter(ghsa_id, user=user, now=timezone.now()) if isinstance(user, User) else None
    except NoSuchLink:
        entry = None
    if entry is None:
        return render(request, "reports/track/closed.html", status=HTTPStatus.NOT_FOUND)
    response = redirect("track", entry.reference)
    cookies.admit(response, reference=entry.reference, granted=entry.granted)
    return response


@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    report = desk.find(reference)
    row = get_object_or_404(GitHubReport.objects.select_related("project"), report=report)
    row.report = report
    user, now = signed_in(request), timezone.now()
    context = {
        "report": report,
        "standing": standing.of(row),
        "shows_reporters": revealing.shows_reporter(report, session=request.session, user=user, now=now),
    }
    return render(request, "reports/desk/github.html", context)


@require_POST
def try_again(request: HttpRequest, reference: str) -> HttpResponse:
    report = desk.find(reference)
    try:
        waiting = errands.try_again(report, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is tried again now." if waiting else "Everything was told meanwhile.")
    return redirect("report-github", report.reference)
