"""The reporter's own part of a report: credit, address, company, and the link itself."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from portal.policy import Clause, enforces
from reports import submissions, tracking
from reports.enums import CreditWish
from reports.forms.tracking import AddressForm, CreditForm, InviteForm, PlainForm, WithdrawForm
from reports.guards import Refused
from reports.models import Reporter
from reports.submissions import Token
from reports.views import cookies
from reports.views.admission import as_reporter

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@as_reporter
@form_methods
@enforces(Clause.P17)
def credit(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    """Nobody agrees to a text before they have seen it: a name is kept only once it came back as it was shown."""
    form = CreditForm(reporter=reporter, data=_posted(request))
    if not form.is_bound or not form.is_valid():
        return _show(request, "reports/track/credit.html", reporter, form)
    said = form.cleaned_data
    wish = CreditWish(said["credit_wish"])
    if wish is CreditWish.YES and request.POST.get("agreed") != said["credit_name"]:
        return _show(request, "reports/track/credit.html", reporter, form, exact=said["credit_name"])
    tracking.wish_for_credit(reporter, wish=wish, name=said["credit_name"], now=timezone.now())
    messages.success(request, "We keep to that. You can change it here until the text is published.")
    return _back(reporter)


@as_reporter
@form_methods
def address(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    form = AddressForm(data=_posted(request))
    if not form.is_bound or not form.is_valid():
        return _show(request, "reports/track/address.html", reporter, form)
    email = form.cleaned_data["email"]
    tracking.change_address(reporter, email=email, now=timezone.now())
    messages.success(request, "We write to the new address." if email else "You get no more mail from us.")
    return _back(reporter)


@as_reporter
@form_methods
def invite(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    if reporter.is_co_reporter:
        return _not_theirs(request, reporter, "Only who sent the report can invite others to it.")
    form = InviteForm(data=_posted(request))
    if not form.is_bound or not form.is_valid():
        return _show(request, "reports/track/invite.html", reporter, form)
    token = _token(request)
    try:
        tracking.invite(reporter, **form.cleaned_data, token=token.value, now=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, "reports/track/invite.html", reporter, form)
    response = redirect("track-invited", reporter.report.reference)
    cookies.show_once(response, purpose=_purpose(tracking.INVITED, reporter), token=token.value)
    return response


@as_reporter
@require_safe
def invited(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    token = cookies.shown_once(request, purpose=_purpose(tracking.INVITED, reporter))
    return _show_link(request, "reports/track/invited.html", reporter, tracking.invited_key(token) if token else "")


@as_reporter
@form_methods
def withdraw(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    if reporter.is_co_reporter:
        return _not_theirs(request, reporter, "Only who sent the report can withdraw it.")
    form = WithdrawForm(data=_posted(request))
    if not form.is_bound or not form.is_valid():
        return _show(request, "reports/track/withdraw.html", reporter, form)
    try:
        why, token = form.cleaned_data["why"], _token(request)
        tracking.ask_to_withdraw(reporter, why=why, token=token.value, now=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, "reports/track/withdraw.html", reporter, form)
    messages.success(request, "The security team knows. A person decides and writes to you here.")
    return _back(reporter)


@login_not_required
def renew(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Sent twice, it leads to the same link, though the first time has ended the pass that came with it."""
    granted = cookies.pass_of(request, reference=reference)
    if request.method == "POST" and granted is not None:
        reporter = tracking.left_behind(granted, reference=reference, token=_token(request).value)
        if reporter is not None:
            return _replace_link(request, reporter)
    return _renew(request, reference=reference)


@as_reporter
@form_methods
def _renew(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    form = PlainForm(data=_posted(request))
    if not form.is_bound:
        return _show(request, "reports/track/renew.html", reporter, form)
    return _replace_link(request, reporter)


def _not_theirs(request: HttpRequest, reporter: Reporter, why: str) -> HttpResponse:
    """Say so before anything is filled in."""
    messages.info(request, why)
    return _back(reporter)


def _replace_link(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    token = _token(request)
    entry = tracking.renew_link(reporter, token=token.value, now=timezone.now())
    response = redirect("track-renewed", entry.reference)
    cookies.admit(response, reference=entry.reference, granted=entry.granted)
    cookies.show_once(response, purpose=_purpose(tracking.RENEWED, reporter), token=token.value)
    return response


@as_reporter
@require_safe
def renewed(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    token = cookies.shown_once(request, purpose=_purpose(tracking.RENEWED, reporter))
    return _show_link(request, "reports/track/renewed.html", reporter, tracking.renewed_key(token) if token else "")


def _posted(request: HttpRequest) -> object:
    return request.POST if request.method == "POST" else None


def _token(request: HttpRequest) -> Token:
    return submissions.read_or_new(request.POST.get("submission", ""), now=timezone.now())


def _purpose(what: str, reporter: Reporter) -> str:
    return f"{what}:{reporter.pk}"


def _back(reporter: Reporter) -> HttpResponse:
    return redirect("track", reporter.report.reference)


def _show(request: HttpRequest, template: str, reporter: Reporter, form: PlainForm, *, exact: str = "") -> HttpResponse:
    token = _token(request) if form.is_bound else submissions.new(now=timezone.now())
    context = {"reporter": reporter, "report": reporter.report, "form": form, "token": token, "exact": exact}
    wrong = form.is_bound and bool(form.errors)
    return render(request, template, context, status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)


def _show_link(request: HttpRequest, template: str, reporter: Reporter, key: str) -> HttpResponse:
    """A link is shown for a short while; afterwards only the page that says so is left."""
    if not key:
        messages.info(request, "A link is shown once, and for a short while. Make a new one if it is lost.")
        return _back(reporter)
    link = settings.BASE_URL + reverse("open-report", args=[key])
    return render(request, template, {"reporter": reporter, "report": reporter.report, "link": link})
