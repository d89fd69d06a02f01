"""Browsers of people who have signed in as the portal asks for it."""

import time

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from teams.models import User

SECRET = "JBSWY3DPEHPK3PXP"


def with_second_factor(user: User) -> User:
    if not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, SECRET)
    return user


def code() -> str:
    """What the authenticator app shows now."""
    return str(format_hotp_value(hotp_value(SECRET, int(time.time()) // 30)))


def browser_of(user: User, *, confirmed_ago: float | None = 0) -> Client:
    """Signed in, and confirmed by the second factor so many seconds ago; never, if None."""
    with_second_factor(user)
    client = Client()
    client.force_login(user)
    if confirmed_ago is not None:
        session = client.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time.time() - confirmed_ago}]
        session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
        session.save()
    return client
