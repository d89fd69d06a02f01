"""The daily digest: what can wait, told once a day, together, in the morning of the organisation's zone."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time

from django.conf import settings
from django.db import transaction

from portal.policy.business_days import ONE_DAY
from portal.queue import enqueue
from reports.enums import CAN_WAIT, NoticeKind, NoticeState, Task
from reports.models import Notification
from teams.enums import Delivery

MORNING = time(8)
"""A choice of ours: no clause asks for digests."""
BATCH = 500


def waits_for_digest(notice: Notification) -> bool:
    return notice.user is not None and notice.user.delivery == Delivery.DAILY and notice.kind in CAN_WAIT


def morning_after(moment: datetime) -> datetime:
    """The first morning after `moment`."""
    zone = settings.POLICY.calendar.zone
    today = moment.astimezone(zone).date()
    mornings = (datetime.combine(day, MORNING, tzinfo=zone) for day in (today, today + ONE_DAY))
    return next(morning for morning in mornings if morning > moment)


def gather(*, now: datetime) -> None:
    """Put what was written before this morning into one digest a person. Safe to run twice, or halfway."""
    with transaction.atomic():
        waiting = list(
            Notification.objects.filter(
                state=NoticeState.PENDING,
                next_attempt_at__lte=now,
                kind__in=CAN_WAIT,
                user__delivery=Delivery.DAILY,
            ).select_for_update(skip_locked=True, of=("self",))[:BATCH]
        )
        by_person: defaultdict[int | None, list[Notification]] = defaultdict(list)
        for notice in waiting:
            if morning_after(notice.created_at) <= now:
                by_person[notice.user_id].append(notice)
        for user_id, notices in by_person.items():
            if user_id is not None:
                _into_one(notices, user_id=user_id, now=now)


def _into_one(notices: Sequence[Notification], *, user_id: int, now: datetime) -> None:
    """One a day: what comes after today's was made waits for the next."""
    rows = Notification.objects.filter(pk__in=[notice.pk for notice in notices])
    day = settings.POLICY.calendar.day_of(now)
    digest, is_new = Notification.objects.get_or_create(
        dedupe_key=f"{NoticeKind.DIGEST}:{day.isoformat()}:user:{user_id}",
        defaults={"kind": NoticeKind.DIGEST, "user_id": user_id, "created_at": now, "next_attempt_at": now},
    )
    if is_new:
        rows.update(state=NoticeState.GATHERED, digest=digest)
        enqueue(Task.DELIVER, digest.pk)
    else:
        rows.update(next_attempt_at=morning_after(now))
