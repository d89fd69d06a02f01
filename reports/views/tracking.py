"""The reporter's page: where it stands, what comes next and by when, and the conversation."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.file_names import content_disposition
from portal.policy import Clause, enforces
from reports import conversation, disclosing, export, progress, staging, submissions, tracking
from reports.conversation import AlreadySent
from reports.enums import EventKind, State
from reports.forms.fields import posted
from reports.forms.tracking import AnswerForm
from reports.models import Reporter
from reports.submissions import Token
from reports.views import cookies, files, suspicion
from reports.views.admission import as_reporter
from reports.views.thread import thread_of
from reports.views.uploading import received_files

TOLD = (State.DISCLOSED, State.CLOSED)
"""When the world may have been told."""
TOO_OFTEN = "That is a lot at once. Your text is still here: wait a minute, then send it."
OTHER_WORDS = (
    "This form was sent before with other words or files, and those arrived. Send it again if this is to follow them."
)


@as_reporter
@require_http_methods(["GET", "HEAD", "POST"])
@enforces(Clause.P9, Clause.P11)
def report(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    if request.method != "POST":
        return _show(request, reporter, AnswerForm(), token=submissions.new(now=timezone.now()))
    form, token = _read(request, reporter)
    if not form.is_valid():
        return _show(request, reporter, form, token=token, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _hear(request, reporter, form, token=token)


def _read(request: HttpRequest, reporter: Reporter) -> tuple[AnswerForm, Token]:
    now = timezone.now()
    token = submissions.read_or_new(request.POST.get("submission", ""), now=now)
    staged = staging.find(posted(request.POST, "staged"), submission=token)
    used = staging.used_by_reporters(reporter.report) if staged or request.FILES else staging.NOTHING
    outcome = received_files(request, submission=token, now=now, used=used)
    form = AnswerForm(data=request.POST, staged=[*staged, *outcome.kept], used=used)
    if not form.is_valid() or outcome.refused:
        for sentence in outcome.refused:
            form.add_error("attachments", sentence)
    return form, token


def _hear(request: HttpRequest, reporter: Reporter, form: AnswerForm, *, token: Token) -> HttpResponse:
    now = timezone.now()
    if suspicion.writes_too_much(reporter, now=now):
        form.add_error(None, TOO_OFTEN)
        return _show(request, reporter, form, token=token, status=HTTPStatus.TOO_MANY_REQUESTS)
    text = form.cleaned_data["text"]
    claimed = [each.file for each in form.staged]
    try:
        conversation.hear(reporter, text, now=now, files=claimed, token=token.value)
    except AlreadySent:
        same_words = conversation.is_said(text, token=token.value)
        if not (same_words and staging.are_all_kept(form.staged, report=reporter.report)):
            fresh = submissions.new(now=now)
            staging.move(form.staged, to=fresh)
            form.add_error(None, OTHER_WORDS)
            return _show(request, reporter, form, token=fresh, status=HTTPStatus.CONFLICT)
    messages.success(request, "Your message is with the security team.")
    return redirect(reverse("track", args=[reporter.report.reference], query={"sent": "yes"}))


def _show(
    request: HttpRequest, reporter: Reporter, form: AnswerForm, *, token: Token, status: int = HTTPStatus.OK
) -> HttpResponse:
    report = reporter.report
    milestones = tracking.milestones(reporter)
    context = {
        "reporter": reporter,
        "report": report,
        "headline": progress.headline(report),
        "what_next": progress.what_next(report),
        "public_pages": disclosing.public_pages(report.pk) if report.state in TOLD else (),
        "is_overdue": report.next_due_at is not None and report.next_due_at < timezone.now(),
        "steps": progress.steps(report, milestones),
        "was_asked_to_publish": EventKind.PUBLICITY_ASKED in milestones,
        "thread": thread_of(reporter),
        "comes_back": tracking.comes_back(milestones),
        "form": form,
        "token": token,
        "limits": settings.POLICY.uploads,
    }
    return render(request, "reports/track/report.html", context, status=status)


@as_reporter
@require_safe
def file(request: HttpRequest, reporter: Reporter, *, pk: int) -> FileResponse:
    attachment = get_object_or_404(reporter.report.attachments, pk=pk)
    response = files.download(attachment)
    if request.method == "GET":
        tracking.note_download(reporter, attachment, now=timezone.now())
    return response


@as_reporter
@require_safe
def picture(request: HttpRequest, reporter: Reporter, *, pk: int) -> FileResponse:  # noqa: ARG001 - the same
    return files.picture(get_object_or_404(reporter.report.attachments, pk=pk))


@as_reporter
@require_POST
def everything(request: HttpRequest, reporter: Reporter) -> StreamingHttpResponse:  # noqa: ARG001 - the same
    """All that this reporter sent, as one archive. A POST, because the record keeps that it was taken."""
    now = timezone.now()
    own = reporter.report.messages.filter(reporter=reporter)
    attachments = reporter.report.attachments.filter(reporter=reporter)
    archive = export.contents(reporter, messages=list(own), attachments=list(attachments), now=now)
    tracking.note_export(reporter, now=now)
    response = StreamingHttpResponse(export.stream(archive, store=staging.store()), content_type="application/zip")
    response["Content-Disposition"] = content_disposition(f"{reporter.report.reference}.zip")
    response["Content-Security-Policy"] = files.SANDBOX
    return response


@as_reporter
@require_POST
def leave(request: HttpRequest, reporter: Reporter) -> HttpResponse:
    """End this visit, on a computer that others use too."""
    response = redirect("report-find")
    cookies.dismiss(response, reference=reporter.report.reference)
    messages.info(request, "This browser has forgotten the way to your report. Your link opens it again.")
    return response
