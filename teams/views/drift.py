"""What the syncs found and did, and what waits for a person to decide."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.queue import enqueue
from teams import confirming, github_sync
from teams.confirmation import confirmed
from teams.enums import Task
from teams.membership import standing_of
from teams.models import SyncRun
from teams.sign_in import signed_in

RUNS_SHOWN = 20


@require_safe
def drift(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    standing = standing_of(user)
    if not (standing.is_member or standing.is_administrator):
        raise Http404
    runs = list(SyncRun.objects.select_related("decided_by")[:RUNS_SHOWN])
    context = {
        "runs": runs,
        "waiting": SyncRun.objects.waiting().first(),
        "last": SyncRun.objects.complete().first(),
        "may_decide": confirming.may_confirm(user),
    }
    return render(request, "teams/drift.html", context)


@require_POST
def ask_now(request: HttpRequest) -> HttpResponse:
    """Not to wait for the hour. Asking changes nothing that the next sync would not."""
    if not confirming.may_confirm(signed_in(request)):
        raise Http404
    enqueue(Task.SYNC)
    messages.success(request, "GitHub is being asked. What it says shows here in a moment.")
    return redirect("drift")


@confirmed
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to what a sync would end, or discard it. Only who answers for the team may (AUT-02)."""
    by = signed_in(request)
    if not confirming.may_confirm(by):
        raise Http404
    agrees = request.POST.get("decision") == "agree"
    try:
        github_sync.decide(get_object_or_404(SyncRun, pk=pk), agree=agrees, by=by, now=timezone.now())
    except github_sync.NothingWaits:
        messages.error(request, "It does not wait any more: somebody has decided, or a later sync replaced it.")
    else:
        messages.success(
            request,
            "Agreed. GitHub is asked again, and what it still says is carried out."
            if agrees
            else "Discarded: nothing ends, and the same is not asked again.",
        )
    return redirect("drift")
