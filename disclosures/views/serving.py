"""How public answers go out: to everybody alike, kept by whoever wants to, and not sent again to who has them."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

KEPT_FOR: Final = 300
"""Seconds for which anybody may use what they got before without asking. A name that was withdrawn is gone by then."""
PUBLIC: Final = f"public, max-age={KEPT_FOR}"


def page(
    request: HttpRequest, template: str, context: Mapping[str, object], *, modified_at: datetime | None = None
) -> HttpResponseBase:
    """A page for people. Somebody who is signed in sees it with their own header, which nothing between may keep."""
    response = HttpResponse(render_to_string(template, dict(context), request))
    if request.user.is_authenticated:
        return response
    return answered(request, response, etag=hashlib.sha256(response.content).hexdigest(), modified_at=modified_at)


def answered(
    request: HttpRequest, response: HttpResponseBase, *, etag: str, modified_at: datetime | None
) -> HttpResponseBase:
    """`response`, or only that nothing has changed."""
    seconds = int(modified_at.timestamp()) if modified_at else None
    kept = get_conditional_response(request, etag=f'"{etag}"', last_modified=seconds)
    answer: HttpResponseBase = response if kept is None else kept
    answer.headers["ETag"] = f'"{etag}"'
    if seconds is not None:
        answer.headers["Last-Modified"] = http_date(seconds)
    if answer.status_code in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
        answer.headers["Cache-Control"] = PUBLIC
    return answer
