"""What came in a flood waits here until a person has looked at it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from reports import bulk
from reports.access import Permission
from reports.enums import DeclineReason
from reports.guards import Decision
from reports.lifecycle import Move
from reports.models import Report
from reports.rows import rows_of
from reports.views.outcomes import tell
from teams.sign_in import signed_in


@require_safe
def quarantine(request: HttpRequest) -> HttpResponse:
    waiting = Report.objects.in_quarantine().select_related("coordinator").order_by("quarantined_at", "pk")
    rows = rows_of(waiting[: bulk.MOST + 1])
    context = {
        "rows": rows[: bulk.MOST],
        "there_are_more": len(rows) > bulk.MOST,
        "may_review": signed_in(request).has_perm(Permission.REVIEW_QUARANTINE),
    }
    return render(request, "reports/queue/quarantine.html", context)


@require_POST
def review(request: HttpRequest) -> HttpResponse:
    """One report by its own button (`lift` or `spam` carries the reference), or all chosen ones (`all`)."""
    lifted, spam = request.POST.getlist("lift"), request.POST.getlist("spam")
    if verb := request.POST.get("all"):
        chosen = request.POST.getlist("chosen")
        lifted, spam = (chosen, []) if verb == "lift" else ([], chosen)
    user, now = signed_in(request), timezone.now()
    if lifted:
        tell(request, bulk.lift_all(bulk.quarantined(lifted), by=user, now=now), "Taken out of quarantine")
    else:
        decision = Decision(reason=DeclineReason.SPAM)
        outcome = bulk.move_all(bulk.quarantined(spam), Move.DECLINE, by=user, decision=decision, now=now)
        tell(request, outcome, "Closed as spam")
    return redirect("quarantine")
