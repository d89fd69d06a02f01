"""Several reports, one decision: shown first with the text that goes out, then done one by one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reports import bulk
from reports.bulk import Together
from reports.bulk_form import carry_out, form_for
from reports.lifecycle import TABLE, Move
from reports.views.outcomes import tell
from teams.sign_in import signed_in

ASKING = "Asks for the steps and waits for the answer. What nobody has acknowledged yet is acknowledged by it."
WORDS = {
    Together.ACKNOWLEDGE: ("Acknowledge", TABLE[Move.ACKNOWLEDGE].meaning, "Acknowledged"),
    Together.ASK: ("Ask how to reproduce", ASKING, "Asked how to reproduce"),
    Together.DECLINE: ("Decline", TABLE[Move.DECLINE].meaning, "Declined"),
}
"""What each is called, what it means, and how it is told afterwards."""


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest) -> HttpResponse:
    """GET shows what would be done; POST does it."""
    asked, now = (request.POST if request.method == "POST" else request.GET), timezone.now()
    verb = next((each for each in Together if each == asked.get("move")), None)
    reports = bulk.chosen(asked.getlist("chosen"))
    if verb is None or not reports:
        messages.warning(request, "Choose reports first, and then what is to be done with them.")
        return redirect("queue")
    form = form_for(verb, request.POST if request.method == "POST" else None, now=now)
    if request.method == "POST" and form.is_valid():
        tell(request, carry_out(form, reports, by=signed_in(request), now=now), WORDS[verb][-1])
        return _back(asked)
    label, meaning, _ = WORDS[verb]
    context = {"form": form, "verb": verb.value, "label": label, "meaning": meaning}
    shown = {"choices": bulk.choices(reports, verb, now=now), "back": asked.get("back", "")}
    return render(request, "reports/queue/bulk.html", context | shown)


def _back(asked: QueryDict) -> HttpResponseRedirect:
    """To the queue as it was: the query string is taken apart and written anew."""
    query = QueryDict(asked.get("back", "")[:2000].encode("utf-8", "replace")).urlencode(safe="@")
    return HttpResponseRedirect(f"{reverse('queue')}?{query}" if query else reverse("queue"))
