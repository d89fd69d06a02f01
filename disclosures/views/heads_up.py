"""Telling ahead that a disclosure comes: read what goes out, then send it."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from disclosures import heads_up
from reports import access, told_ahead
from reports.access import Permission
from reports.guards import Refused
from reports.models import Report
from reports.told_ahead import HeadsUp
from reports.views import desk
from teams.confirmation import confirmed_to_change
from teams.sign_in import signed_in

USUAL = 16
"""The hour that is offered first: after the morning of one half of the world, and before the night of the other."""


@confirmed_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str) -> HttpResponse:
    report, user = desk.find(reference), signed_in(request)
    sent = request.POST if request.method == "POST" else request.GET
    hour = _hour(sent.get("hour", ""))
    problem = ""
    if request.method == "POST":
        try:
            heads_up.give(report, hour=hour, shown=sent.get("day", ""), by=user, now=timezone.now())
        except Refused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, "It goes out now, exactly as you read it.")
            return redirect("report-heads-up", report.reference)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    context = _context(report, hour) | {"problem": problem, "may_give": access.may(user, Permission.PUBLISH, report)}
    return render(request, "disclosures/day/heads_up.html", context, status=status)


def _context(report: Report, hour: int) -> dict[str, object]:
    told: HeadsUp | None = None
    missing = ""
    try:
        told = heads_up.draw_up(report, hour=hour, now=timezone.now())
    except Refused as refusal:
        missing = str(refusal)
    last = heads_up.given(report)
    return {
        "report": report,
        "hour": hour,
        "hours": [(each, f"{each:02}:00") for each in heads_up.HOURS],
        "told": told,
        "missing": missing,
        "subject": told_ahead.SUBJECT,
        "addresses": settings.HEADS_UP_ADDRESSES,
        "last": last,
        "last_told": told_ahead.read(last.details) if last else None,
    }


def _hour(text: str) -> int:
    """What was chosen; the usual one for nothing, and none of the day for nonsense."""
    if not text:
        return USUAL
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= len("23") else -1
