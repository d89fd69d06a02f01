"""Who can see a report, why, and who did: read by everybody who sees it, changed by who may share it.

Whatever lets somebody in asks for the second factor again (AUT-02); whatever shuts somebody out is one click.
"""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from reports import access, sharing, sight, walls
from reports.access import Permission
from reports.enums import Role
from reports.guards import Refused
from reports.models import Grant, Recusal, Report, Reporter
from reports.sharing_forms import RecuseForm, RestrictForm, ShareForm, chosen_day, day_of
from reports.views import desk
from teams.confirmation import confirmed, confirmed_to_change
from teams.models import User
from teams.sign_in import signed_in


@confirmed_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """GET shows; POST lets somebody in."""
    report, now = desk.find(reference), timezone.now()
    today = settings.POLICY.calendar.day_of(now)
    if request.method != "POST":
        return _show(request, report, share=ShareForm(today=today))
    form = ShareForm(request.POST, today=today)
    if not form.is_valid():
        return _show(request, report, share=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    said, by = form.cleaned_data, signed_in(request)
    try:
        sharing.share(
            report, to=said["to"], role=Role(said["role"]), reason=said["reason"], until=said["until"], by=by, now=now
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, report, share=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, f"{said['to']} can see it now, and gets a mail that says so.")
    return redirect("report-sharing", report.reference)


@require_POST
def revoke(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    report = desk.find(reference)
    grant = get_object_or_404(Grant.objects.select_related("user"), report=report, pk=pk)
    grant.report = report
    try:
        sharing.revoke(grant, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{grant.user or 'The co-reporter'} is let in no more.")
    return redirect("report-sharing", report.reference)


@require_POST
def end_links(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    report = desk.find(reference)
    reporter = get_object_or_404(Reporter, report=report, pk=pk)
    try:
        ended = sharing.end_links(reporter, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Their links open nothing any more." if ended else "They had no link that opens it.")
    return redirect("report-sharing", report.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def recuse(request: HttpRequest, reference: str) -> HttpResponse:
    report, by = desk.find(reference), signed_in(request)
    form = RecuseForm(request.POST if request.method == "POST" else None, report=report)
    if form.is_valid():
        who = form.cleaned_data["who"]
        try:
            walls.recuse(report, who=who, reason=form.cleaned_data["reason"], by=by, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _after_recusal(request, report, who)
    return _show_form(request, report, form, title="Recuse somebody from it", button="Recuse them")


def _after_recusal(request: HttpRequest, report: Report, who: User) -> HttpResponse:
    if who == request.user:
        messages.success(request, "You are recused: nothing of that report is shown to you from now on.")
        return redirect("dashboard")
    messages.success(request, f"{who} is recused from it.")
    return redirect("report-sharing", report.reference)


@confirmed
@require_POST
def lift_recusal(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    report = desk.find(reference)
    recusal = get_object_or_404(Recusal.objects.select_related("user"), report=report, pk=pk)
    recusal.report = report
    try:
        walls.lift_recusal(recusal, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The wall around {recusal.user} is gone.")
    return redirect("report-sharing", report.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def restrict(request: HttpRequest, reference: str) -> HttpResponse:
    report, by = desk.find(reference), signed_in(request)
    form = RestrictForm(request.POST if request.method == "POST" else None, report=report, by=by)
    if form.is_valid():
        said = form.cleaned_data
        try:
            walls.restrict(report, keep=said["keep"], reason=said["reason"], by=by, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "From now on only the people named here can see it.")
            return redirect("report-sharing", report.reference)
    return _show_form(request, report, form, title="Restrict it to named people", button="Restrict it")


@confirmed
@require_POST
def lift_restriction(request: HttpRequest, reference: str) -> HttpResponse:
    report = desk.find(reference)
    try:
        walls.lift_restriction(report, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The whole team can see it again.")
    return redirect("report-sharing", report.reference)


def _show_form(
    request: HttpRequest, report: Report, form: RecuseForm | RestrictForm, *, title: str, button: str
) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"report": report, "form": form, "title": title, "button": button}
    return render(request, "reports/desk/facts_form.html", context, status=status)


def _show(
    request: HttpRequest, report: Report, *, share: ShareForm, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    calendar, now = settings.POLICY.calendar, timezone.now()
    day = chosen_day(request.GET.get("on", ""), report=report, now=now)
    circle = sight.circle_of(report)
    context = {
        "report": report,
        "may_share": access.may(signed_in(request), Permission.SHARE, report),
        "day": day,
        "today": calendar.day_of(now),
        "first_day": calendar.day_of(report.received_at),
        "sights": circle.during(day_of(day)) if day else circle.at(now),
        "recusals": circle.recusals,
        "restriction": circle.restriction,
        "seen": sight.who_saw(report),
        "share_form": share,
    }
    return render(request, "reports/desk/sharing.html", context, status=status)
