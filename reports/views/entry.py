"""The way in: the secret link, exchanged for a pass, and how to get it back when it is lost."""

import time
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from portal.limited import always, limited_by
from portal.rate_limits import Scope
from portal.viewer import without_viewer
from reports import tracking
from reports.forms.tracking import FindForm, LinkForm
from reports.tracking import LinkOutlived, NoSuchLink
from reports.views import cookies, suspicion

SAME_TIME = 0.3
"""Seconds that asking for a link takes, whether it is sent or not."""


@login_not_required
@limited_by(Scope.KEY_EXCHANGE, counts=always)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("key")
def open_report(request: HttpRequest, key: str) -> HttpResponse:
    """A GET changes nothing and does not even look: programs that read mail follow links (CAP-03)."""
    if request.method != "POST":
        return render(request, "reports/track/open.html", {"key": key})
    now = timezone.now()
    try:
        entry = tracking.enter(key, now=now)
    except NoSuchLink:
        return render(request, "reports/track/closed.html", status=HTTPStatus.NOT_FOUND)
    except LinkOutlived:
        return render(request, "reports/track/outlived.html", status=HTTPStatus.GONE)
    response = redirect("track", entry.reference)
    cookies.admit(response, reference=entry.reference, granted=entry.granted)
    return response


@login_not_required
@without_viewer
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("link", "email")
def find_report(request: HttpRequest) -> HttpResponse:
    """Two ways back: paste the link, or have a new one sent."""
    pasted = "link" in request.POST
    link = LinkForm(data=request.POST if pasted else None)
    find = FindForm(data=request.POST if request.method == "POST" and not pasted else None)
    if link.is_bound and link.is_valid():
        return redirect("open-report", link.cleaned_data["link"])
    if find.is_bound and find.is_valid():
        return _have_it_sent(request, find)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, "reports/track/find.html", {"link_form": link, "find_form": find}, status=status)


def _have_it_sent(request: HttpRequest, form: FindForm) -> HttpResponse:
    """One answer for all, and as late: neither says whether the report or the address exists (AUT-07)."""
    began = time.monotonic()
    now = timezone.now()
    if not suspicion.asks_for_too_many_links(request, now=now):
        tracking.send_link(reference=form.cleaned_data["reference"], email=form.cleaned_data["email"], now=now)
        time.sleep(max(0.0, began + SAME_TIME - time.monotonic()))
    return render(request, "reports/track/on_its_way.html", {"reference": form.cleaned_data["reference"]})
