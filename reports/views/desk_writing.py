"""Writing on a report, and saying that the next word is the reporter's."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from reports import conversation, coordination, staging, submissions
from reports.conversation import AlreadySent
from reports.desk_forms import WriteForm
from reports.dossier import Part
from reports.enums import Audience
from reports.forms.fields import posted
from reports.guards import Refused
from reports.models import Message, Report
from reports.submissions import Token
from reports.views import desk
from reports.views.uploading import received_files
from teams.models import User
from teams.sign_in import signed_in

SENT = {
    Audience.REPORTER: "Sent. The reporter can read it now.",
    Audience.TEAM: "Kept as a team note. The reporter does not see it.",
}

OTHER_WORDS = "This form was sent before with other words, and those arrived. Send it again if this is to follow them."


@require_POST
def write(request: HttpRequest, reference: str) -> HttpResponse:
    report = desk.find(reference)
    form, token = _read(request)
    part = Part.NOTES if request.POST.get("audience") == Audience.TEAM else Part.CONVERSATION
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return desk.page(request, report, part=part, form=form, token=token, status=status)
    try:
        _say(report, form, by=signed_in(request), token=token)
    except AlreadySent as refusal:
        if not _is_kept(form, token=token):
            token = _begin_anew(form)
            return desk.page(request, report, part=part, form=form, token=token, status=HTTPStatus.CONFLICT)
        messages.info(request, str(refusal))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return desk.page(request, report, part=part, form=form, token=token, status=HTTPStatus.CONFLICT)
    else:
        messages.success(request, SENT[Audience(form.cleaned_data["audience"])])
    return redirect(reverse("report", args=[report.reference], query={"part": part, "sent": "yes"}, fragment="write"))


def _read(request: HttpRequest) -> tuple[WriteForm, Token]:
    """What was written, with the files that came ahead of it and those that came with it."""
    now = timezone.now()
    token = submissions.read_or_new(request.POST.get("submission", ""), now=now)
    staged = staging.find(posted(request.POST, "staged"), submission=token)
    outcome = received_files(request, submission=token, now=now)
    form = WriteForm(data=request.POST, staged=[*staged, *outcome.kept])
    if outcome.refused:
        form.errors.setdefault("attachments", form.error_class()).extend(outcome.refused)
    return form, token


def _say(report: Report, form: WriteForm, *, by: User, token: Token) -> Message:
    to_reporter = form.cleaned_data["audience"] == Audience.REPORTER
    say = conversation.answer if to_reporter else conversation.note
    files = [each.file for each in form.staged]
    return say(report, form.cleaned_data["text"], by=by, now=timezone.now(), files=files, token=token.value)


def _is_kept(form: WriteForm, *, token: Token) -> bool:
    """Whether exactly this arrived before, to the same readers."""
    said = form.cleaned_data
    return conversation.is_said(said["text"], token=token.value, audience=said["audience"])


def _begin_anew(form: WriteForm) -> Token:
    """The form came a second time with other words: they may be meant to follow the first."""
    fresh = submissions.new(now=timezone.now())
    staging.move(form.staged, to=fresh)
    form.add_error(None, OTHER_WORDS)
    return fresh


@require_POST
def wait(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin or end waiting for the reporter, as `wait` says."""
    report, begins = desk.find(reference), request.POST.get("wait") == "yes"
    verb = coordination.wait_for_reporter if begins else coordination.stop_waiting
    try:
        verb(report, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(report)
