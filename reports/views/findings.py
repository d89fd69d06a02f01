"""The findings of a report that is a list."""

from collections.abc import Iterable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from reports import access, entries
from reports.access import Permission
from reports.enums import FindingState
from reports.flood import findings
from reports.flood.scanner_lists import MOST
from reports.guards import Refused
from reports.models import Attachment, Finding, Report
from reports.views import desk
from teams.models import User
from teams.sign_in import signed_in

VERBS = {"confirm": FindingState.CONFIRMED, "reject": FindingState.REJECTED, "open": FindingState.OPEN}
LONGEST_ID = 18


@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    report, user = desk.find(reference), signed_in(request)
    found = list(report.findings.select_related("decided_by"))
    parts = findings.visible_parts(found)
    context = {
        "report": report,
        "lines": [(finding, parts.get(finding.pk)) for finding in found],
        "files": list(_files(report, user)),
        "may_assess": access.may(user, Permission.ASSESS, report),
        "may_split": access.may(user, Permission.MOVE, report),
    }
    return render(request, "reports/desk/findings/page.html", context)


@require_POST
def make(request: HttpRequest, reference: str) -> HttpResponse:
    """Of the file that `of` names, or of the report's own text."""
    report, user = desk.find(reference), signed_in(request)
    number = next(iter(_numbers([request.POST.get("of", "")])), None)
    file = get_object_or_404(_files(report, user), pk=number) if number is not None else None
    try:
        made = findings.make(report, of=file, by=user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        more = f" {made.left_out} more were left out." if made.left_out else ""
        count = len(made.found)
        said = f"{count} new finding{'' if count == 1 else 's'}." if count else "Nothing new: all of it is there."
        messages.success(request, said + more)
    return redirect("report-findings", report.reference)


@require_POST
def decide(request: HttpRequest, reference: str) -> HttpResponse:
    """The chosen ones are confirmed, rejected or opened again; one, by its own button, becomes a report."""
    report, user = desk.find(reference), signed_in(request)
    try:
        if "split" in request.POST:
            _split(request, report, user)
        else:
            _decide(request, report, user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("report-findings", report.reference)


def _split(request: HttpRequest, report: Report, user: User) -> None:
    number = next(iter(_numbers([request.POST["split"]])), 0)
    finding = get_object_or_404(Finding, report=report, pk=number)
    finding.report = report
    part = findings.split_off(finding, by=user, now=timezone.now())
    messages.success(request, f"It is {part.reference} now, a report of its own. Its reporter gets a receipt.")


def _decide(request: HttpRequest, report: Report, user: User) -> None:
    state = VERBS.get(request.POST.get("what", ""))
    chosen = _numbers(request.POST.getlist("chosen"))
    if state is None or not chosen:
        messages.warning(request, "Choose findings first, and then what is to be said of them.")
        return
    changed = findings.decide(report, chosen, state, by=user, now=timezone.now())
    messages.success(request, f"{changed} of {len(chosen)} changed: {state.label}.")


def _files(report: Report, user: User) -> QuerySet[Attachment]:
    return entries.readable_files(report, notes=access.may(user, Permission.NOTE, report))


def _numbers(said: Iterable[str]) -> list[int]:
    plain = [text for text in said if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID]
    return [int(text) for text in plain][:MOST]
