"""Asking somebody who is signed in to prove it again, before something dangerous (AUT-02)."""

import time

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from teams.models import User


def ask_again(request: HttpRequest) -> HttpResponse:
    """Lead to the page that asks for the second factor; what was sent is kept and goes on from there."""
    ways = get_adapter().get_reauthentication_methods(request.user)
    response: HttpResponse = suspend_request(request, ways[0]["url"] if ways else reverse("account_login"))
    return response


def demand(request: HttpRequest) -> None:
    """Raise `ReauthenticationRequired` unless the second factor was shown a short while ago in this session."""
    user = request.user
    if not isinstance(user, User) or not get_adapter().get_reauthentication_methods(user):
        return
    earliest = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    shown = (record["at"] for record in get_authentication_records(request, user) if record["method"] == "mfa")
    if max(shown, default=0) < earliest:
        raise ReauthenticationRequired


@receiver(authenticator_added)
def remember(request: HttpRequest, user: User, authenticator: Authenticator, **_: object) -> None:
    """Whoever has just set up a second factor has shown it."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(
            request, user, "mfa", id=authenticator.pk, type=str(authenticator.type), reauthenticated=True
        )
