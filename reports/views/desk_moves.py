"""Moving a report on: a form for each row of the lifecycle's table."""

from datetime import datetime
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reports import access, dossier, lifecycle, next_step, prepared, revealing
from reports.desk_forms import MOVE_FORMS, MoveForm, reasons_for
from reports.enums import DeclineReason
from reports.guards import Refused
from reports.lifecycle import TABLE, Move
from reports.models import Report
from reports.patch_forms import FIX_MOVE_FORMS
from reports.prepared import Occasion
from reports.views import desk
from teams.sign_in import signed_in

DONE = {
    Move.ACKNOWLEDGE: "Receipt is acknowledged, and triage has begun.",
    Move.IDENTIFY: "The vulnerability is confirmed.",
    Move.ASSEMBLE: "The patch team stands, and the fix has begun.",
    Move.MARK_READY: "The fix is ready for its release.",
    Move.RELEASE: "It is released.",
    Move.DISCLOSE: "It is disclosed.",
    Move.DISCLOSE_EARLY: "It is disclosed, before its fix.",
    Move.CLOSE: "Everything is kept that was promised. The report is closed.",
    Move.DECLINE: "The report is declined and closed.",
    Move.REOPEN: "The report is open again.",
}
LETTERS = {
    Move.ACKNOWLEDGE: prepared.acknowledgement,
    Move.IDENTIFY: prepared.identification,
    Move.RELEASE: prepared.release,
    Move.DISCLOSE_EARLY: prepared.early_disclosure,
    Move.REOPEN: prepared.reopening,
}
"""What the text for the reporter begins as, where a move has one."""
FORMS = MOVE_FORMS | FIX_MOVE_FORMS
STALE = "While you were writing, somebody else moved this report. Look at where it stands now, and decide again."


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, reference: str, step: Move) -> HttpResponse:
    report = desk.find(reference)
    if not access.may(signed_in(request), TABLE[step].permission, report):  # the prepared texts name the reporter
        messages.error(request, "You may not move this report.")
        return redirect(report)
    if request.method == "POST":
        return _prepare(request, report, step) if "prepare" in request.POST else _move(request, report, step)
    if step not in {row.move for row in lifecycle.possible(report, signed_in(request))}:
        messages.error(request, f"It is {report.get_state_display()}: “{TABLE[step].label}” is no step for you there.")
        return redirect(report)
    texts = _texts(request, report, step)
    chosen = request.GET.get("reason", "")
    form = FORMS[step](report=report, initial={"reason": chosen, "message": texts.get(chosen, "")})
    return _show(request, report, form, texts=texts)


def _prepare(request: HttpRequest, report: Report, step: Move) -> HttpResponse:
    """Without JavaScript: put the prepared text for the chosen reason into the message, and lose nothing typed."""
    texts = _texts(request, report, step)
    typed = request.POST.get("message", "").replace("\r\n", "\n").strip()
    text = texts.get(request.POST.get("reason", ""), "")
    if typed and typed not in texts.values():
        text = f"{text}\n\n{typed}" if text else typed
    form = FORMS[step](report=report, initial=request.POST.dict() | {"message": text})
    return _show(request, report, form, texts=texts)


def _move(request: HttpRequest, report: Report, step: Move) -> HttpResponse:
    form = FORMS[step](request.POST, report=report)
    if not form.is_valid():
        return _show(request, report, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        _refuse_stale(report, seen=request.POST.get("seen", report.state))
        lifecycle.move(report, step, by=signed_in(request), decision=form.decision(), now=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _show(request, report, form, status=HTTPStatus.CONFLICT)
    messages.success(request, DONE[step])
    return redirect(report)


def _refuse_stale(report: Report, *, seen: str) -> None:
    """Whoever decides must have seen where the report stands."""
    if seen != report.state:
        raise Refused(STALE)


def _show(
    request: HttpRequest,
    report: Report,
    form: MoveForm,
    *,
    texts: dict[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    possible = lifecycle.possible(report, signed_in(request))
    context = {
        "report": report,
        "form": form,
        "row": TABLE[form.move],
        "is_possible": form.move in {row.move for row in possible},
        "needs": next_step.needs(
            report,
            form.move,
            project_count=report.affected_projects.count(),
            readiness=lifecycle.readiness_before(report, now=timezone.now()),
        ),
        "texts": _texts(request, report, form.move) if texts is None else texts,
    }
    return render(request, "reports/desk/move.html", context, status=status)


def _texts(request: HttpRequest, report: Report, step: Move) -> dict[str, str]:
    """The prepared texts by decline reason; by the empty one for a move without reasons."""
    now = timezone.now()
    by_name = revealing.shows_reporter(report, session=request.session, user=signed_in(request), now=now)
    occasion = _occasion(report, name=_name_of_reporter(report) if by_name else "", now=now)
    if step is Move.DECLINE:
        return {reason.value: prepared.refusal(DeclineReason(reason), occasion) for reason in reasons_for(report)}
    return {"": LETTERS[step](occasion) if step in LETTERS else ""}


def _name_of_reporter(report: Report) -> str:
    reporters = dossier.reporters(report)
    return reporters[0].name if reporters else ""


def _occasion(report: Report, *, name: str, now: datetime) -> Occasion:
    projects = dossier.facts(report).projects
    return Occasion(
        policy=settings.POLICY,
        now=now,
        name=name,
        projects=[project["name"] for project in projects],
        repositories=[project["repository"] for project in projects],
        rating=f"{report.get_severity_display()} ({report.cvss_score})" if report.severity else "",
        vectors=report.cvss_vectors,
    )
