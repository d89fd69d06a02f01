"""What is burning?"""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from disclosures import obligations, planning
from portal.policy import deadlines
from reports import figures, key_expiry
from reports.agenda import agenda, look
from reports.models import Figures
from teams import warnings
from teams.membership import Standing, standing_of
from teams.sign_in import signed_in

RELEASE_DAYS = 5


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    now, policy = timezone.now(), settings.POLICY
    today = policy.calendar.day_of(now)
    standing = standing_of(signed_in(request))
    kept, said, passed = _figures_and_warnings(standing, now=now)
    shown = agenda(signed_in(request), now=now, further=obligations.COUNTED)
    context = {
        "now": now,
        "agenda": shown,
        "owed": obligations.summary(shown.further),
        "standing": standing,
        "warnings": [*said, *(key_expiry.warnings(now=now) if standing.is_member or standing.is_administrator else [])],
        "figures": kept,
        "figures_are_stale": kept is not None and kept.is_stale(now=now),
        "passed": passed,
        "release_days": deadlines.next_release_days(today, count=RELEASE_DAYS, policy=policy),
    }
    return render(request, "portal/dashboard.html", context)


def _figures_and_warnings(standing: Standing, *, now: datetime) -> tuple[Figures | None, list[str], list[str]]:
    """How the promises are kept, for members; what should worry the team about itself, for administrators too; and
    reports of which a release day passed. In one query.
    """
    if standing.is_member:
        kept, said = figures.beside_warnings(passed=planning.references_of_passed(now=now))
        return kept, said, list(dict.fromkeys(getattr(kept, "passed", ())))
    return None, warnings.latest() if standing.is_administrator else [], []


@require_POST
def mark_seen(request: HttpRequest) -> HttpResponse:
    """Up to the moment the page was drawn, so that nothing that came since is missed."""
    now = timezone.now()
    look(signed_in(request), until=min(_drawn_at(request.POST.get("drawn", "")) or now, now))
    messages.success(request, "You are up to date: only what happens from now on is news.")
    return redirect("dashboard")


def _drawn_at(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.utcoffset() is not None else None
