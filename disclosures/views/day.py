"""The day of the release: did everything go out?"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from disclosures.conductor import adopting, beginning, board, doubtful, engine, unknown
from disclosures.conductor.adopting import Spot
from disclosures.conductor.board import Board
from disclosures.conductor.doubtful import Word
from disclosures.day_forms import AdoptForm, JudgeForm, PrepareForm, StartForm
from disclosures.models import Conduct, Release, Step
from reports import access, prepared
from reports.access import Permission
from reports.enums import State
from reports.guards import Refused
from reports.models import Report
from reports.prepared import Occasion
from reports.views import desk
from teams.confirmation import confirmed
from teams.sign_in import signed_in


@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    return _show(request, desk.find(reference))


@require_safe
def steps(request: HttpRequest, reference: str) -> HttpResponse:
    """The steps alone, for the page to renew itself."""
    return render(request, "disclosures/day/steps.html", _steps(request, desk.find(reference)))


@confirmed
@require_POST
def start(request: HttpRequest, reference: str) -> HttpResponse:
    report, form = desk.find(reference), StartForm(request.POST)

    def verb() -> None:
        message = str(form.cleaned_data["message"])
        beginning.start(report, message=message, by=signed_in(request), now=timezone.now())

    return _try(request, report, form, verb, "The day is under way. Each step is taken as soon as it can be.")


@confirmed
@require_POST
def prepare(request: HttpRequest, reference: str) -> HttpResponse:
    report, form = desk.find(reference), PrepareForm(request.POST)

    def verb() -> None:
        with_forks = bool(form.cleaned_data["with_forks"])
        beginning.prepare(report, with_forks=with_forks, by=signed_in(request), now=timezone.now())

    return _try(request, report, form, verb, "The drafts are being written on GitHub.")


@confirmed
@require_POST
def adopt(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    report = desk.find(reference)
    spot = _spot(request, report, pk)
    form = AdoptForm(request.POST, advisory=spot.advisory.pk, project=pk)

    def verb() -> None:
        adopting.name(spot, str(form.cleaned_data["ghsa_id"]), by=signed_in(request), now=timezone.now())

    return _try(request, report, form, verb, "It is looked up on GitHub. Its step says whether it is there.")


@confirmed
@require_POST
def adopt_none(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    report = desk.find(reference)
    spot = _spot(request, report, pk)
    return _do(
        request,
        report,
        lambda: adopting.forget(spot, by=signed_in(request), now=timezone.now()),
        "Nobody names one there any more.",
    )


@confirmed
@require_POST
def judge_release(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    report, form = desk.find(reference), JudgeForm(request.POST)
    row = get_object_or_404(Release.objects.filter(report=report), pk=pk)
    row.report = report

    def verb() -> None:
        if not form.is_valid():
            raise Refused("Say whether it is the right release.")
        sight, word = str(form.cleaned_data["sight"]), Word(form.cleaned_data["word"])
        doubtful.judge(row, sight=sight, word=word, by=signed_in(request), now=timezone.now())

    return _do(request, report, verb, "That is on record. The portal looks at GitHub again.")


@require_POST
def try_again(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    report = desk.find(reference)
    step = get_object_or_404(Step.objects.filter(report=report), pk=pk)
    step.report = report
    return _do(
        request,
        report,
        lambda: beginning.try_again(step, by=signed_in(request), now=timezone.now()),
        "It is tried again now.",
    )


@require_POST
def stop(request: HttpRequest, reference: str) -> HttpResponse:
    report = desk.find(reference)
    return _do(
        request,
        report,
        lambda: beginning.stop(report, by=signed_in(request), now=timezone.now()),
        "No further step is taken until somebody lets it go on.",
    )


@confirmed
@require_POST
def go_on(request: HttpRequest, reference: str) -> HttpResponse:
    report = desk.find(reference)
    return _do(
        request, report, lambda: beginning.go_on(report, by=signed_in(request), now=timezone.now()), "It goes on."
    )


@confirmed
@require_POST
def publish_changes(request: HttpRequest, reference: str) -> HttpResponse:
    report = desk.find(reference)
    return _do(
        request,
        report,
        lambda: beginning.publish_changes(report, by=signed_in(request), now=timezone.now()),
        "What was approved is public now, and is being written to GitHub.",
    )


def _do(request: HttpRequest, report: Report, verb: Callable[[], None], said: str) -> HttpResponse:
    try:
        verb()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("report-day", report.reference)


def _try(request: HttpRequest, report: Report, form: forms.Form, verb: Callable[[], None], said: str) -> HttpResponse:
    if form.is_valid():
        try:
            verb()
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect("report-day", report.reference)
    return _show(request, report, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _show(
    request: HttpRequest, report: Report, form: forms.Form | None = None, *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context = _steps(request, report)
    may_publish, shown = context["may_publish"], cast("Board", context["board"])
    letter = "" if shown.has_begun else _letter(report, context)
    context |= {
        "start_form": form if isinstance(form, StartForm) else StartForm(initial={"message": letter}),
        "prepare_form": form if isinstance(form, PrepareForm) else PrepareForm(),
        "adoptions": _adoptions(report, shown, form) if may_publish else [],
        "sightings": unknown.of(report),
        "wrong": form,
        "is_ready": report.state == State.READY,
        "has_changes": bool(may_publish) and beginning.changed_since(report),
    }
    return render(request, "disclosures/day/day.html", context, status=status)


def _steps(request: HttpRequest, report: Report) -> dict[str, object]:
    steps = list(report.steps.select_related("project", "advisory"))
    progress = engine.progress_of(report, steps)
    shown = board.board_of(report, progress=progress, steps=steps)
    may_publish = access.may(signed_in(request), Permission.PUBLISH, report) and not report.is_closed
    return {
        "report": report,
        "board": shown,
        "goes_early": progress.goes_early,
        "conduct": Conduct.objects.filter(report=report).select_related("started_by").first(),
        "may_publish": may_publish,
        "can_prepare": may_publish and not shown.has_begun and report.state in beginning.PREPARED_IN,
    }


def _spot(request: HttpRequest, report: Report, project: int) -> Spot:
    """The one that the form was about; where one advisory speaks of the project, it need not say so."""
    found = [spot for spot in adopting.spots(report) if spot.project.pk == project]
    said = request.POST.get("advisory", "")
    spot = next((spot for spot in found if len(found) == 1 or str(spot.advisory.pk) == said), None)
    if spot is None:
        raise Http404
    return spot


def _adoptions(report: Report, shown: Board, form: forms.Form | None) -> list[tuple[Spot, AdoptForm]]:
    """Where an advisory can be named, and the form for it: the one that was not taken comes back as it was."""
    wrong = {form.place: form} if isinstance(form, AdoptForm) else {}
    return [
        (spot, wrong.get(spot.key) or AdoptForm(advisory=spot.advisory.pk, project=spot.project.pk))
        for spot in adopting.spots(report, shown.rows)
        if spot.is_open
    ]


def _letter(report: Report, context: Mapping[str, object]) -> str:
    names = [named.project.name for named in report.affected_projects.select_related("project")]
    occasion = Occasion(policy=settings.POLICY, now=timezone.now(), projects=names)
    return prepared.early_disclosure(occasion) if context["goes_early"] else prepared.release(occasion)
