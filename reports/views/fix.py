"""The patch team's checklist: what is done in each affected project, and what is left."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.policy import deadlines
from reports import access, checklist, lifecycle, next_step
from reports.access import Permission
from reports.checklist import ProjectWork
from reports.enums import Work
from reports.fix_forms import PlanForm
from reports.guards import Refused
from reports.lifecycle import Move
from reports.models import Report
from reports.views import desk
from teams.sign_in import signed_in


@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    report, user = desk.find(reference), signed_in(request)
    day, works = report.release_planned_on, checklist.checklist_of(report)
    context = {
        "report": report,
        "works": works,
        "may_work": access.may(user, Permission.FIX, report) and not report.is_closed,
        "may_plan": access.may(user, Permission.PUBLISH, report) and not report.is_closed,
        "verdict": deadlines.release_day_verdict(day, policy=settings.POLICY) if day else None,
        "needs": _needs(report, project_count=len(works)),
        "can_be_ready": Move.MARK_READY in {row.move for row in lifecycle.possible(report, user)},
    }
    return render(request, "reports/desk/fix/fix.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    report = desk.find(reference)
    present = _work_in(report, pk)
    form = PlanForm(request.POST if request.method == "POST" else None, report=report, present=present)
    if form.is_valid():
        try:
            checklist.plan(report, present.project, meant=form.plan(), by=signed_in(request), now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The plan for {present.project} is saved.")
            return redirect("report-fix", report.reference)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"report": report, "form": form, "title": f"The fix in {present.project}", "button": "Save the plan"}
    return render(request, "reports/desk/facts_form.html", context, status=status)


@require_POST
def tick(request: HttpRequest, reference: str, pk: int, work: Work) -> HttpResponse:
    report = desk.find(reference)
    project, done = _work_in(report, pk).project, "done" in request.POST
    try:
        checklist.tick(report, project, work, done=done, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{work.label.capitalize()} of {project}: {'done' if done else 'to do again'}.")
    return redirect("report-fix", report.reference)


def _work_in(report: Report, project_id: int) -> ProjectWork:
    """A project that is not affected is answered like one that never was."""
    found = next((work for work in checklist.checklist_of(report) if work.project.pk == project_id), None)
    if found is None:
        raise Http404
    return found


def _needs(report: Report, *, project_count: int) -> list[next_step.Need]:
    """What is missing before the fix is ready; nothing in any other state."""
    if report.state not in lifecycle.TABLE[Move.MARK_READY].sources:
        return []
    readiness = lifecycle.readiness_before(report, now=timezone.now())
    return next_step.needs(report, Move.MARK_READY, project_count=project_count, readiness=readiness)
