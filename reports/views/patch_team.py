"""The patch team of a report: everybody who sees the report sees who is on it; who may assemble it asks people."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from reports import access, lifecycle, next_step, patch_team
from reports.access import Permission
from reports.enums import Role
from reports.guards import Refused
from reports.lifecycle import Move
from reports.models import Invitation, Report
from reports.patch_forms import AskForm, suggested
from reports.roster import roster_of
from reports.views import desk
from teams.confirmation import confirmed_to_change
from teams.sign_in import signed_in


@confirmed_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """GET shows; POST asks somebody."""
    report = desk.find(reference)
    if request.method != "POST":
        return _show(request, report)
    form = AskForm(request.POST)
    if not form.is_valid():
        return _show(request, report, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    said, by = form.cleaned_data, signed_in(request)
    try:
        outcome = patch_team.ask(
            report, who=said["who"], role=Role(said["role"]), reason=said["reason"], by=by, now=timezone.now()
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, report, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if isinstance(outcome, Invitation):
        messages.success(request, f"{said['who']} is asked by mail, and sees nothing of it before agreeing.")
    else:
        messages.success(request, f"{said['who']} is on the patch team now.")
    return redirect("report-patch-team", report.reference)


@require_POST
def withdraw(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    report = desk.find(reference)
    invitation = get_object_or_404(Invitation.objects.select_related("user"), report=report, pk=pk)
    invitation.report = report
    try:
        patch_team.withdraw(invitation, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{invitation.user} is asked no longer.")
    return redirect("report-patch-team", report.reference)


@require_POST
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    report = desk.find(reference)
    try:
        patch_team.leave(report, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("report-patch-team", report.reference)
    messages.success(request, "You are on that patch team no longer.")
    return redirect("dashboard")


def _show(
    request: HttpRequest, report: Report, form: AskForm | None = None, *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    roster = roster_of(report, now=now)
    has_lead = any(place.grant.role == Role.LEAD for place in roster.places)
    may_assemble = access.may(user, Permission.ASSEMBLE, report)
    context = {
        "report": report,
        "roster": roster,
        "may_assemble": may_assemble,
        "is_on_it": roster.holds(user),
        "needs": _needs(report),
        "can_begin": Move.ASSEMBLE in {row.move for row in lifecycle.possible(report, user)},
        "form": form or AskForm(initial=suggested(request.GET.get("who", ""), has_lead=has_lead)),
    }
    return render(request, "reports/desk/patch/team.html", context, status=status)


def _needs(report: Report) -> list[next_step.Need]:
    """What is missing before the fix can begin; nothing in any other state."""
    if report.state not in lifecycle.TABLE[Move.ASSEMBLE].sources:
        return []
    readiness = lifecycle.readiness_before(report, now=timezone.now())
    return next_step.needs(report, Move.ASSEMBLE, project_count=readiness.projects, readiness=readiness)
