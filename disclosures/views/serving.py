"""How public answers go out: to everybody alike, kept by whoever wants to, and not sent again to who has them."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

KEPT_FOR: Final = 300
"""Seconds for which anybody may use what they got before without asking. A name that was withdrawn is gone by then."""
PUBLIC: Final = f"public, max-age={KEPT_FOR}"
FOR_ALL_SITES: Final = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""On documents for programs alone: a page of another site may read them, as everybody may."""


def page(
    request: HttpRequest, template: str, context: Mapping[str, object], *, modified_at: datetime | None = None
) -> HttpResponse:
    """A page for people. Somebody who is signed in sees it with their own header, which nothing between may keep."""
    response = HttpResponse(render_to_string(template, dict(context), request))
    if request.user.is_authenticated:
        return response
    digest = hashlib.sha256(response.content).hexdigest()
    return unchanged(request, digest=digest, at=modified_at) or _marked(response, digest=digest, at=modified_at)


def to_programs(request: HttpRequest, content: bytes, *, kind: str, digest: str, at: datetime | None) -> HttpResponse:
    """A document, with its type."""
    if same := unchanged(request, digest=digest, at=at, headers=FOR_ALL_SITES):
        return same
    return _marked(HttpResponse(content, content_type=kind, headers=FOR_ALL_SITES), digest=digest, at=at)


def unchanged(
    request: HttpRequest, *, digest: str, at: datetime | None, headers: Mapping[str, str] | None = None
) -> HttpResponse | None:
    """The answer to somebody who has it already, or who asked for something else; None if it is to be sent."""
    seconds = int(at.timestamp()) if at else None
    answer = get_conditional_response(request, etag=f'"{digest}"', last_modified=seconds)
    if answer is None:
        return None
    for name, value in (headers or {}).items():
        answer.headers[name] = value
    return _marked(answer, digest=digest, at=at) if answer.status_code == HTTPStatus.NOT_MODIFIED else answer


def _marked(answer: HttpResponse, *, digest: str, at: datetime | None) -> HttpResponse:
    answer.headers["ETag"] = f'"{digest}"'
    answer.headers["Cache-Control"] = PUBLIC
    if at:
        answer.headers["Last-Modified"] = http_date(int(at.timestamp()))
    return answer
