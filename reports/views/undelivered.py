"""Who was not told, and why."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from reports import undelivered
from reports.guards import Refused
from teams.sign_in import signed_in

SHOWN = 100
LONGEST_ID = 19
"""Digits; more are no id of ours."""


@require_safe
def failed(request: HttpRequest) -> HttpResponse:
    notices = list(undelivered.failed(signed_in(request)).select_related("report", "user")[: SHOWN + 1])
    context = {"notices": notices[:SHOWN], "there_are_more": len(notices) > SHOWN}
    return render(request, "reports/queue/undelivered.html", context)


@require_POST
def send_again(request: HttpRequest) -> HttpResponse:
    """One by its own button (`only`), or all chosen ones."""
    asked = request.POST.getlist("only") or request.POST.getlist("chosen")
    ids = [int(text) for text in asked[:SHOWN] if text.isascii() and text.isdecimal() and len(text) < LONGEST_ID]
    try:
        count = undelivered.send_again(ids, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        _tell(request, count)
    return redirect("undelivered")


def _tell(request: HttpRequest, count: int) -> None:
    if count:
        many = "One notice is on its way" if count == 1 else f"{count} notices are on their way"
        messages.success(request, f"{many} again.")
    else:
        messages.warning(request, "Nothing was sent: choose notices that have failed.")
