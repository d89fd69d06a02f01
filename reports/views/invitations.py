"""Somebody is asked into a patch team. Before they agree they see who asks, and nothing of the report."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from portal.policy import Clause, enforces
from reports import patch_team
from reports.enums import Answer
from reports.guards import Refused
from reports.models import Invitation
from reports.patch_forms import AgreeForm
from teams.sign_in import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@enforces(Clause.P22)
def asked(request: HttpRequest, code: str) -> HttpResponse:
    """The invitation of whoever is signed in; for everybody else there is none."""
    by = signed_in(request)
    invitation = get_object_or_404(Invitation.objects.select_related("invited_by"), code=code, user=by)
    if invitation.answer != Answer.PENDING:  # seen by nobody but those who see the report
        return redirect(invitation.report)
    if request.method != "POST":
        return _show(request, invitation, AgreeForm())
    if "decline" in request.POST:
        return _decline(request, invitation)
    form = AgreeForm(request.POST)
    if not form.is_valid():
        return _show(request, invitation, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        report = patch_team.accept(invitation, by=by, now=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, invitation, form, status=HTTPStatus.CONFLICT)
    messages.success(request, "Thank you. You are on the patch team of this report now.")
    return redirect(report)


def _decline(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    try:
        patch_team.decline(invitation, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "That is fine. Whoever asked you is told, and nothing else happens.")
    return redirect("dashboard")


def _show(
    request: HttpRequest, invitation: Invitation, form: AgreeForm, *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context = {"invitation": invitation, "form": form}
    return render(request, "reports/asked/asked.html", context, status=status)
