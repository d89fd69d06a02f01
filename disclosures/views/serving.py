"""How public answers go out: to everybody alike, kept by whoever wants to, and not sent again to who has them."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from disclosures import shelf
from disclosures.models import PublishedFile

REFUSED: Final = re.compile(r"q=0(\.0*)?")
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


def kept(request: HttpRequest, file: PublishedFile, *, size: int, kind: str) -> HttpResponseBase:
    """What lies on the shelf, if it is not there already: packed for whoever takes that, a large one in pieces.

    `file` without its content, of which `size` is known.
    """
    vary = FOR_ALL_SITES | ({"Vary": "Accept-Encoding"} if file.is_packed else {})
    digest = f"{file.sha256}{_packing(request, file)}"
    if same := unchanged(request, digest=digest, at=file.modified_at, headers=vary):
        return same
    if size <= shelf.PIECE or (file.is_packed and not _packing(request, file)):
        return _whole(request, get_object_or_404(PublishedFile, pk=file.pk), kind=kind, headers=vary)
    answer = StreamingHttpResponse(
        () if request.method == "HEAD" else shelf.pieces(file.path, digest=file.sha256, size=size),
        content_type=kind,
        headers=vary | {"Content-Length": str(size)},
    )
    return _encoded(answer, _packing(request, file), digest=digest, at=file.modified_at)


def _whole(request: HttpRequest, file: PublishedFile, *, kind: str, headers: Mapping[str, str]) -> HttpResponse:
    """By what it says now: it may have been written anew since somebody looked."""
    packing = _packing(request, file)
    content = bytes(file.content) if packing or not file.is_packed else file.whole
    answer = HttpResponse(content, content_type=kind, headers=headers)
    return _encoded(answer, packing, digest=f"{file.sha256}{packing}", at=file.modified_at)


def _encoded[R: HttpResponseBase](answer: R, packing: str, *, digest: str, at: datetime | None) -> R:
    if packing:
        answer.headers["Content-Encoding"] = "gzip"
    return _marked(answer, digest=digest, at=at)


def _packing(request: HttpRequest, file: PublishedFile) -> str:
    """What its tag ends in: packed, it is another sequence of bytes."""
    return "-gzip" if file.is_packed and _takes_gzip(request) else ""


def _takes_gzip(request: HttpRequest) -> bool:
    asked = (part.partition(";") for part in request.headers.get("Accept-Encoding", "").split(","))
    return any(name.strip() == "gzip" and not REFUSED.fullmatch(how.strip()) for name, _, how in asked)


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


def _marked[R: HttpResponseBase](answer: R, *, digest: str, at: datetime | None) -> R:
    answer.headers["ETag"] = f'"{digest}"'
    answer.headers["Cache-Control"] = PUBLIC
    if at:
        answer.headers["Last-Modified"] = http_date(int(at.timestamp()))
    return answer
