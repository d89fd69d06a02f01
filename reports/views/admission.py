"""Who may see the pages of one report without an account: whoever holds its pass (CAP-04)."""

from collections.abc import Callable
from functools import update_wrapper
from http import HTTPStatus
from typing import Concatenate

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from portal.pages.kept import keep_what_was_typed
from portal.viewer import acting_as
from reports import tracking
from reports.models import Reporter
from reports.views import cookies

type ReporterView[**P] = Callable[Concatenate[HttpRequest, Reporter, P], HttpResponseBase]
type TrackView = Callable[..., HttpResponseBase]
"""Takes the reference that the address names, and what else it names."""


def as_reporter[**P](view: ReporterView[P]) -> TrackView:
    """Run the view as the reporter whose pass this browser holds, and nobody else: a member's own sight ends here."""

    def admitted(request: HttpRequest, reference: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        granted = cookies.pass_of(request, reference=reference)
        reporter = tracking.admitted(granted, reference=reference, now=timezone.now()) if granted else None
        if reporter is None:
            return closed(request)
        with acting_as(reporter.viewer):
            return view(request, reporter, *args, **kwargs)

    update_wrapper(admitted, view)
    return login_not_required(admitted)


def closed(request: HttpRequest) -> HttpResponse:
    """The same for a report that is not there and for one that this browser may not open (AZ-09)."""
    if request.method == "POST":
        return keep_what_was_typed(
            request,
            status=HTTPStatus.NOT_FOUND,
            why="Your visit to this report has ended, so this was not sent. Open your link in another tab, come back "
            "here, and send it again.",
        )
    return render(request, "reports/track/closed.html", status=HTTPStatus.NOT_FOUND)
