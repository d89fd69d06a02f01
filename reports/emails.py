"""The mail of each notification, written when it is sent, from what its recipient may know at that moment (EML-01)."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from portal import mail
from portal.keys import derive
from portal.mail import Mail
from portal.moments import exact
from reports import emails_of_the_team, full_letters, reporter_keys, told_ahead
from reports.correspondence import reply_addresses
from reports.correspondence.reply_addresses import For
from reports.enums import ClockKind, EventKind, NoticeKind
from reports.full_letters import Envelope
from reports.models import AccessKey, Clock, Notification, Report, Reporter
from reports.models.people import hash_key
from reports.recipients import Moot, address_of, invitation
from reports.wording import WORDING

CARRIES_LINK = frozenset({NoticeKind.RECEIPT, NoticeKind.LINK, NoticeKind.INVITATION, NoticeKind.FINDER})
"""Mails with a secret link. All others lead to a door that asks who is there."""
CALLS_FOR_ANSWER = frozenset({NoticeKind.NEW_REPORT, NoticeKind.ON_DUTY, NoticeKind.REPORTER_WROTE})


def compose(notice: Notification, *, now: datetime, envelope: Envelope | None = None) -> Mail:
    """Raise `Moot` when the recipient's access has ended, or their address is gone (trap 5).

    Encrypted, if they have a key, unless told otherwise by `envelope`.
    """
    to = address_of(notice)
    if envelope is None:
        envelope = full_letters.envelope_of(notice, now=now)
    return replace(
        _composed(notice, to=to, envelope=envelope, now=now),
        bounces_to=reply_addresses.address_for(For.BOUNCES, notice.pk, written_at=notice.created_at),
        encrypt_to=envelope.certificate,
    )


def _composed(notice: Notification, *, to: str, envelope: Envelope, now: datetime) -> Mail:
    if notice.report is None or notice.kind in emails_of_the_team.LEADS_TO:
        return emails_of_the_team.compose(notice, to=to)
    _still_true(notice, notice.report)
    if notice.kind == NoticeKind.HEADS_UP:
        return _heads_up(notice, notice.report, to=to)
    return _letter(notice, notice.report, to=to, envelope=envelope, now=now)


def _still_true(notice: Notification, report: Report) -> None:
    if report.is_rehearsal and notice.user_id is None:
        raise Moot("It is a rehearsal: nobody outside the team hears of it.")
    if notice.kind == NoticeKind.REMINDER and report.waiting_since is None:
        raise Moot("The answer is there.")
    if notice.kind == NoticeKind.DEADLINE_NEAR and _due(notice, report) is None:
        raise Moot("The promise has been kept.")


def _letter(notice: Notification, report: Report, *, to: str, envelope: Envelope, now: datetime) -> Mail:
    wording = WORDING[NoticeKind(notice.kind)]
    due = _due(notice, report)
    sentences = [*wording.says[:1], *([wording.by_when] if due and wording.by_when else []), *wording.says[1:]]
    is_asked = notice.kind == NoticeKind.ASKED  # and may not know which report it is
    filled = {"reference": report.reference, "due": exact(due, zone=settings.POLICY.calendar.zone) if due else ""}
    reply_to = "" if is_asked else _replies_to(notice, report)
    text, html = mail.render(
        "notice",
        {
            "subject": wording.subject,
            "paragraphs": [
                *(sentence.format(**filled) for sentence in sentences),
                *([envelope.apology] if envelope.apology else []),
            ],
            "passages": full_letters.passages_of(notice, report) if envelope.certificate else (),
            "button": wording.button,
            "url": settings.BASE_URL + _path(notice, report, now=now),
            "to_reporter": notice.reporter_id is not None,
            "is_asked": is_asked,
            "can_reply": bool(reply_to),
            "answer_to": _answers_to(notice, report),
        },
    )
    return Mail(
        to=to,
        subject=wording.subject if is_asked else f"[{report.reference}] {wording.subject}",
        text=text,
        html=html,
        message_id=mail.message_id("notice", str(notice.pk)),
        reply_to=reply_to,
        thread=mail.message_id("report", f"{report.pk}:{notice.user_id}:{notice.reporter_id}:{notice.address}"),
    )


def _replies_to(notice: Notification, report: Report) -> str:
    """Into the conversation from the reporter's side; into the team's notes from the team's (EML-03)."""
    if notice.reporter_id:
        return reply_addresses.address_for(For.REPORTER, notice.reporter_id, written_at=notice.created_at)
    if notice.user_id:
        return reply_addresses.address_for(For.NOTE, notice.user_id, report.pk, written_at=notice.created_at)
    return ""


def _answers_to(notice: Notification, report: Report) -> str:
    """Another address than that of an answer, so that nobody writes to the reporter by pressing the wrong button."""
    if notice.user_id is None or notice.kind not in CALLS_FOR_ANSWER:
        return ""
    return reply_addresses.address_for(For.ANSWER, notice.user_id, report.pk, written_at=notice.created_at)


def _heads_up(notice: Notification, report: Report, *, to: str) -> Mail:
    """The one mail that by intent names projects and a severity, and for that no report: as the record keeps it."""
    kept = report.events.filter(kind=EventKind.HEADS_UP_GIVEN, at__lte=notice.created_at).order_by("seq").last()
    if kept is None:
        raise Moot("Nothing was told ahead.")
    wording = WORDING[NoticeKind.HEADS_UP]
    text, html = mail.render(
        "notice",
        {
            "subject": wording.subject,
            "paragraphs": told_ahead.read(kept.details).sentences,
            "button": wording.button,
            "url": settings.BASE_URL + reverse(wording.page),
            "is_ahead": True,
        },
    )
    return Mail(
        to=to, subject=wording.subject, text=text, html=html, message_id=mail.message_id("notice", str(notice.pk))
    )


def _due(notice: Notification, report: Report) -> datetime | None:
    """A receipt promises the acknowledgement alone, and a warning or a miss is about the clock that was warned of or
    missed, which may have been followed by another; the rest name whatever comes next.
    """
    clocks = Clock.objects.filter(report=report)
    match notice.kind:
        case NoticeKind.RECEIPT:
            clock = clocks.filter(kind=ClockKind.ACKNOWLEDGE, stopped_at=None).first()
        case NoticeKind.DEADLINE_NEAR:
            clock = clocks.filter(stopped_at=None, warned_at__isnull=False).first()
        case NoticeKind.DEADLINE_MISSED:
            clock = clocks.filter(breached_at__isnull=False).order_by("-breached_at", "-pk").first()
        case _:
            return report.next_due_at
    return clock.due_at if clock else None


def _path(notice: Notification, report: Report, *, now: datetime) -> str:
    if notice.kind == NoticeKind.QUARANTINE:
        return reverse("quarantine")
    if notice.kind == NoticeKind.ASKED:
        return reverse("asked", args=[invitation(notice).code])
    if notice.reporter is None:
        return reverse(WORDING[NoticeKind(notice.kind)].page, args=[report.reference])
    if notice.kind == NoticeKind.KEY_CHANGED and (key := reporter_keys.waiting(notice.reporter)) is not None:
        return reverse("track-key-confirm", args=[report.reference, reporter_keys.proof_of(key)])
    if notice.kind in CARRIES_LINK:
        return reverse("open-report", args=[_key(notice, notice.reporter, now=now)])
    return reverse(WORDING[NoticeKind(notice.kind)].reporters_page, args=[report.reference])


def _key(notice: Notification, reporter: Reporter, *, now: datetime) -> str:
    """The same key whenever this notice is sent; only its hash is kept (CAP-01).

    Whoever had the address when the mail was begun must have it still: links of the one before end for good.
    """
    still = Reporter.objects.filter(pk=reporter.pk, email_index=reporter.email_index)
    if not still.select_for_update(no_key=True, of=("self",)).values_list("pk").first():
        raise Moot("The address was changed meanwhile.")
    key = derive("notice", str(notice.pk))
    AccessKey.objects.get_or_create(
        key_hash=hash_key(key), defaults={"report_id": reporter.report_id, "reporter": reporter, "created_at": now}
    )
    return key
