"""Mail that was put aside waits here until a member takes it in, moves it, or refuses it (EML-02, EML-03, trap 38).

Whoever decides second is told that somebody was quicker: a mail is settled once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from portal.policy import Clause, enforces
from portal.viewer import UserViewer, current_viewer
from reports import conversation, history, intake, notices
from reports.access import ROLE_PERMISSIONS, Permission, may
from reports.correspondence import joining, reading
from reports.enums import Channel, EventKind, MailState, NoticeKind, PutAside, Vouched
from reports.guards import Refused
from reports.intake import Submission
from reports.models import Grant, InboundMail, Message, Report, Reporter
from teams.models import User

SHOWN_FOR: Final = timedelta(days=30)
"""How long mail that nobody has to look at can be looked over."""
PASSED_OVER: Final = (MailState.AUTOMATIC, MailState.BOUNCE, MailState.IGNORED, MailState.REFUSED)
WRITTEN_DOWN: Final = (
    *("state", "report", "message", "vouched", "text", "quoted", "html", "file_list"),
    *("opened", "signed", "signer"),
)
"""What taking a mail in may change: it may be opened only then."""
SETTLED = "Somebody has settled this mail already. Look at what became of it before you do anything else."
LETS_IN_ELSEWHERE = (
    "It looks like a third party's sign-up mail: whoever reads it could get in there. Nobody outside the team may see"
    " it."
)
NO_ACCESS = "They have no access to this report any more. Keep the mail as a team note instead."


def shown_to(user: User) -> QuerySet[InboundMail]:
    """Mails that `user` may look at: of reports of which they may know the reporter, and to members those of none."""
    roles = [role for role, allowed in ROLE_PERMISSIONS.items() if Permission.SEE_REPORTER in allowed]
    granted = Grant.objects.in_force().filter(user=user, role__in=roles)
    rule = Q(report__in=granted.values("report_id"))
    if current_viewer() == UserViewer(user_id=user.pk, is_member=True):
        rule |= Q(report=None) | Q(report__restricted_at=None)
    return InboundMail.objects.filter(rule).select_related("report", "settled_by")


def put_aside(user: User) -> QuerySet[InboundMail]:
    waiting = (
        shown_to(user).filter(state=MailState.ASIDE).defer("html", "quoted", "recipients", "oddities", "file_list")
    )
    return waiting.order_by("arrived_at", "pk")


def passed_over(user: User, *, now: datetime) -> QuerySet[InboundMail]:
    """What waits for nobody, so that nothing vanishes unseen."""
    recent = shown_to(user).filter(state__in=PASSED_OVER, taken_at__gt=now - SHOWN_FOR)
    return recent.defer("text", "html", "quoted", "recipients", "oddities", "file_list").order_by("-taken_at", "-pk")


def may_settle(user: User, mail: InboundMail) -> bool:
    if mail.report is None:
        return user.has_perm(Permission.REVIEW_QUARANTINE)
    return all(may(user, needed, mail.report) for needed in (Permission.ANSWER, Permission.SEE_REPORTER))


@enforces(Clause.P11)
def accept(mail: InboundMail, *, writer: Reporter, by: User, now: datetime) -> Message:
    """Take it for the word of `writer`, which a member vouches for: it joins their conversation."""
    report = _report_of(mail, by=by)
    if mail.why == PutAside.SIGN_UP:
        raise Refused(LETS_IN_ELSEWHERE)
    if writer.report_id != report.pk or not writer.grant.is_in_force:
        raise Refused(NO_ACCESS)

    def say(mail: InboundMail, content: reading.Content) -> Message:
        text, token = joining.text_of(mail), f"{mail.identity}:{report.pk}"
        return conversation.hear(writer, text, now=now, files=content.files, token=token, channel=Channel.MAIL)

    return _take_in(mail, report, say, vouched=Vouched.PERSON, by=by, now=now)


def keep_as_note(mail: InboundMail, *, by: User, now: datetime) -> Message:
    """Keep it among the team, as a mail for which nobody vouches."""
    report = _report_of(mail, by=by)

    def say(mail: InboundMail, content: reading.Content) -> Message:
        text, token = joining.text_of(mail), f"{mail.identity}:{report.pk}:note"
        return conversation.note(report, text, by=by, now=now, files=content.files, token=token, channel=Channel.MAIL)

    return _take_in(mail, report, say, vouched=Vouched(mail.vouched), by=by, now=now)


@enforces(Clause.P1)
def make_report(mail: InboundMail, *, lets_sender_in: bool, by: User, now: datetime) -> Report:
    """A report of its own, whose clock began when the mail came. Its sender gets a link only if `lets_sender_in`.

    Whoever may not see the report with which the mail lay sees no more of this one.
    """
    _demand(mail, by=by)
    if lets_sender_in and mail.why == PutAside.SIGN_UP:
        raise Refused(LETS_IN_ELSEWHERE)
    content = reading.read_again(mail, now=now)
    with transaction.atomic():
        _claim(mail, by=by, now=now)
        submission = Submission(
            token=f"{mail.identity}:report",
            summary=joining.summary_of(mail, content.mail),
            description=joining.text_of(mail),
            project_unknown=True,
            name=mail.sender_name[:200] if lets_sender_in else "",
            email=mail.sender_address[:254] if lets_sender_in else "",
            channel=Channel.MAIL,
            files=content.files,
        )
        made = intake.receive(submission, now=mail.arrived_at, behind=mail.report).report
        if mail.report is not None:
            history.append(mail.report, EventKind.MAIL_REFUSED, by=by, now=now, mail=mail.pk, moved=True)
        history.append(made, EventKind.MAIL_ACCEPTED, by=by, now=now, mail=mail.pk)
        _write_down(mail, MailState.REPORT, report=made)
    return made


def move(mail: InboundMail, *, to: Report, by: User, now: datetime) -> None:
    """It belongs to another report, and waits there. Neither report's history names the other."""
    _demand(mail, by=by)
    if to.pk == mail.report_id:
        raise Refused("It lies with that report already.")
    if not all(may(by, needed, to) for needed in (Permission.ANSWER, Permission.SEE_REPORTER)):
        raise Refused("Your role on that report does not include this.")
    with transaction.atomic():
        waiting = InboundMail.objects.filter(pk=mail.pk, state=MailState.ASIDE, report=mail.report)
        if not waiting.update(report=to):
            raise Refused(SETTLED)
        if mail.report is not None:
            history.append(mail.report, EventKind.MAIL_REFUSED, by=by, now=now, mail=mail.pk, moved=True)
        history.append(to, EventKind.MAIL_QUARANTINED, by=by, now=now, mail=mail.pk, why=mail.why)
        fact = f"mail-moved:{mail.pk}:{to.pk}"
        notices.tell_coordinator(to, NoticeKind.MAIL_WAITS, fact=fact, now=now, but=by)
    mail.report = to


def refuse(mail: InboundMail, *, reason: str, by: User, now: datetime) -> None:
    """Its sender is not told: who they are is not known. The reason stays with the mail."""
    _demand(mail, by=by)
    if not reason.strip():
        raise Refused("Say why it is refused.")
    with transaction.atomic():
        _claim(mail, by=by, now=now)
        mail.state, mail.refusal = MailState.REFUSED, reason.strip()
        mail.save(update_fields=["state", "refusal"])
        if mail.report is not None:
            history.append(mail.report, EventKind.MAIL_REFUSED, by=by, now=now, mail=mail.pk)


type Say = Callable[[InboundMail, reading.Content], Message]


def _take_in(mail: InboundMail, report: Report, say: Say, *, vouched: Vouched, by: User, now: datetime) -> Message:
    content = reading.read_again(mail, now=now)
    with transaction.atomic():
        _claim(mail, by=by, now=now)
        mail.vouched = vouched
        message = say(mail, content)
        history.append(report, EventKind.MAIL_ACCEPTED, by=by, now=now, mail=mail.pk, message=message.pk)
        _write_down(mail, MailState.JOINED, report=report, message=message)
    return message


def _claim(mail: InboundMail, *, by: User, now: datetime) -> None:
    """Of two members only one gets it; the other is told. Until the transaction ends, it waits as before."""
    waiting = InboundMail.objects.filter(pk=mail.pk, state=MailState.ASIDE, report=mail.report, settled_at=None)
    if not waiting.update(settled_by=by, settled_at=now):
        raise Refused(SETTLED)
    mail.settled_by, mail.settled_at = by, now


def _write_down(mail: InboundMail, state: MailState, *, report: Report, message: Message | None = None) -> None:
    mail.state, mail.report, mail.message = state, report, message
    mail.save(update_fields=WRITTEN_DOWN)


def _report_of(mail: InboundMail, *, by: User) -> Report:
    _demand(mail, by=by)
    if mail.report is None:
        raise Refused("It is about no report: move it to one first, or make it a report of its own.")
    return mail.report


def _demand(mail: InboundMail, *, by: User) -> None:
    if not may_settle(by, mail):
        raise Refused("Your role on this report does not include that.")
