"""The two narrow cookies of the reporter's side. Neither touches a maintainer's session (SES-04)."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from reports.tracking import Pass

SHOWN_FOR = timedelta(minutes=15)
PASS_LASTS = timedelta(hours=12)
SHOWN_ONCE = f"{settings.COOKIE_PREFIX}shown-once"


def show_once(response: HttpResponseBase, *, purpose: str, token: str) -> None:
    """Let the next page derive a new link again from `token`, for a short while: the link itself is kept nowhere."""
    _set(response, SHOWN_ONCE, value=[purpose, token], age=SHOWN_FOR)


def shown_once(request: HttpRequest, *, purpose: str) -> str | None:
    """The token that `show_once` left for `purpose`."""
    match _read(request, SHOWN_ONCE, age=SHOWN_FOR):
        case [str(found), str(token)] if found == purpose:
            return token
        case _:
            return None


def admit(response: HttpResponseBase, *, reference: str, granted: Pass) -> None:
    """Open this one report to this browser (CAP-04): the key may now leave the address bar."""
    _set(response, _name(reference), value=[granted.key_id, granted.fingerprint], age=PASS_LASTS)


def pass_of(request: HttpRequest, *, reference: str) -> Pass | None:
    match _read(request, _name(reference), age=PASS_LASTS):
        case [int(key_id), str(fingerprint)]:
            return Pass(key_id=key_id, fingerprint=fingerprint)
        case _:
            return None


def dismiss(response: HttpResponseBase, *, reference: str) -> None:
    response.delete_cookie(_name(reference), samesite="Lax")


def _name(reference: str) -> str:
    return f"{settings.COOKIE_PREFIX}report-{reference}"


def _set(response: HttpResponseBase, name: str, *, value: list[str | int], age: timedelta) -> None:
    response.set_cookie(
        name,
        signing.dumps(value, salt=name),
        max_age=age,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest, name: str, *, age: timedelta) -> object:
    try:
        value: object = signing.loads(request.COOKIES.get(name, ""), salt=name, max_age=age)
    except (signing.BadSignature, ValueError):
        return None
    return value
