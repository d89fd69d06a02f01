"""The mail of each notification, written when it is sent, from what its recipient may know at that moment (EML-01)."""

from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from django.conf import settings
from django.urls import reverse

from portal import mail
from portal.audit import ledger
from portal.audit.anchor import Anchor
from portal.keys import derive
from portal.mail import Mail, Never
from portal.moments import exact
from portal.policy import Clause, enforces
from portal.viewer import UserViewer, Viewer, acting_as
from reports import full_letters, reporter_keys, told_ahead
from reports.correspondence import reply_addresses
from reports.correspondence.reply_addresses import For
from reports.engagement import not_looked_at_by
from reports.enums import Answer, ClockKind, EventKind, NoticeKind
from reports.full_letters import Envelope
from reports.models import AccessKey, Clock, Invitation, Notification, Report, Reporter
from reports.models.people import hash_key
from reports.wording import GATHERED, WORDING
from teams.membership import standing_of

CARRIES_LINK = frozenset({NoticeKind.RECEIPT, NoticeKind.LINK, NoticeKind.INVITATION})
"""Mails with a secret link. All others lead to a door that asks who is there."""
CALLS_FOR_ANSWER = frozenset({NoticeKind.NEW_REPORT, NoticeKind.ON_DUTY, NoticeKind.REPORTER_WROTE})
DASHBOARD = "dashboard"
MOST_UNSEEN = 20
LEADS_TO = MappingProxyType(
    {
        NoticeKind.MEMBERSHIP_ENDED: "me",
        NoticeKind.MEMBER_LEFT: "team-history",
        NoticeKind.KEY_EXPIRES: "policy",
        NoticeKind.CREDIT_OF_WORK: "my-credit",
    }
)
"""What is about the team and no report, and the page that says more."""
IN_BULK = MappingProxyType({"Precedence": "bulk"})


class Moot(Exception):
    """There is nobody to tell any more, or nothing to tell. The message says why, and names nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A line of the daily digest."""

    reference: str
    url: str
    what: str


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
    if notice.kind == NoticeKind.DIGEST:
        return _digest(notice, to=to)
    if notice.kind == NoticeKind.ANCHOR:
        return _anchor(notice, to=to)
    if notice.kind in LEADS_TO:
        return _of_the_team(notice, to=to)
    if notice.report is None:
        raise Moot("It is about no report.")
    _still_true(notice, notice.report)
    if notice.kind == NoticeKind.HEADS_UP:
        return _heads_up(notice, notice.report, to=to)
    return _letter(notice, notice.report, to=to, envelope=envelope, now=now)


def address_of(notice: Notification) -> str:
    """Where the mail goes. Raises `Moot`, or `Never` when the team should see that somebody cannot be told."""
    if notice.address:
        return notice.address
    if notice.reporter is not None:
        _let_in(notice.reporter.viewer, notice.reporter.report)
        if not notice.reporter.email:
            raise Moot("The reporter has taken the address back.")
        return notice.reporter.email
    if notice.user is None or not notice.user.is_active:
        raise Moot("The account is closed.")
    if notice.kind == NoticeKind.ASKED:
        _invitation(notice)
    elif notice.report is not None:
        _let_in(_eyes_of(notice), notice.report)
    if not notice.user.email:
        raise Never("This person has given no address yet.")
    return notice.user.email


@enforces(Clause.P8)
def _let_in(viewer: Viewer, report: Report) -> None:
    with acting_as(viewer):
        if not Report.objects.filter(pk=report.pk).exists():
            raise Moot("The recipient's access has ended.")


def _invitation(notice: Notification) -> Invitation:
    """Whoever is asked may not see the report yet; the open invitation is what they may know."""
    invitation = Invitation.objects.filter(report=notice.report_id, user=notice.user_id, answer=Answer.PENDING).first()
    if invitation is None:
        raise Moot("The invitation is answered or withdrawn.")
    return invitation


def _eyes_of(notice: Notification) -> UserViewer:
    """A member without a second factor is told too: the mail says nothing, and the link asks for the factor."""
    if notice.user is None:
        raise Moot("The account is closed.")
    return UserViewer(user_id=notice.user.pk, is_member=standing_of(notice.user).is_member)


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
        return reverse("asked", args=[_invitation(notice).code])
    if notice.reporter is None:
        return reverse(WORDING[NoticeKind(notice.kind)].page, args=[report.reference])
    if notice.kind == NoticeKind.KEY_CHANGED and (key := reporter_keys.waiting(notice.reporter)) is not None:
        return reverse("track-key-confirm", args=[report.reference, reporter_keys.proof_of(key)])
    if notice.kind in CARRIES_LINK:
        return reverse("open-report", args=[_key(notice, notice.reporter, now=now)])
    return reverse(WORDING[NoticeKind(notice.kind)].reporters_page, args=[report.reference])


def _key(notice: Notification, reporter: Reporter, *, now: datetime) -> str:
    """The same key whenever this notice is sent; only its hash is kept (CAP-01)."""
    key = derive("notice", str(notice.pk))
    AccessKey.objects.get_or_create(
        key_hash=hash_key(key), defaults={"report_id": reporter.report_id, "reporter": reporter, "created_at": now}
    )
    return key


def _of_the_team(notice: Notification, *, to: str) -> Mail:
    kind = NoticeKind(notice.kind)
    wording = WORDING[kind]
    text, html = mail.render(
        "notice",
        {
            "subject": wording.subject,
            "paragraphs": wording.says,
            "button": wording.button,
            "url": settings.BASE_URL + reverse(LEADS_TO[kind]),
            "to_reporter": False,
        },
    )
    return Mail(
        to=to, subject=wording.subject, text=text, html=html, message_id=mail.message_id("notice", str(notice.pk))
    )


def _digest(notice: Notification, *, to: str) -> Mail:
    wording = WORDING[NoticeKind.DIGEST]
    news = _news(notice)
    if not news:
        raise Moot("Nothing in it is for this person any more.")
    told = {line.reference for line in news}
    text, html = mail.render(
        "digest",
        {
            "subject": wording.subject,
            "paragraphs": wording.says,
            "news": news,
            "unseen": [line for line in _unseen(notice) if line.reference not in told],
            "button": wording.button,
            "url": settings.BASE_URL + reverse(DASHBOARD),
        },
    )
    return Mail(
        to=to,
        subject=wording.subject,
        text=text,
        html=html,
        message_id=mail.message_id("notice", str(notice.pk)),
        headers=IN_BULK,
    )


@enforces(Clause.P21)
def _unseen(notice: Notification) -> list[News]:
    """What a member has not looked at yet, the oldest first."""
    eyes = _eyes_of(notice)
    if not eyes.is_member:
        return []
    with acting_as(eyes):
        reports = list(not_looked_at_by(eyes.user_id)[:MOST_UNSEEN])
    zone = settings.POLICY.calendar.zone
    return [
        News(
            reference=report.reference,
            url=settings.BASE_URL + report.get_absolute_url(),
            what=f"it arrived on {exact(report.received_at, zone=zone)}",
        )
        for report in reports
    ]


def _anchor(notice: Notification, *, to: str) -> Mail:
    """The end that the ledger had when the notice was written, which stays the same."""
    end = ledger.last(before=notice.created_at)
    if end is None:
        raise Moot("The ledger is empty.")
    wording = WORDING[NoticeKind.ANCHOR]
    anchor = Anchor.of(end, day=settings.POLICY.calendar.day_of(notice.created_at))
    text, html = mail.render(
        "anchor",
        {
            "subject": wording.subject,
            "paragraphs": wording.says,
            "anchor": anchor,
            "button": wording.button,
            "url": settings.BASE_URL + reverse(DASHBOARD),
        },
    )
    return Mail(
        to=to,
        subject=f"{wording.subject}: {anchor.day}",
        text=text,
        html=html,
        message_id=mail.message_id("notice", str(notice.pk)),
        headers=IN_BULK,
    )


def gathered_for(notice: Notification) -> list[Notification]:
    """What a digest tells of: of what was gathered, what its recipient may read at this moment."""
    gathered = list(notice.gathered.select_related("report").order_by("pk"))
    with acting_as(_eyes_of(notice)):
        readable = set(Report.objects.filter(pk__in=[row.report_id for row in gathered]).values_list("pk", flat=True))
    return [row for row in gathered if row.report_id in readable]


def _news(notice: Notification) -> list[News]:
    lines: dict[Report, list[str]] = {}
    for row in gathered_for(notice):
        if row.report is not None:
            words = GATHERED[NoticeKind(row.kind)]
            lines.setdefault(row.report, [])
            if words not in lines[row.report]:
                lines[row.report].append(words)
    return [
        News(
            reference=report.reference,
            url=settings.BASE_URL + report.get_absolute_url(),
            what=", ".join(words),
        )
        for report, words in lines.items()
    ]
