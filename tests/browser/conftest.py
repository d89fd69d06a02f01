"""A real Chromium against the real portal, served by a thread of the test."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from portal.sealed_sessions import SessionStore
from portal.viewer import SYSTEM, acting_as
from reports import tasks
from reports.enums import NoticeState
from reports.models import Notification
from teams.models import User
from tests.browser.chromium import ARGUMENTS, CHROMIUM


@dataclass(frozen=True)
class Size:
    width: int
    height: int


WIDE, NARROW = Size(1280, 900), Size(390, 844)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs a loop in this thread; the tests do not
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


type Open = Callable[..., Page]


@pytest.fixture
def opened(chromium: Browser, live_server: LiveServer) -> Iterator[Open]:
    """Open a window of its own for a person, signed in or not; errors in its console fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def window(user: User | None = None, *, size: Size = WIDE, dark: bool = False, javascript: bool = True) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": size.width, "height": size.height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            locale="en-GB",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        if user is not None:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": signed_in_session(user), "url": live_server.url}]
            )
        page = context.new_page()
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type == "error" and "status of 4" not in message.text
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield window
    for context in contexts:
        context.close()
    assert complaints == []


def signed_in_session(user: User) -> str:
    """A session such as a sign-in with second factor leaves."""
    Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": ""}})
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session["account_authentication_methods"] = [
        {"method": "socialaccount", "provider": "github", "at": datetime.now(tz=UTC).timestamp()},
        {"method": "mfa", "type": "totp", "at": datetime.now(tz=UTC).timestamp()},
    ]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.create()
    assert session.session_key is not None
    return session.session_key


@pytest.fixture
def worker() -> Callable[[], None]:
    """Do what a worker would do now: sweep, and deliver what waits."""

    def work() -> None:
        tasks.sweep()
        with acting_as(SYSTEM):
            waiting = list(
                Notification.objects.filter(state=NoticeState.PENDING, next_attempt_at__lte=timezone.now()).values_list(
                    "pk", flat=True
                )
            )
        tasks.deliver(*waiting)

    return work
