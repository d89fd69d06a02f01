"""Mails about no single report: what was gathered for a day, the ledger's end, and news of the team itself."""

from dataclasses import dataclass
from types import MappingProxyType

from django.conf import settings
from django.urls import reverse

from portal import mail
from portal.audit import ledger
from portal.audit.anchor import Anchor
from portal.mail import Mail
from portal.moments import exact
from portal.policy import Clause, enforces
from portal.viewer import acting_as
from reports.engagement import not_looked_at_by
from reports.enums import NoticeKind
from reports.models import Notification, Report
from reports.recipients import Moot, eyes_of
from reports.wording import GATHERED, WORDING

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


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A line of the daily digest."""

    reference: str
    url: str
    what: str


def compose(notice: Notification, *, to: str) -> Mail:
    """Raises `Moot` where there is nothing to tell."""
    if notice.kind == NoticeKind.DIGEST:
        return _digest(notice, to=to)
    if notice.kind == NoticeKind.ANCHOR:
        return _anchor(notice, to=to)
    if notice.kind not in LEADS_TO:
        raise Moot("It is about no report.")
    return _news_of_the_team(notice, to=to)


def _news_of_the_team(notice: Notification, *, to: str) -> Mail:
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
    eyes = eyes_of(notice)
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
    with acting_as(eyes_of(notice)):
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
