"""Several reports, one decision: shown first with the text that goes out, then done one by one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reports import bulk
from reports.bulk_form import form_for
from reports.lifecycle import TABLE, Move
from reports.views.outcomes import tell
from teams.sign_in import signed_in

TOGETHER = {Move.ACKNOWLEDGE.value: Move.ACKNOWLEDGE, Move.DECLINE.value: Move.DECLINE}
DONE = {Move.ACKNOWLEDGE: "Acknowledged", Move.DECLINE: "Declined"}


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest) -> HttpResponse:
    """GET shows what would be done; POST does it."""
    asked, now = (request.POST if request.method == "POST" else request.GET), timezone.now()
    step, reports = TOGETHER.get(asked.get("move", "")), bulk.chosen(asked.getlist("chosen"))
    if step is None or not reports:
        messages.warning(request, "Choose reports first, and then what is to be done with them.")
        return redirect("queue")
    form = form_for(step, request.POST if request.method == "POST" else None, now=now)
    if request.method == "POST" and form.is_valid():
        outcome = bulk.move_all(reports, step, by=signed_in(request), decision=form.decision(), now=now)
        tell(request, outcome, DONE[step])
        return _back(asked)
    context = {
        "form": form,
        "move": TABLE[step],
        "choices": bulk.choices_of(reports, step),
        "back": asked.get("back", ""),
    }
    return render(request, "reports/queue/bulk.html", context)


def _back(asked: QueryDict) -> HttpResponseRedirect:
    """To the queue as it was: the query string is taken apart and written anew."""
    query = QueryDict(asked.get("back", "")[:2000].encode("utf-8", "replace")).urlencode(safe="@")
    return HttpResponseRedirect(f"{reverse('queue')}?{query}" if query else reverse("queue"))
