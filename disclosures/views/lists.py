"""What is owed, and which CVE IDs are wanted: of all reports that the viewer may read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from disclosures import cursors, cve_queue, obligations
from disclosures.obligations import Kind


@require_safe
def owed(request: HttpRequest) -> HttpResponse:
    now, text = timezone.now(), request.GET.get("kind", "")
    kind = next((each for each in Kind if str(each) == text), None)
    cursor = cursors.read(request.GET.get("after", ""))
    context = {
        "page": obligations.page(now=now, cursor=cursor, kind=kind),
        "kind": "" if kind is None else str(kind),
        "ways": obligations.summary(obligations.counts(now=now)),
        "is_first": cursor is None,
    }
    return render(request, "disclosures/lists/obligations.html", context)


@require_safe
def wishes(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("state", "")
    state = text if text in dict(cve_queue.WAYS) else cve_queue.OPEN
    cursor = cursors.read(request.GET.get("after", ""))
    context = {
        "page": cve_queue.page(state=state, cursor=cursor),
        "state": state,
        "ways": cve_queue.WAYS,
        "is_first": cursor is None,
    }
    return render(request, "disclosures/lists/cve_queue.html", context)
