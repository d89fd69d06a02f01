"""From "is this the right place?" to "it has arrived". Nobody needs an account, and nothing typed is ever lost."""

from datetime import datetime
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import openpgp
from portal.openpgp.fields import with_key_from_file
from portal.pages.kept import when_late
from portal.policy import Clause, deadlines, enforces
from portal.viewer import without_viewer
from reports import intake, staging, submissions
from reports.enums import State
from reports.forms.fields import posted
from reports.forms.report import ReportForm
from reports.intake import Receipt, Submission
from reports.submissions import Token
from reports.views import cookies, suspicion
from reports.views.blank_form import blank_sections
from reports.views.uploading import received_files

SENT = "sent"
LATE = "This page had been open for so long that its proof of origin expired. Look it over and send it again."
SENT_BEFORE = (
    "This form was sent before, and what it said then arrived as {reference}. If this is another report, send it "
    "again; to add to that one, open it by its link."
)


@login_not_required
@require_safe
@enforces(Clause.P6, Clause.P9)
def before_you_report(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/before.html", {"answer_by": _answer_by(), "key": openpgp.own_key()})


def late_report_form(request: HttpRequest) -> HttpResponse:
    """The form came without a valid proof of origin: it is shown again, whole, and nothing is taken as sent."""
    form, token = _read(request)
    return _show(request, form, token=token, notice=LATE, status=HTTPStatus.FORBIDDEN)


@login_not_required
@when_late(late_report_form)
@require_http_methods(["GET", "HEAD", "POST"])
def report_form(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _show_blank(request)
    form, token = _read(request)
    if not form.is_valid():
        return _show(request, form, token=token, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _receive(request, form, token=token)


@login_not_required
@require_safe
def submitted(request: HttpRequest) -> HttpResponse:
    token = cookies.shown_once(request, purpose=SENT)
    receipt = intake.find(token) if token else None
    if receipt is None:
        messages.info(request, "That page is shown for a short while only. Open your report by its link.")
        return redirect("report-find")
    return render(request, "reports/submitted.html", _arrival(receipt))


def _arrival(receipt: Receipt) -> dict[str, object]:
    report = receipt.report
    return {
        "receipt": receipt,
        "report": report,
        "link": settings.BASE_URL + reverse("open-report", args=[receipt.key]),
        "answer_by": report.next_due_at if report.state == State.RECEIVED else None,
    }


@login_not_required
@without_viewer
@require_POST
def stage_file(request: HttpRequest) -> JsonResponse:
    """Keep one file ahead of its form. Answers {token, name, size}, or {error} with the status 4xx."""
    now = timezone.now()
    token = submissions.read(request.POST.get("submission", ""), now=now)
    if token is None:
        return _refuse_file(
            "This page is too old to take files. Send the form: you will get a fresh one with your text."
        )
    outcome = received_files(request, submission=token, now=now)
    if not outcome.kept:
        return _refuse_file(" ".join(outcome.refused) or "No file arrived. Please choose it again.")
    kept = outcome.kept[0]
    return JsonResponse({"token": kept.token, "name": kept.name, "size": kept.size})


def _refuse_file(why: str) -> JsonResponse:
    return JsonResponse({"error": why}, status=HTTPStatus.BAD_REQUEST)


def _read(request: HttpRequest) -> tuple[ReportForm, Token]:
    """The form as it was sent, with its files already safe, checked."""
    now = timezone.now()
    token = submissions.read_or_new(request.POST.get("submission", ""), now=now)
    staged = staging.find(posted(request.POST, "staged"), submission=token)
    outcome = received_files(request, submission=token, now=now)
    today = now.astimezone(settings.POLICY.calendar.zone).date()
    form = ReportForm(data=with_key_from_file(request), staged=[*staged, *outcome.kept], today=today)
    if not form.is_valid() or outcome.refused:
        for sentence in outcome.refused:
            form.add_error("attachments", sentence)
    return form, token


def _receive(request: HttpRequest, form: ReportForm, *, token: Token) -> HttpResponse:
    now = timezone.now()
    submission = form.submission(token)
    if (sent := cookies.shown_once(request, purpose=SENT)) and _is_kept(form, submission, intake.find(sent)):
        return redirect("submitted")
    earlier = intake.find(token.value)
    if earlier is not None and not _is_kept(form, submission, earlier):
        fresh = submissions.new(now=now)
        staging.move(form.staged, to=fresh)
        form.add_error(None, SENT_BEFORE.format(reference=earlier.report.reference))
        return _show(request, form, token=fresh, status=HTTPStatus.CONFLICT)
    quarantined = earlier is None and suspicion.is_raised_by(request, token=token, email=submission.email, now=now)
    intake.receive(submission, now=now, quarantined=quarantined)
    response = redirect("submitted")
    cookies.show_once(response, purpose=SENT, token=token.value)
    return response


def _is_kept(form: ReportForm, submission: Submission, earlier: Receipt | None) -> bool:
    """Whether all of it arrived before. Who goes back after sending has a fresh form, with the same words in it."""
    return (
        earlier is not None
        and submission.says_the_same_as(earlier)
        and staging.are_all_kept(form.staged, report=earlier.report)
    )


def _show_blank(request: HttpRequest) -> HttpResponse:
    token = submissions.new(now=timezone.now())
    context = {"blank": blank_sections(), "token": token, "answer_by": _answer_by(), "key": openpgp.own_key()}
    return render(request, "reports/form.html", context)


def _show(
    request: HttpRequest, form: ReportForm, *, token: Token, notice: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {
        "form": form,
        "token": token,
        "notice": notice,
        "answer_by": _answer_by(),
        "key": openpgp.own_key(),
        "limits": settings.POLICY.uploads,
    }
    return render(request, "reports/form.html", context, status=status)


@enforces(Clause.P7)
def _answer_by() -> datetime:
    return deadlines.ACKNOWLEDGE.due(timezone.now(), policy=settings.POLICY)
