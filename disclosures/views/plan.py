"""The plan of a release: on which day what is released by whom, with advice about the days."""

from datetime import date
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods

from disclosures import planning
from disclosures.circumstances import advice_for
from disclosures.crew import Crew, crew_of
from disclosures.plan_form import PlanForm
from reports import access
from reports.access import Permission
from reports.guards import Refused
from reports.models import Report
from reports.views import desk
from teams.sign_in import signed_in

DAYS_SHOWN = 14
"""Of the advice, at first sight. The rest is folded away."""


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str) -> HttpResponse:
    report, user, now = desk.find(reference), signed_in(request), timezone.now()
    crew = crew_of(report, now=now)
    form = _form(request, report, crew)
    if form.is_valid():
        try:
            slots = planning.plan(report, meant=form.plan(), by=user, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = "; ".join(slot.words for slot in slots if slot.remarks)
            messages.success(request, f"The release is planned, though: {said}." if said else "The release is planned.")
            return redirect("report-release-plan", report.reference)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "disclosures/day/plan.html", _context(request, report, form, crew), status=status)


def _form(request: HttpRequest, report: Report, crew: Crew) -> PlanForm:
    return PlanForm(
        request.POST if request.method == "POST" else None,
        present=planning.plan_of(report, crew=crew),
        planned_on=report.release_planned_on,
        chosen=_day(request.GET.get("day", "")),
        today=settings.POLICY.calendar.day_of(timezone.now()),
    )


def _context(request: HttpRequest, report: Report, form: PlanForm, crew: Crew) -> dict[str, object]:
    advice = advice_for(report, crew=crew, now=timezone.now())
    return {
        "report": report,
        "form": form,
        "advice": advice,
        "days": advice.slots[:DAYS_SHOWN],
        "later": advice.slots[DAYS_SHOWN:],
        "today": advice.slots[0].day,
        "may_plan": access.may(signed_in(request), Permission.PUBLISH, report) and not report.is_closed,
    }


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
