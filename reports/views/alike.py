"""Reports about the same thing: side by side, grouped, and declined as duplicates of one."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from reports import access, bulk
from reports.access import Permission
from reports.bulk import Choice
from reports.bulk_form import duplicates_form
from reports.flood import grouping, likeness
from reports.guards import Refused
from reports.lifecycle import Move
from reports.models import Report
from reports.rows import rows_of
from reports.views import desk
from reports.views.outcomes import tell
from teams.sign_in import signed_in

NOT_YOURS = "Your role on this report does not include comparing it with others."


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """GET shows what is like it; POST groups it with the chosen ones."""
    report = desk.find(reference)
    user = signed_in(request)
    if not access.may(user, Permission.COORDINATE, report):
        messages.error(request, NOT_YOURS)
        return redirect(report)
    if request.method != "POST":
        return _show(request, report)
    try:
        size = grouping.group(report, bulk.chosen(request.POST.getlist("chosen")), by=user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, f"{size} reports are in one group. Each keeps its state, its promises and its reporter."
        )
    return redirect("report-alike", report.reference)


@require_POST
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    report = desk.find(reference)
    try:
        grouping.ungroup(report, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(report)
    messages.success(request, "It is in no group any more.")
    return redirect("report-alike", report.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def decline_others(request: HttpRequest, reference: str) -> HttpResponse:
    """GET shows which would be declined as duplicates of this one, and with which words; POST does it."""
    report, user, now = desk.find(reference), signed_in(request), timezone.now()
    others = grouping.beside(report) if access.may(user, Permission.COORDINATE, report) else []
    if not others or report.duplicate_of_id is not None:
        messages.error(request, "There is no other report in its group to decline, or it is itself a duplicate.")
        return redirect(report)
    form = duplicates_form(request.POST if request.method == "POST" else None, now=now)
    checked = set(request.POST.getlist("chosen")) if request.method == "POST" else None
    if request.method == "POST" and form.is_valid():
        chosen = [other for other in others if checked and other.reference in checked]
        outcome = bulk.move_all(chosen, Move.DECLINE, by=user, decision=form.decision(report), now=now)
        tell(request, outcome, "Declined as duplicates")
        return redirect("report-alike", report.reference)
    choices = bulk.choices_of(others, Move.DECLINE, checked=checked)
    context = {"report": report, "form": form, "choices": choices}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "reports/desk/alike/decline.html", context, status=status)


def _show(request: HttpRequest, report: Report) -> HttpResponse:
    beside = grouping.beside(report)
    found = likeness.near(report, but=beside)
    notes = {alike.report.pk: f"{alike.percent} % alike." for alike in found}
    rows = rows_of([*beside, *(alike.report for alike in found)])
    context = {
        "report": report,
        "grouped": rows[: len(beside)],
        "choices": [Choice(row, note=notes[row.report.pk]) for row in rows[len(beside) :]],
    }
    return render(request, "reports/desk/alike/page.html", context)
