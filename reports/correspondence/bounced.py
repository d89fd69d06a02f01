"""A mail of ours came back: whoever thought that it had arrived is told, and its promise is not kept (P7, EML-12)."""

import re
from datetime import datetime

from portal.inbound.values import Bounce
from portal.policy import Clause, enforces
from reports import clocks, history, notices
from reports.enums import ClockKind, EventKind, NoticeKind, NoticeState
from reports.models import InboundMail, Notification, Report, ReportEvent

ABOUT_AN_EVENT = re.compile(r":event:(\d+):")
IT_WAS_ACKNOWLEDGED = frozenset({EventKind.ACKNOWLEDGED})


def note(notice: Notification, bounce: Bounce, *, mail: InboundMail, now: datetime) -> None:
    """Nothing follows from a delay: the mail server goes on trying."""
    if not bounce.is_final or notice.report is None:
        return
    waiting = Notification.objects.filter(pk=notice.pk, state=NoticeState.SENT)
    status = f": {bounce.status}" if re.fullmatch(r"[245]\.\d{1,3}\.\d{1,3}", bounce.status) else ""
    if not waiting.update(state=NoticeState.FAILED, error=f"It came back{status}."):
        return  # told of it already
    if not notice.reporter_id:
        history.append(
            notice.report, EventKind.NOT_NOTIFIED, by=None, now=now, to=notice.user_id or 0, notice=notice.kind
        )
        return
    history.append(
        notice.report, EventKind.MAIL_BOUNCED, by=None, now=now, notice=notice.kind, reporter=notice.reporter_id
    )
    if _acknowledged(notice):
        clocks.resume(notice.report, ClockKind.ACKNOWLEDGE)
    notices.tell_coordinator(notice.report, NoticeKind.BOUNCED, fact=f"bounce:{notice.pk}:{mail.pk}", now=now)


@enforces(Clause.P7)
def _acknowledged(notice: Notification) -> bool:
    """Whether it was to tell the reporter that a person has read their report, and nobody else of their side got it."""
    about = ABOUT_AN_EVENT.search(notice.dedupe_key)
    if about is None or not ReportEvent.objects.filter(pk=about[1], kind__in=IT_WAS_ACKNOWLEDGED).exists():
        return False
    return not _others_were_told(notice, notice.report)


def _others_were_told(notice: Notification, report: Report | None) -> bool:
    same_fact = notice.dedupe_key.rpartition(":reporter:")[0]
    told = Notification.objects.filter(
        report=report, dedupe_key__startswith=f"{same_fact}:reporter:", state=NoticeState.SENT
    )
    return told.exclude(pk=notice.pk).exists()
