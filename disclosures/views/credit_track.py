"""The reporter's side of credit, without an account: their own answer, and those of finders whom they named."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from disclosures import credit_answers, credit_doors
from disclosures import credits as crediting
from disclosures.credit_forms import AnswerForm, FinderForm, RelayForm
from disclosures.models import Credit
from disclosures.views.credit_answering import Page, answer
from portal.policy import Clause, enforces
from reports.enums import CreditWish
from reports.guards import Refused
from reports.models import Reporter
from reports.views.admission import as_reporter

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@as_reporter
@form_methods
@enforces(Clause.P17)
def mine(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    """Before they are asked there is only their wish."""
    asked = credit_answers.of_reporter(reporter)
    credit = next((each for each in asked if each.reporter_id == reporter.pk and (each.asked_at or each.answer)), None)
    if credit is None:
        return redirect("track-credit", reporter.report.reference)
    form = AnswerForm(credit=credit, data=_posted(request), prefers_name=reporter.credit_wish == CreditWish.YES)
    finders = [each for each in asked if each.pk != credit.pk]
    page = Page(
        template="disclosures/credit/track.html",
        back=reverse("track", args=[reporter.report.reference]),
        context={"reporter": reporter, "report": reporter.report, "finders": finders, "finder_form": FinderForm()},
    )
    return answer(request, credit, by=reporter, form=form, page=page)


@as_reporter
@require_POST
@enforces(Clause.P18)
def name_finder(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    form = FinderForm(data=request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["known_as"])))
        return redirect("track-credit-answer", reporter.report.reference)
    try:
        finder = crediting.name_finder(reporter.report, known_as=form.cleaned_data["known_as"], by=reporter)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("track-credit-answer", reporter.report.reference)
    return redirect("track-credit-finder", reporter.report.reference, finder.pk)


@as_reporter
@form_methods
@enforces(Clause.P17, Clause.P18)
def finder(request: HttpRequest, reporter: Reporter, *, pk: int) -> HttpResponse:
    credit = _named_by(reporter, pk)
    page = Page(
        template="disclosures/credit/track_finder.html",
        back=reverse("track-credit-answer", args=[reporter.report.reference]),
        context={"reporter": reporter, "report": reporter.report, "link": credit_doors.link_of(credit)},
        thanks="We keep to that. It can be changed here at any time.",
    )
    form = RelayForm(credit=credit, data=_posted(request))
    return answer(request, credit, by=reporter, form=form, page=page)


@as_reporter
@require_POST
@enforces(Clause.P17, Clause.P18)
def link_for(request: HttpRequest, reporter: Reporter, *, pk: int) -> HttpResponse:
    try:
        credit_doors.make(_named_by(reporter, pk), by=reporter, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Their link is below: pass it on to nobody but them.")
    return redirect("track-credit-finder", reporter.report.reference, pk)


def _named_by(reporter: Reporter, pk: int) -> Credit:
    for credit in credit_answers.of_reporter(reporter):
        if credit.pk == pk and credit.named_by_id == reporter.pk:
            return credit
    raise Http404


def _posted(request: HttpRequest) -> object:
    return request.POST if request.method == "POST" else None
