"""Asking somebody who is signed in to prove it again, before something dangerous (AUT-02).

A view says so by a mark, which the middleware keeps: so it can be listed which views ask, and seen which forgot.
"""

import time
from collections.abc import Callable
from enum import Enum, auto

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from teams.models import User

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Asked(Enum):
    """When a view asks for the second factor again."""

    ALWAYS = auto()
    TO_CHANGE = auto()


def confirmed[V: Callable[..., HttpResponseBase]](view: V) -> V:
    """Mark a view that answers nobody who has not shown their second factor a short while ago."""
    return _marked(view, Asked.ALWAYS)


def confirmed_to_change[V: Callable[..., HttpResponseBase]](view: V) -> V:
    """Mark a page that anybody may read, and whose form asks for the second factor."""
    return _marked(view, Asked.TO_CHANGE)


def _marked[V: Callable[..., HttpResponseBase]](view: V, asked: Asked) -> V:
    view.confirmed = asked  # type: ignore[attr-defined] # a mark on the function, as Django's own decorators leave
    return view


def demand_as_marked(request: HttpRequest, view: Callable[..., HttpResponseBase]) -> None:
    """`demand`, if `view` is marked. What was posted is kept and goes on from there."""
    asked = getattr(view, "confirmed", None)
    if asked is Asked.ALWAYS or (asked is Asked.TO_CHANGE and request.method not in READING):
        demand(request)


def ask_again(request: HttpRequest) -> HttpResponse:
    """Lead to the page that asks for the second factor; what was sent is kept and goes on from there."""
    ways = get_adapter().get_reauthentication_methods(request.user)
    response: HttpResponse = suspend_request(request, ways[0]["url"] if ways else reverse("account_login"))
    return response


def demand(request: HttpRequest) -> None:
    """Raise `ReauthenticationRequired` unless the second factor was shown a short while ago in this session.

    Whoever has none is not asked: GitHub answers for them without asking anybody, which would prove nothing.
    """
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
