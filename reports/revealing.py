"""Who reported it: shown on one report for an hour, to whoever asked and stands in its history for it (AZ-06)."""

from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Final

from reports import history
from reports.access import Permission, may
from reports.enums import EventKind
from reports.guards import Refused
from reports.models import Report
from teams.models import User

type Session = MutableMapping[str, object]

SHOWN_FOR: Final = timedelta(hours=1)
"""Long enough to write an answer and look things up; a page left open over lunch shows no name any more."""
SHOWN_UNTIL: Final = "identities_shown_until"


def reveal(report: Report, *, session: Session, by: User, now: datetime) -> None:
    """Show the reporter's side to `by` in this session, and say so in the history; once, while it is shown."""
    if not may(by, Permission.SEE_REPORTER, report):
        raise Refused("Who reported this is not yours to see.")
    if is_revealed(report, session=session, now=now):
        return
    history.append(report, EventKind.IDENTITY_REVEALED, by=by, now=now)
    still = {number: until for number, until in _shown(session).items() if until > now.timestamp()}
    session[SHOWN_UNTIL] = {**still, str(report.pk): (now + SHOWN_FOR).timestamp()}


def is_revealed(report: Report, *, session: Session, now: datetime) -> bool:
    return _shown(session).get(str(report.pk), 0) > now.timestamp()


def shows_reporter(report: Report, *, session: Session, user: User, now: datetime) -> bool:
    """Whether `user` may know who reported it, and asked a short while ago."""
    return is_revealed(report, session=session, now=now) and may(user, Permission.SEE_REPORTER, report)


def _shown(session: Session) -> dict[str, float]:
    shown = session.get(SHOWN_UNTIL)
    return shown if isinstance(shown, dict) else {}
