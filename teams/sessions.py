"""How long somebody stays signed in, and ending it (SES-01, SES-02, SES-05)."""

import time
from datetime import datetime, timedelta

from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from teams import record
from teams.enums import AccountEventKind
from teams.models import SecurityTeamMembership, User

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
    if now - seen > _longest_idle(request).total_seconds():
        return True
    if now - seen > GLANCE:
        request.session[SEEN] = now
    return False


def _longest_idle(request: HttpRequest) -> timedelta:
    may_administrate = isinstance(request.user, User) and request.user.is_administrator
    return min(settings.SESSION_IDLE, settings.ADMINISTRATOR_IDLE) if may_administrate else settings.SESSION_IDLE


def end_all(user: User, *, by: User | None = None) -> int:
    """Sign `user` out everywhere, at once; how many sessions that were. `by`: who wanted it, unless the portal did."""
    return _end(user, UserSession.objects.filter(user=user), by=by)


def end_after_changes(*, now: datetime) -> int:
    """Sign out whoever joined or left the team since they signed in: rights do not change within a session (SES-01)."""
    terms = SecurityTeamMembership.objects.filter(user=OuterRef("user"))
    began = Q(since__gt=OuterRef("created_at"), since__lte=now)
    ended = Q(until__gt=OuterRef("created_at"), until__lte=now)
    stale = UserSession.objects.filter(Exists(terms.filter(began | ended)))
    people = User.objects.filter(pk__in=stale.values("user"))
    return sum(_end(person, stale.filter(user=person), by=None) for person in people)


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
