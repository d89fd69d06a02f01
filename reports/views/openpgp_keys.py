"""The reporter's OpenPGP key: with it, mails say what there is to say, and nobody else can read them."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from portal.openpgp.fields import with_key_from_file
from portal.policy import Clause, enforces
from reports import reporter_keys
from reports.enums import KeyCame
from reports.forms.openpgp import KeyForm
from reports.guards import Refused
from reports.models import OpenPGPKey, Reporter
from reports.views.admission import as_reporter

form_methods = require_http_methods(["GET", "HEAD", "POST"])
IN_FORCE = "From now on our mails to you are encrypted to this key, and say what there is to say."
WAITS = "We wrote to you about it. The link in that mail confirms the key: until then nothing is encrypted to it."
CONFIRMED = "Confirmed. From now on our mails to you are encrypted to this key."
REMOVED = "The key was taken away."


@as_reporter
@form_methods
@enforces(Clause.P4)
def key(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    form = KeyForm(data=with_key_from_file(request) if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _show(request, reporter, form)
    given = reporter_keys.offer_key(reporter, form.cleaned_data["openpgp_key"], how=KeyCame.PAGE, now=timezone.now())
    messages.success(request, IN_FORCE if given.confirmed_at else WAITS)
    return redirect("track-key", reporter.report.reference)


@as_reporter
@form_methods
def confirm(request: HttpRequest, reporter: Reporter, *, proof: str) -> HttpResponse:
    """Looking at it confirms nothing: programs that look through mail follow links."""
    if request.method != "POST":
        waiting = reporter_keys.waiting(reporter)
        context = {"reporter": reporter, "report": reporter.report, "waiting": waiting, "proof": proof}
        return render(request, "reports/track/key_confirm.html", context)
    try:
        reporter_keys.confirm(reporter, proof=proof, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, CONFIRMED)
    return redirect("track-key", reporter.report.reference)


@as_reporter
@require_POST
def remove(request: HttpRequest, reporter: Reporter, *, pk: int) -> HttpResponse:
    reporter_keys.remove(reporter, number=pk, now=timezone.now())
    messages.success(request, REMOVED)
    return redirect("track-key", reporter.report.reference)


def _show(request: HttpRequest, reporter: Reporter, form: KeyForm) -> HttpResponse:
    current: OpenPGPKey | None = reporter_keys.in_force(reporter)
    context = {
        "reporter": reporter,
        "report": reporter.report,
        "form": form,
        "current": current,
        "has_expired": current is not None and current.expires_at is not None and current.expires_at <= timezone.now(),
        "waiting": reporter_keys.waiting(reporter),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "reports/track/key.html", context, status=status)
