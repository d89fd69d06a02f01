"""What people see when something is missing, not theirs, or broken. Django calls these by name from the URL map."""

import logging
import sys
from http import HTTPStatus

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

logger = logging.getLogger("portal.errors")
RETRY_AFTER = 30
"""Seconds after which a browser may ask again while the database is away."""


@requires_csrf_token
def broken(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - nothing of the request may be what is broken
    """An error of ours. While the database is away it is an outage, with the address that works without us (AVL-02)."""
    failure = sys.exc_info()[1]
    if isinstance(failure, OperationalError | InterfaceError):
        logger.error("The database is away: %s", type(failure).__name__)
        return away()
    return HttpResponse(render_to_string("500.html", _context()), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def away() -> HttpResponse:
    return HttpResponse(
        render_to_string("503.html", _context()),
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        headers={"Retry-After": str(RETRY_AFTER)},
    )


def _context() -> dict[str, object]:
    """No request and no user: whatever reads them may be what is broken."""
    return {"policy": settings.POLICY}
