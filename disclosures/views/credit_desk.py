"""The team asks, hears, and sees to it that a name that is to go goes."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from disclosures import credit_answers, credit_desk, credit_doors, credit_obstacles, credit_places
from disclosures import credits as crediting
from disclosures.consent import family_of
from disclosures.credit_answers import Said
from disclosures.credit_forms import EnterForm, FinderForm
from disclosures.enums import AnswerChannel
from disclosures.models import Credit, CreditPlace
from disclosures.views.credit_answering import Page, hear
from portal.policy import Clause, enforces
from reports import access, revealing
from reports.access import Permission
from reports.guards import Refused
from reports.models import Report
from reports.views import desk
from teams.sign_in import signed_in

NOT_YOURS = "Credit is looked after by the security team and whoever coordinates the report."


@require_http_methods(["GET", "HEAD", "POST"])
@enforces(Clause.P17, Clause.P18)
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """GET shows; POST names a finder."""
    report, user = desk.find(reference), signed_in(request)
    if not access.may(user, Permission.CREDIT, report):
        messages.info(request, NOT_YOURS)
        return redirect(report)
    form = FinderForm(data=request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            crediting.name_finder(report, known_as=form.cleaned_data["known_as"], by=user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "They are on the list. Make a link for them, or enter what they say.")
            return redirect("report-credit", report.reference)
    return _show(request, report, form)


@require_POST
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    report = desk.find(reference)
    try:
        asked = crediting.ask(report, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _told(asked))
    return redirect("report-credit", report.reference)


@require_POST
def ask_one(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    report = desk.find(reference)
    try:
        crediting.ask_one(_of(report, pk), by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "They are asked.")
    return redirect("report-credit", report.reference)


@require_http_methods(["GET", "HEAD", "POST"])
@enforces(Clause.P17)
def enter(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What somebody told a member, in the words that are to be printed."""
    report, user = desk.find(reference), signed_in(request)
    if not access.may(user, Permission.CREDIT, report):
        messages.info(request, NOT_YOURS)
        return redirect(report)
    credit = _of(report, pk)
    shown = credit if credit.user_id or _shows(request, credit.report) else _without_names(credit)
    form = EnterForm(credit=shown, data=request.POST if request.method == "POST" else None)

    def keep(said: Said, agreed: str) -> None:
        typed = form.cleaned_data
        credit_answers.answer_for(
            credit, said, agreed=agreed, channel=AnswerChannel(typed["channel"]), note=typed["note"], by=user,
            now=timezone.now(),
        )  # fmt: skip

    back = reverse("report-credit", args=[report.reference])
    whole = Page(
        template="disclosures/credit/enter.html", back=back, context={"report": report}, thanks="Their answer is kept."
    )
    return hear(request, credit, form=form, page=whole, keep=keep)


@require_POST
@sensitive_variables("link")
@enforces(Clause.P17, Clause.P18)
def link_for(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Of a finder whom the team named. It stands in this answer, and on no page."""
    report = desk.find(reference)
    credit = _of(report, pk)
    try:
        credit_doors.make(credit, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("report-credit", report.reference)
    link = credit_doors.link_of(credit)
    return render(request, "disclosures/credit/link_once.html", {"report": report, "link": link})


@require_POST
@enforces(Clause.P17)
def taken_out(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    report = desk.find(reference)
    place = get_object_or_404(CreditPlace.objects.select_related("report"), report__in=family_of(report), pk=pk)
    try:
        credit_places.done_by_hand(place, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Thank you. It is noted that the name is gone there.")
    return redirect("report-credit", report.reference)


@require_POST
@enforces(Clause.P17)
def try_place_again(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    report = desk.find(reference)
    place = get_object_or_404(CreditPlace.objects.select_related("report"), report__in=family_of(report), pk=pk)
    try:
        credit_obstacles.try_again(place, by=signed_in(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is tried again within a minute.")
    return redirect("report-credit", report.reference)


def _told(asked: int) -> str:
    if not asked:
        return "Everybody has been asked already, or has said no."
    people = "One person is asked" if asked == 1 else f"{asked} people are asked"
    return f"{people}. Who left an address gets a mail, and the others find it on their page."


def _of(report: Report, pk: int) -> Credit:
    """Of the report, or of a duplicate that the viewer may read too."""
    rows = Credit.objects.select_related("report", "reporter", "user", "named_by")
    return get_object_or_404(rows, report__in=family_of(report), pk=pk)


def _shows(request: HttpRequest, report: Report) -> bool:
    return revealing.shows_reporter(report, session=request.session, user=signed_in(request), now=timezone.now())


def _without_names(credit: Credit) -> Credit:
    """For a form that is filled in anew: what they are called stays hidden until somebody asks for it."""
    return Credit(pk=credit.pk, report=credit.report, kind=credit.kind)


def _show(request: HttpRequest, report: Report, form: FinderForm) -> HttpResponse:
    overview = credit_desk.overview_of(report, shows=lambda each: _shows(request, each))
    context = {
        "report": report,
        "overview": overview,
        "can_ask": report.state in crediting.ASKED_FROM,
        "finder_form": form,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "disclosures/credit/desk.html", context, status=status)
