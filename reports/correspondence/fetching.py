"""Mail is fetched from the mailbox. A mail leaves the inbox once it is kept here for good, and not before (EML-08).

Whoever fetches may be killed at any moment, and several may fetch at once: what was taken in already is known by its
bytes, so that it is there once in any case.
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection

from portal import heartbeat
from portal.heartbeat import Part
from portal.inbound.mailbox import Mailbox, MailboxError, NotDone
from portal.mail_settings import Inbox
from portal.policy import Clause, enforces
from reports.correspondence.arrival import take
from reports.enums import Door

type Clock = Callable[[], datetime]

FIRST_PAUSE: Final = 2.0
LONGEST_PAUSE: Final = 120.0
"""Seconds before the mail server, or the database, is tried again."""

HELPERS: Final = 2
"""While one waits for the database or the disk, another reads."""
BACKLOG: Final = 20
EASY: Final = 256 * 1024
"""Bytes of a mail that costs no memory worth speaking of."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look into the mailbox led to. Whatever was left behind is still there."""

    taken: int
    left_behind: int


def keep_looking(inbox: Inbox, *, clock: Clock) -> None:
    """Look whenever something comes, and now and then; begin anew after each trouble. Does not return."""
    pause = FIRST_PAUSE
    while True:
        try:
            with Mailbox(inbox) as mailbox:
                while True:
                    found = look(mailbox, clock=clock)
                    pause = FIRST_PAUSE
                    if not found.taken:  # else more may have come meanwhile, of which nobody will tell again
                        mailbox.wait(seconds=inbox.poll_seconds)
        except MailboxError as trouble:
            logger.warning("%s Trying again in %.0f seconds.", trouble, pause)
        except DatabaseError as trouble:
            logger.warning("The database does not answer (%s). Trying again.", type(trouble).__name__)
            connection.close()
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


@enforces(Clause.P1)
def look(mailbox: Mailbox, *, clock: Clock) -> Look:
    """Take in all that waits, the oldest first. What goes wrong with one mail does not concern the others.

    If many wait, several work through them together, and each large one is still the only one of its kind in memory.
    """
    waiting = deque(mailbox.waiting())
    easy = deque(mailbox.waiting(smaller_than=EASY)) if len(waiting) > BACKLOG else deque[str]()
    large = deque(uid for uid in waiting if uid not in set(easy))
    with ThreadPoolExecutor(HELPERS) as pool:
        helping = [pool.submit(_help, mailbox, easy, clock=clock) for _ in range(HELPERS if easy else 0)]
        found = [_work_through(mailbox, large, clock=clock), _work_through(mailbox, easy, clock=clock)]
        found += [each.result() for each in helping]
    left_behind = sum(each.left_behind for each in found)
    _say_so(left_behind, now=clock())
    return Look(taken=sum(each.taken for each in found), left_behind=left_behind)


def _help(mailbox: Mailbox, uids: deque[str], *, clock: Clock) -> Look:
    try:
        with mailbox.another() as own:
            return _work_through(own, uids, clock=clock)
    finally:
        connection.close()


def _work_through(mailbox: Mailbox, uids: deque[str], *, clock: Clock) -> Look:
    """One by one until none is left. Several may do so at once."""
    taken = left_behind = 0
    while True:
        try:
            uid = uids.popleft()
        except IndexError:
            return Look(taken=taken, left_behind=left_behind)
        heartbeat.beat(Part.MAILBOX, now=clock())  # with much mail a look takes longer than readiness has patience
        try:
            taken += _take_in(mailbox, uid, clock=clock)
        except NotDone as trouble:
            logger.warning("Mail %s stays in the mailbox. %s", uid, trouble)
            left_behind += 1
        except MailboxError:
            raise
        except Exception:
            logger.exception("Mail %s stays in the mailbox: it could not be taken in.", uid)
            connection.ensure_connection()
            left_behind += 1


def _take_in(mailbox: Mailbox, uid: str, *, clock: Clock) -> bool:
    """False where it was there no longer."""
    letter = mailbox.fetch(uid, most=settings.MAIL_MOST_BYTES)
    if letter is None:
        return False
    now = clock()
    take(letter.raw, arrived_at=letter.arrived_at or now, door=Door.MAILBOX, now=now, size=letter.size)
    mailbox.put_away(uid)
    return True


def _say_so(left_behind: int, *, now: datetime) -> None:
    heartbeat.beat(Part.MAILBOX, now=now)
    if not left_behind:
        heartbeat.beat(Part.EMPTIED, now=now)
