"""Reminding reporters that we wait for their answer: a target of ours, in plain days."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from portal.policy import deadlines
from reports import history, notices
from reports.enums import EventKind, NoticeKind
from reports.models import Report, Reporter

BATCH = 200


def sweep(*, now: datetime) -> None:
    """Remind those whose moment has come, once for each; after a long pause of the portal once, not several times."""
    with transaction.atomic():
        due = list(
            Report.objects.filter(next_reminder_at__lte=now)
            .order_by("next_reminder_at")
            .select_for_update(skip_locked=True, no_key=True, of=("self",))[:BATCH]
        )
        if due:
            _remind(due, now)


def _remind(due: list[Report], now: datetime) -> None:
    facts = {report.pk: f"reminder:{report.pk}:{report.next_reminder_at:%Y%m%dT%H%M%S}" for report in due}
    for report in due:
        report.next_reminder_at = _following(report, now)
        report.changed_at = now
    Report.objects.bulk_update(due, ["next_reminder_at", "changed_at"])
    reachable = Reporter.objects.filter(report__in=due, grant__revoked_at=None).exclude(email="")
    told = [notices.of_reporter(one, NoticeKind.REMINDER, fact=facts[one.report_id], now=now) for one in reachable]
    reminded = {notice.report_id for notice in told}
    events = [
        history.event_of(report, EventKind.REPORTER_REMINDED, by=None, now=now)
        for report in due
        if report.pk in reminded
    ]
    history.append_all(events, now=now, changes=False)  # they are marked as changed above
    notices.write(told)


def _following(report: Report, now: datetime) -> datetime | None:
    if report.waiting_since is None:
        return None
    moments = deadlines.reporter_reminders(report.waiting_since, policy=settings.POLICY)
    return next((moment for moment in moments if moment > now), None)
