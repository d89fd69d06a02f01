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


def end_all(user: User) -> int:
    """Sign `user` out everywhere, at once; how many sessions that were."""
    return _end(UserSession.objects.filter(user=user))


def end_after_changes(*, now: datetime) -> int:
    """Sign out whoever joined or left the team since they signed in: rights do not change within a session (SES-01)."""
    terms = SecurityTeamMembership.objects.filter(user=OuterRef("user"))
    began = Q(since__gt=OuterRef("created_at"), since__lte=now)
    ended = Q(until__gt=OuterRef("created_at"), until__lte=now)
    return _end(UserSession.objects.filter(Exists(terms.filter(began | ended))))


@receiver([authenticator_added, authenticator_removed])
def end_others(request: HttpRequest, user: User, **_: object) -> None:
    """A changed second factor ends every session but the one in which it was changed."""
    _end(UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key))


def _end(sessions: QuerySet[UserSession]) -> int:
    ended = list(sessions)
    for session in ended:
        session.end()
    return len(ended)
