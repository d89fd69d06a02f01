"""One mail that came in: what it says, where it came from, and what is to become of it."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reports import provenance, readings, revealing
from reports.correspondence import enclosed, quarantine
from reports.correspondence.reading import UNOPENED
from reports.enums import MailState, PutAside, Sight
from reports.forms.mail import OpenedForm, SettleForm, Settling
from reports.guards import Refused
from reports.models import InboundMail, Report, Reporter
from teams import record
from teams.enums import AccountEventKind
from teams.models import User
from teams.sign_in import signed_in

DONE = {
    Settling.ACCEPT: "It is part of the conversation now.",
    Settling.NOTE: "It is kept as a team note.",
    Settling.REPORT: "It is a report of its own now. Its clock began when the mail came.",
    Settling.MOVE: "It waits with that report now.",
    Settling.REFUSE: "It is refused. The reason stays with it.",
}


def find(request: HttpRequest, code: str) -> InboundMail:
    """The mail, for whoever may know of whom it is. The record keeps who came this way."""
    user, now = signed_in(request), timezone.now()
    found = get_object_or_404(quarantine.shown_to(user), code=code)
    if found.report is not None:
        readings.note_sight(found.report, Sight.MAIL, now=now)
    else:
        record.append_once(user, AccountEventKind.MAIL_READ, now=now, mail=found.pk)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows it; POST settles what was put aside."""
    mail = find(request, code)
    if request.method != "POST":
        return show(request, mail, _form(request, mail))
    form = _form(request, mail)
    if not form.is_valid():
        return show(request, mail, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        report = _settle(mail, form, by=signed_in(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return show(request, find(request, code), form, status=HTTPStatus.CONFLICT)
    messages.success(request, DONE[Settling(form.cleaned_data["verb"])])
    return redirect(report) if report else redirect("quarantine")


def _form(request: HttpRequest, mail: InboundMail) -> SettleForm:
    data = request.POST if request.method == "POST" else None
    return SettleForm(data, mail=mail, writers=_writers(request, mail))


def _settle(mail: InboundMail, form: SettleForm, *, by: User) -> Report | None:
    """Where to go from there; nowhere if it was refused."""
    said, now = form.cleaned_data, timezone.now()
    match Settling(said["verb"]):
        case Settling.ACCEPT:
            return quarantine.accept(mail, writer=form.writer_of(), by=by, now=now).report
        case Settling.NOTE:
            return quarantine.keep_as_note(mail, by=by, now=now).report
        case Settling.REPORT:
            return quarantine.make_report(mail, lets_sender_in=said["lets_sender_in"], by=by, now=now)
        case Settling.MOVE:
            quarantine.move(mail, to=said["other"], by=by, now=now)
        case Settling.REFUSE:
            quarantine.refuse(mail, reason=said["reason"], by=by, now=now)
    return None


def _writers(request: HttpRequest, mail: InboundMail) -> list[tuple[Reporter, str]]:
    """Who on the reporter's side still has access, each by the words that this reader may see."""
    if mail.report is None or mail.state != MailState.ASIDE or mail.why == PutAside.SIGN_UP:
        return []
    shown = shows_people(request, mail)
    found = [each for each in mail.report.reporters.select_related("grant") if each.grant.is_in_force]
    return [
        (each, (each.name if shown else "") or ("a co-reporter" if each.is_co_reporter else "the reporter"))
        for each in found
    ]


def shows_people(request: HttpRequest, mail: InboundMail) -> bool:
    """Whoever asks who reported it is shown it for an hour. A mail about no report is no reporter's secret."""
    if mail.report is None:
        return True
    return revealing.is_revealed(mail.report, session=request.session, now=timezone.now())


def show(
    request: HttpRequest,
    mail: InboundMail,
    form: SettleForm | None = None,
    *,
    opens: OpenedForm | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """The whole page, with what was typed into one of its forms."""
    may_settle = quarantine.may_settle(signed_in(request), mail)
    is_aside, is_shut = mail.state == MailState.ASIDE, mail.opened in UNOPENED and not mail.is_erased
    form, shown = form or SettleForm(mail=mail, writers=_writers(request, mail)), shows_people(request, mail)
    context = {
        "mail": mail,
        "report": mail.report,
        "marks": provenance.marks(mail),
        "shows_people": shown,
        "shows_text": shown or mail.state != MailState.BOUNCE,
        "oddities": mail.oddities.splitlines(),
        "recipients": mail.recipients.splitlines(),
        "files": enclosed.of(mail),
        "has_html": bool(mail.html) and shown,
        "form": form if may_settle and is_aside else None,
        "opens": (opens or OpenedForm()) if may_settle and is_shut else None,
        "lets_in_elsewhere": mail.why == PutAside.SIGN_UP,
    }
    return render(request, "reports/mail/page.html", context, status=status)
