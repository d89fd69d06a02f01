"""A mail becomes a report, joins the conversations it belongs to, or waits beside one (P1, P11)."""

import re
from collections.abc import Sequence
from datetime import datetime

from portal.inbound.values import ReceivedMail
from portal.policy import Clause, enforces
from portal.viewer import acting_as
from reports import conversation, history, intake, notices
from reports.correspondence import keys
from reports.correspondence.claims import Found
from reports.correspondence.judging import Verdict
from reports.correspondence.opening import OpenedMail
from reports.correspondence.reply_addresses import For
from reports.enums import Channel, EventKind, MailState, NoticeKind, Opened, PutAside
from reports.guards import Refused
from reports.intake import Submission
from reports.models import InboundMail, Message, Report, Reporter, StagedFile
from teams.membership import viewer_for

LONGEST_SUMMARY = 300
ANSWER_MARKS = re.compile(r"^(?:\s*(?:re|aw|sv|antw|fwd?|wg|tr|rif)(?:\[\d+\])?\s*:)+\s*", re.IGNORECASE)
NO_TEXT = "(The mail has no text.)"
SHUT = {
    Opened.SHUT: "(This mail is encrypted, and the portal has no key that opens it. It is kept whole.)",
    Opened.BROKEN: "(This mail is encrypted and damaged: it cannot be opened. It is kept whole.)",
}


@enforces(Clause.P1)
def begin_report(mail: InboundMail, opened: OpenedMail, verdict: Verdict, *, files: Sequence[StagedFile]) -> Report:
    """Its clock starts when the mail reached our server, however much later it is taken in (P7)."""
    is_named = opened.mail.senders == 1
    submission = Submission(
        token=mail.identity,
        summary=summary_of(mail, opened.mail),
        description=text_of(mail),
        project_unknown=True,
        name=mail.sender_name[:200] if is_named else "",
        email=mail.sender_address[:254] if is_named else "",
        channel=Channel.MAIL,
        files=files,
        openpgp_key=keys.offered(opened, now=mail.arrived_at) if is_named else None,
    )
    report = intake.receive(submission, now=mail.arrived_at, quarantined=verdict.is_quarantined).report
    _set(mail, MailState.REPORT, report)
    return report


def summary_of(mail: InboundMail, content: ReceivedMail) -> str:
    if content.unreadable:
        return "Unreadable mail"
    subject = ANSWER_MARKS.sub("", " ".join(mail.subject.split()))
    first_line = next((line.strip() for line in mail.text.splitlines() if line.strip()), "")
    return (subject or first_line or "Mail without a subject")[:LONGEST_SUMMARY]


def text_of(mail: InboundMail) -> str:
    text = mail.text.strip() or SHUT.get(Opened(mail.opened), "")
    return text or NO_TEXT


@enforces(Clause.P11)
def join_all(
    mail: InboundMail, found: Sequence[Found], opened: OpenedMail, *, files: Sequence[StagedFile], now: datetime
) -> None:
    """Into each conversation of the sender's to which it was sent. The first one keeps the mail and its files, and
    whoever reads another learns nothing of that one.
    """
    first, *others = found
    message = say(mail, first, files=files, now=now)
    if message is None:
        lay_beside(mail, first.report, now=now, why=PutAside.ENDED)
        return
    mail.message = message
    _set(mail, MailState.JOINED, first.report)
    joined = [first]
    for one in others:
        is_good = one.claim.is_theirs and not one.claim.is_over and not one.claim.is_expired
        if is_good and say(mail, one, files=(), now=now) is not None:
            joined.append(one)
    for one in joined:
        if isinstance(one.writer, Reporter):
            keys.offer(one.writer, opened, now=now)


def say(mail: InboundMail, found: Found, *, files: Sequence[StagedFile], now: datetime) -> Message | None:
    """As its writer, with their own rights; None if they have none to say it."""
    token, text = f"{mail.identity}:{found.report.pk}", text_of(mail)
    if isinstance(found.writer, Reporter):
        return conversation.hear(found.writer, text, now=now, files=files, token=token, channel=Channel.MAIL)
    if found.writer is None:
        return None
    verb = conversation.answer if found.purpose is For.ANSWER else conversation.note
    with acting_as(viewer_for(found.writer)):
        try:
            return verb(found.report, text, by=found.writer, now=now, files=files, token=token, channel=Channel.MAIL)
        except conversation.AlreadySent:
            raise
        except Refused:
            return None


def lay_beside(mail: InboundMail, report: Report, *, now: datetime, why: PutAside | None = None) -> None:
    """Keep it with the report it names, for a person to look at. An automatic one waits for nobody."""
    if why is not None:
        mail.why = why
        mail.state = MailState.ASIDE
    _set(mail, MailState(mail.state), report)
    if mail.state == MailState.ASIDE:
        history.append(report, EventKind.MAIL_QUARANTINED, by=None, now=now, mail=mail.pk, why=mail.why)
        fact = f"mail-waits:{report.pk}:{now:%Y%m%d%H}"
        notices.tell_coordinator(report, NoticeKind.MAIL_WAITS, fact=fact, now=now)


def say_what_is_shut(mail: InboundMail, *, now: datetime) -> None:
    """Mail that cannot be opened raises a flag to those who can (trap 39)."""
    if mail.report is not None and mail.opened in SHUT and mail.state != MailState.IGNORED:
        history.append(mail.report, EventKind.MAIL_UNOPENED, by=None, now=now, mail=mail.pk)
        notices.tell_team(mail.report, NoticeKind.UNOPENED, fact=f"mail:{mail.pk}", now=now)


def _set(mail: InboundMail, state: MailState, report: Report) -> None:
    mail.state, mail.report = state, report
    mail.save(update_fields=["state", "why", "report", "message"])
