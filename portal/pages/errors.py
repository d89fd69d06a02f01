"""What people see when something is missing, not theirs, or broken. Django calls these by name from the URL map."""

import logging
import sys
from http import HTTPStatus

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from portal.pages.kept import keep_what_was_typed
from portal.sealed.box import SealBroken
from portal.sealed.keys import KeyDestroyed
from portal.sealed.master import MasterKeyMissing

logger = logging.getLogger("portal.errors")
RETRY_AFTER = 30
"""Seconds after which a browser may ask again while the database is away."""


@requires_csrf_token
def broken(request: HttpRequest) -> HttpResponse:
    """An error of ours. While the database is away it is an outage, with the address that works without us (AVL-02)."""
    failure = sys.exc_info()[1]
    if isinstance(failure, OperationalError | InterfaceError):
        logger.error("The database is away: %s", type(failure).__name__)
        return _away_with_text(request) if request.method == "POST" else away()
    if isinstance(failure, KeyDestroyed):
        return HttpResponse(render_to_string("erased.html", _context()), status=HTTPStatus.GONE)
    if isinstance(failure, SealBroken | MasterKeyMissing):
        logger.error("Something cannot be opened: %s", failure)
        return HttpResponse(render_to_string("sealed.html", _context()), status=HTTPStatus.INTERNAL_SERVER_ERROR)
    return HttpResponse(render_to_string("500.html", _context()), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def away() -> HttpResponse:
    return HttpResponse(
        render_to_string("503.html", _context()),
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        headers={"Retry-After": str(RETRY_AFTER)},
    )


def _away_with_text(request: HttpRequest) -> HttpResponse:
    """What was typed comes back even now: keeping it takes no database."""
    address = settings.POLICY.organisation.security_address
    response = keep_what_was_typed(
        request,
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        why="Our database does not answer just now, so nothing was kept yet. Wait a minute and send it again; if it "
        f"is urgent, write to {address}.",
    )
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def _context() -> dict[str, object]:
    """No request and no user: whatever reads them may be what is broken."""
    return {"policy": settings.POLICY}
