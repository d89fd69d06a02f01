"""Browsers of the people in a test: signed in as a real sign-in leaves it, or with the pass of a reporter's link."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from reports.intake import Receipt
from teams.models import User


def set_up_second_factor(user: User) -> None:
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, "JBSWY3DPEHPK3PXP")


def signed_in_session(user: User) -> str:
    """The key of a session such as a sign-in with second factor leaves."""
    set_up_second_factor(user)
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session["account_authentication_methods"] = [
        {"method": "socialaccount", "provider": "github", "at": time.time()},
        {"method": "mfa", "type": "totp", "at": time.time()},
    ]
    session.create()
    assert session.session_key is not None
    return session.session_key


def browser_of(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = signed_in_session(user)
    return client


def reporters_browser(receipt: Receipt) -> Client:
    client = Client(raise_request_exception=False)
    client.post(f"/r/{receipt.key}/")
    return client
