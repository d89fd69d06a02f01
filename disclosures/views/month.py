"""The disclosure calendar."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from disclosures import month
from teams.membership import standing_of
from teams.sign_in import signed_in


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """For people with a role here, who see in it what they may know of; who is away is for members."""
    now, standing = timezone.now(), standing_of(signed_in(request))
    if not standing.has_role:
        raise Http404
    first = month.named(request.GET.get("month", ""), today=settings.POLICY.calendar.day_of(now))
    shown = month.month_of(first, with_absences=standing.is_member, now=now)
    return render(request, "disclosures/calendar.html", {"month": shown, "zone": settings.POLICY.calendar.zone.key})
