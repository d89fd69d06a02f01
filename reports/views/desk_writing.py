"""Writing on a report, and saying that the next word is the reporter's."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from reports import conversation, coordination
from reports.conversation import AlreadySent
from reports.desk_forms import WriteForm
from reports.dossier import Part
from reports.enums import Audience
from reports.guards import Refused
from reports.models import Message, Report
from reports.views import desk
from teams.models import User
from teams.sign_in import signed_in

SENT = {
    Audience.REPORTER: "Sent. The reporter can read it now.",
    Audience.TEAM: "Kept as a team note. The reporter does not see it.",
}


@require_POST
def write(request: HttpRequest, reference: str) -> HttpResponse:
    report, form = desk.find(reference), WriteForm(request.POST)
    part = Part.NOTES if request.POST.get("audience") == Audience.TEAM else Part.CONVERSATION
    if not form.is_valid():
        return desk.page(request, report, part=part, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        message = _say(report, form, by=signed_in(request))
    except AlreadySent as refusal:
        messages.info(request, str(refusal))
        return redirect(f"{report.get_absolute_url()}?part={part}&sent=1")
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return desk.page(request, report, part=part, form=form, status=HTTPStatus.CONFLICT)
    messages.success(request, SENT[Audience(message.audience)])
    return redirect(f"{report.get_absolute_url()}?part={part}&sent=1#message-{message.pk}")


def _say(report: Report, form: WriteForm, *, by: User) -> Message:
    to_reporter = form.cleaned_data["audience"] == Audience.REPORTER
    say = conversation.answer if to_reporter else conversation.note
    return say(report, form.cleaned_data["text"], by=by, now=timezone.now(), token=form.cleaned_data["token"])


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
