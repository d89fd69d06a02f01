"""Delivering notifications: claimed by one worker at a time, at least once, with one Message-ID for one fact (TSK-02).

No transaction is held while the mail server is spoken to. Whoever dies in the middle leaves a lease that runs out.
"""

import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from django.conf import settings
from django.db import connection
from django.db.models import Min, Q, QuerySet

from portal import mail
from portal.mail import Mail, Never, NotNow
from portal.openpgp.letters import NotEncrypted
from portal.queue import enqueue
from portal.viewer import SYSTEM, acting_as
from reports import digests, emails, emails_of_the_team, full_letters, history
from reports.enums import CAN_WAIT, EventKind, NoticeKind, NoticeState, Task
from reports.full_letters import Envelope
from reports.models import Notification
from reports.recipients import Moot
from teams.enums import Delivery

LEASE = timedelta(seconds=settings.Q_CLUSTER["timeout"] * 1.5)
"""Longer than a task may run, so that a claim which has run out belongs to nobody."""
BUDGET = settings.Q_CLUSTER["timeout"] * 0.5
"""Seconds after which a task leaves the rest to the next one."""
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=1), timedelta(minutes=30)
MAX_ATTEMPTS = 100
"""About two days: a mail server may be away for one."""
BATCH = 500
DAILY_LIMITS = MappingProxyType({NoticeKind.RECEIPT: 3, NoticeKind.LINK: 5, NoticeKind.INVITATION: 3})
"""Mails a day that strangers can have sent to one address by typing it into a form (RL-03)."""
HOURLY_LIMIT = 300
"""Of these mails to all addresses together; what is more waits for the next hour, and none is lost."""
KEPT: Mapping[str, EventKind] = MappingProxyType(
    {NoticeState.SENT: EventKind.NOTIFIED, NoticeState.FAILED: EventKind.NOT_NOTIFIED}
)
"""Outcomes that the record of a report keeps."""
ONE_DAY, ONE_HOUR = timedelta(days=1), timedelta(hours=1)

log = logging.getLogger(__name__)

type WallClock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Claim:
    """Says that this worker alone is at the notice, until the moment given."""

    pk: int
    until: datetime
    attempts: int


def deliver(numbers: Sequence[int], *, clock: WallClock) -> None:
    """Send these notifications, as far as they are due and nobody else is at them."""
    finish_by = time.monotonic() + BUDGET
    for position, number in enumerate(numbers):
        if time.monotonic() > finish_by:
            enqueue(Task.DELIVER, *numbers[position:])
            return
        claimed = claim(number, now=clock())
        if claimed is not None:
            attempt(claimed, clock=clock)


def claim(number: int, *, now: datetime) -> Claim | None:
    """Take the notice for `LEASE`; None if it is not due, in somebody's hands, or past hope."""
    with acting_as(SYSTEM):
        notice = (
            _free(now)
            .filter(pk=number)
            .select_related("user", "reporter")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if notice is None:
            return None
        if digests.waits_for_digest(notice):
            _put(notice.pk, next_attempt_at=digests.morning_after(notice.created_at))
            return None
        if notice.attempts >= MAX_ATTEMPTS:
            _put(notice.pk, state=NoticeState.FAILED, error=notice.error or "Every attempt ended in a crash.")
            _keep(notice.pk, EventKind.NOT_NOTIFIED, now=now)
            return None
        if _is_too_much(notice, now=now):
            _put(notice.pk, state=NoticeState.DROPPED, error="This address has had enough automatic mail today.")
            return None
        if _is_a_flood(notice, now=now):
            _put(notice.pk, next_attempt_at=now + ONE_HOUR)
            return None
        claimed = Claim(pk=notice.pk, until=now + LEASE, attempts=notice.attempts + 1)
        _put(notice.pk, leased_until=claimed.until, attempts=claimed.attempts)
        return claimed


def _free(now: datetime) -> QuerySet[Notification]:
    unclaimed = Q(leased_until=None) | Q(leased_until__lte=now)
    return Notification.objects.filter(unclaimed, state=NoticeState.PENDING, next_attempt_at__lte=now)


def attempt(claimed: Claim, *, clock: WallClock) -> None:
    """Write and send what was claimed, unless the lease has run out meanwhile, and note the outcome."""
    try:
        letter = _write(claimed, now=clock())
        if clock() < claimed.until:
            _send(letter, claimed, now=clock())
            now = clock()
            _finish(claimed, now=now, state=NoticeState.SENT, sent_at=now, error="")
    except Moot as reason:
        _finish(claimed, now=clock(), state=NoticeState.DROPPED, error=str(reason))
    except Never as refusal:
        _finish(claimed, now=clock(), state=NoticeState.FAILED, error=refusal.reason)
    except NotNow as refusal:
        _put_off(claimed, refusal.reason, now=clock())
    except Exception as mistake:  # noqa: BLE001 - one poisoned notice must not hold up the others (TSK-05)
        name = type(mistake).__name__
        log.error("Notification %s could not be made: %s", claimed.pk, name)  # noqa: TRY400 - the text may say too much
        _put_off(claimed, f"A mistake of ours: {name}.", now=clock())


def _send(letter: Mail, claimed: Claim, *, now: datetime) -> None:
    """What cannot be encrypted is written anew, without what it would have said (EML-06)."""
    try:
        mail.send(letter)
    except NotEncrypted:
        mail.send(_write(claimed, now=now, envelope=full_letters.FAILED))


def _write(claimed: Claim, *, now: datetime, envelope: Envelope | None = None) -> Mail:
    with acting_as(SYSTEM):
        notice = Notification.objects.select_related("report", "user", "reporter__report").get(pk=claimed.pk)
        return emails.compose(notice, now=now, envelope=envelope)


def _put_off(claimed: Claim, why: str, *, now: datetime) -> None:
    if claimed.attempts >= MAX_ATTEMPTS:
        _finish(claimed, now=now, state=NoticeState.FAILED, error=why)
    else:
        _finish(claimed, now=now, next_attempt_at=now + delay(claimed.attempts), error=why)


def delay(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubling, and never quite the same for two mails."""
    doubled = min(FIRST_DELAY * (1 << min(attempts - 1, 10)), LONGEST_DELAY)
    return doubled * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing


def _finish(claimed: Claim, *, now: datetime, **changes: NoticeState | datetime | str) -> None:
    """Give the notice back with its outcome, unless the lease has run out and somebody else has it."""
    with acting_as(SYSTEM):
        ours = Notification.objects.filter(pk=claimed.pk, state=NoticeState.PENDING, leased_until=claimed.until)
        kind = KEPT.get(str(changes.get("state")))
        if ours.update(leased_until=None, **changes) and kind is not None:
            _keep(claimed.pk, kind, now=now)


def _keep(number: int, kind: EventKind, *, now: datetime) -> None:
    """Let the record of each report say who was told of it, or was not."""
    notice = Notification.objects.select_related("report", "user").get(pk=number)
    recipient: dict[str, history.Detail] = {"address": "ahead" if notice.kind == NoticeKind.HEADS_UP else "escalation"}
    if notice.user_id or notice.reporter_id:
        recipient = {"to": notice.user_id} if notice.user_id else {"reporter": notice.reporter_id}
    told = [notice] if notice.kind != NoticeKind.DIGEST else emails_of_the_team.gathered_for(notice)
    events = [
        history.event_of(row.report, kind, by=None, now=now, notice=row.kind, **recipient) for row in told if row.report
    ]
    history.append_all(events, now=now, changes=False)


def _put(number: int, **changes: NoticeState | datetime | str | int) -> None:
    Notification.objects.filter(pk=number).update(**changes)


def _is_too_much(notice: Notification, *, now: datetime) -> bool:
    """Count what was sent to the address and what other workers are sending to it right now."""
    limit = DAILY_LIMITS.get(NoticeKind(notice.kind))
    if limit is None or notice.reporter is None:
        return False
    address = notice.reporter.email_index
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [address])
    others = Notification.objects.exclude(pk=notice.pk).filter(kind=notice.kind, reporter__email_index=address)
    sent = others.filter(sent_at__gt=now - ONE_DAY).count()
    under_way = others.filter(state=NoticeState.PENDING, leased_until__gt=now).count()
    return sent + under_way >= limit


def _is_a_flood(notice: Notification, *, now: datetime) -> bool:
    """Whether strangers have had so much mail sent lately that some of it goes to people who asked for none."""
    if notice.kind not in DAILY_LIMITS:
        return False
    lately = Notification.objects.filter(kind__in=DAILY_LIMITS, sent_at__gt=now - ONE_HOUR)
    return lately.count() >= HOURLY_LIMIT


def ring_again(*, now: datetime) -> None:
    """Ring for what is due and was left: its bell was never heard, its worker died, or its delay is over."""
    due = list(_free(now).order_by("next_attempt_at").values_list("pk", flat=True)[:BATCH])
    if due:
        enqueue(Task.DELIVER, *due)


def oldest_unsent(*, now: datetime) -> timedelta | None:
    """For how long the oldest mail has been waiting that should have gone; None if none is (AVL-06)."""
    with acting_as(SYSTEM):
        oldest = (
            Notification.objects.filter(state=NoticeState.PENDING)
            .exclude(user__delivery=Delivery.DAILY, kind__in=CAN_WAIT)
            .aggregate(oldest=Min("created_at"))["oldest"]
        )
    return None if oldest is None else now - oldest
