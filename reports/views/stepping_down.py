"""Leaving the security team by one's own will, in one click (P24)."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.viewer import SYSTEM, acting_as
from reports import departures
from teams import leaving, rota, terms
from teams.sign_in import signed_in


@terms.open_before
@require_POST
def step_down(request: HttpRequest) -> HttpResponse:
    """What one coordinated goes to whom one chose, else to whoever is on duty; then every session ends."""
    user, now = signed_in(request), timezone.now()
    departure = leaving.step_down(user, now=now)
    if departure is None:
        messages.error(request, "You are not on the security team.")
        return redirect("me")
    wanted = rota.staying(now=now).filter(pk=_number(request.POST.get("wanted", ""))).first()
    with acting_as(SYSTEM):
        departures.carry_out(departure, keep=bool(request.POST.get("keep")), wanted=wanted, now=now)
    logout(request)
    return redirect("stepped-down")


@login_not_required
@require_safe
def stepped_down(request: HttpRequest) -> HttpResponse:
    return render(request, "teams/stepped_down.html")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0  # noqa: PLR2004 - digits of an id
