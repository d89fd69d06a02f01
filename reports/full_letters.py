"""Mail to somebody with an OpenPGP key: what it may say beyond that there is news (P4, EML-06).

Only what its recipient may read at that moment, and only to a key that is theirs and confirmed. Who has none gets the
mail that says nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from portal.openpgp.certificates import can_be_encrypted_to
from portal.policy import Clause, enforces
from portal.viewer import UserViewer, Viewer, acting_as
from reports import progress
from reports.enums import Audience, NoticeKind
from reports.models import Message, Notification, OpenPGPKey, Report
from teams.membership import standing_of
from teams.models import PersonalKey

OF_MESSAGE: Final = re.compile(r":message:([0-9]+):")
OF_EVENT: Final = re.compile(r":event:([0-9]+):")
EXPIRED: Final = "Your OpenPGP key has expired, so this mail says no more. Please extend it, or give us another."
UNUSABLE: Final = "We could not encrypt to your OpenPGP key, so this mail says no more. Please give us another."
WROTE: Final = frozenset({NoticeKind.ANSWERED, NoticeKind.REPORTER_WROTE})
ARRIVED: Final = frozenset({NoticeKind.RECEIPT, NoticeKind.NEW_REPORT, NoticeKind.ON_DUTY})


@dataclass(frozen=True, slots=True)
class Envelope:
    """`certificate`: what the mail is encrypted to; empty for none. `apology`: why not, where they expect it."""

    certificate: str = ""
    apology: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    title: str
    text: str


OPEN: Final = Envelope()
FAILED: Final = Envelope(apology=UNUSABLE)


@enforces(Clause.P4)
def envelope_of(notice: Notification, *, now: datetime) -> Envelope:
    """Asked as the system."""
    key: OpenPGPKey | PersonalKey | None = None
    if notice.reporter is not None:
        key = OpenPGPKey.objects.in_force().select_related("report").filter(reporter=notice.reporter_id).first()
    elif notice.user is not None:
        key = PersonalKey.objects.filter(user=notice.user_id).first()
    if key is None:
        return OPEN
    if key.expires_at is not None and key.expires_at <= now:
        return Envelope(apology=EXPIRED)
    return Envelope(key.certificate) if can_be_encrypted_to(key.certificate) else FAILED


def passages_of(notice: Notification, report: Report) -> list[Passage]:
    """What the recipient may read of what the notice is about."""
    eyes = _eyes_of(notice)
    if eyes is None or report.erased_at is not None:
        return []
    kind = NoticeKind(notice.kind)
    with acting_as(eyes):
        if kind in WROTE:
            return _written(report.messages.filter(pk=_number(OF_MESSAGE, notice)))
        if kind in ARRIVED and not (notice.reporter and notice.reporter.is_co_reporter):
            return [Passage("In one sentence", report.summary), Passage("Details", report.description)]
        if kind == NoticeKind.REMINDER:
            return _written(report.messages.filter(audience=Audience.REPORTER, user__isnull=False).order_by("-pk")[:1])
    return _moved(notice, report, eyes) if kind == NoticeKind.MOVED else []


def _eyes_of(notice: Notification) -> Viewer | None:
    """Nobody's, where a page would show them nothing either: roles take effect with a second factor and the terms."""
    if notice.reporter is not None:
        return notice.reporter.viewer
    if notice.user is None:
        return None
    standing = standing_of(notice.user)
    if standing.lacks_second_factor or standing.lacks_terms:
        return None
    return UserViewer(user_id=notice.user.pk, is_member=standing.is_member)


def _moved(notice: Notification, report: Report, eyes: Viewer) -> list[Passage]:
    """Where it stands now, and what was written with the step: both were kept at the same moment."""
    event = report.events.filter(pk=_number(OF_EVENT, notice)).first()
    stands = Passage(progress.headline(report), progress.what_next(report))
    if event is None:
        return [stands]
    with acting_as(eyes):
        return [stands, *_written(report.messages.filter(audience=Audience.REPORTER, created_at=event.at))]


def _written(messages: Iterable[Message]) -> list[Passage]:
    return [
        Passage("The security team writes" if message.user_id else "The reporter writes", message.body)
        for message in messages
    ]


def _number(where: re.Pattern[str], notice: Notification) -> int:
    found = where.search(notice.dedupe_key)
    return int(found[1]) if found else 0
