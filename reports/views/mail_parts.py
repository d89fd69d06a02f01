"""Parts of a mail that are dangerous to look at: its HTML, its source, and what was inside of its encryption."""

from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.file_names import content_disposition
from portal.file_store import NoSuchFile
from portal.inbound.html import sanitised
from reports import readings, revealing, staging
from reports.correspondence import opened_by_hand
from reports.enums import EventKind
from reports.forms.mail import OpenedForm
from reports.guards import Refused
from reports.models import InboundMail
from reports.views import inbound_mail, suspicion
from reports.views.files import SANDBOX
from reports.views.uploading import TOO_MANY
from teams import record
from teams.confirmation import confirmed
from teams.enums import AccountEventKind
from teams.sign_in import signed_in

GONE: Final = "The source is not where it was kept. Tell an administrator: a backup may have it."
HTML_SANDBOX: Final = (
    "sandbox; default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@require_safe
def html(request: HttpRequest, code: str) -> HttpResponse:
    """Its words and layout, in a page that can do nothing and loads nothing but our stylesheet (RND-02)."""
    mail = inbound_mail.find(request, code)
    if not mail.html:
        raise Http404
    if not inbound_mail.shows_people(request, mail):
        messages.error(request, "Its layout shows how it is signed. Have its sender shown first.")
        return redirect("quarantined-mail", code)
    response = render(request, "reports/mail/html.html", {"html": sanitised(mail.html)})
    response["Content-Security-Policy"] = HTML_SANDBOX
    return response


@confirmed
@require_POST
def source(request: HttpRequest, code: str) -> HttpResponseBase:
    """The mail as it came, to be saved and never shown (UP-03). Its head names people: whoever takes it has asked."""
    mail = inbound_mail.find(request, code)
    if not mail.storage_key:
        raise Http404
    by, now = signed_in(request), timezone.now()
    try:
        if mail.report is not None:
            revealing.reveal(mail.report, session=request.session, by=by, now=now)
        response = _download(mail)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("quarantined-mail", code)
    if mail.report is not None:
        readings.note_download(mail.report, EventKind.FILE_DOWNLOADED, by=by, now=now, mail=mail.pk)
    else:
        record.append(by, AccountEventKind.MAIL_TAKEN, by=by, now=now, mail=mail.pk)
    return response


def _download(mail: InboundMail) -> FileResponse:
    store = staging.store()
    try:
        file, size = store.open(mail.storage_key, secret=mail.secret), store.size(mail.storage_key)
    except NoSuchFile:
        raise Refused(GONE) from None
    response = FileResponse(file, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition(f"mail-{mail.code}.eml")
    response["Content-Length"] = str(size)
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def opened(request: HttpRequest, code: str) -> HttpResponse:
    """A member hands in what it says."""
    mail = inbound_mail.find(request, code)
    form = _handed_in(request)
    if not form.is_valid():
        return inbound_mail.show(request, mail, opens=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        opened_by_hand.hand_in(mail, form.text(), by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Thank you. What the mail says stands here now.")
    return redirect("quarantined-mail", code)


def _handed_in(request: HttpRequest) -> OpenedForm:
    """What was typed stays, whatever becomes of the file that came with it (UP-01)."""
    form = OpenedForm(request.POST, request.FILES)
    if request.FILES and suspicion.uploads_too_much(request, now=timezone.now()):
        form.add_error("file", TOO_MANY)
    return form
