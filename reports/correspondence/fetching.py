"""Mail is fetched from the mailbox. A mail leaves the inbox once it is kept here for good, and not before (EML-08).

Whoever fetches may be killed at any moment, and several may fetch at once: what was taken in already is known by its
bytes, so that it is there once in any case.
"""

import logging
import time
from collections.abc import Callable
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
    """Take in all that waits, the oldest first. What goes wrong with one mail does not concern the others."""
    taken = left_behind = 0
    for uid in mailbox.waiting():
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
    _say_so(left_behind, now=clock())
    return Look(taken=taken, left_behind=left_behind)


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
