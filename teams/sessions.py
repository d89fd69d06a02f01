"""How long somebody stays signed in, and ending it (SES-02, SES-05)."""

import time

from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models import QuerySet
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from teams import record
from teams.enums import AccountEventKind
from teams.models import User

SEEN = "seen_at"
GLANCE = 5 * 60
"""Seconds for which a visit is not written down again."""


def begin(request: HttpRequest) -> None:
    """From now on the clocks of this session run: it ends at a fixed moment, however busy, and earlier when idle."""
    request.session.set_expiry(timezone.now() + settings.SESSION_LONGEST)
    request.session[SEEN] = time.time()


def has_run_out(request: HttpRequest) -> bool:
    """Whether nobody has been here for too long; otherwise somebody is now."""
    seen, now = request.session.get(SEEN), time.time()
    if not isinstance(seen, float):
        return False
    if now - seen > settings.SESSION_IDLE.total_seconds():
        return True
    if now - seen > GLANCE:
        request.session[SEEN] = now
    return False


def end_all(user: User, *, by: User | None = None) -> int:
    """Sign `user` out everywhere, at once; how many sessions that were. `by`: who wanted it, unless the portal did."""
    return _end(user, UserSession.objects.filter(user=user), by=by)


@receiver([authenticator_added, authenticator_removed])
def end_others(request: HttpRequest, user: User, **_: object) -> None:
    """A changed second factor ends every session but the one in which it was changed."""
    _end(user, UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key), by=user)


def _end(user: User, sessions: QuerySet[UserSession], *, by: User | None) -> int:
    ended = list(sessions)
    for session in ended:
        session.end()
    if ended:
        record.append(user, AccountEventKind.SESSIONS_ENDED, by=by, now=timezone.now(), sessions=len(ended))
    return len(ended)
