"""Requests that cannot be read as they stand: refused with a page that says so, before anything stumbles over them.

Django builds its request object before any middleware runs, and a few headers make that fail; `guarded` stands before
it, and hands such a request on without the part that is broken and with the fault noted.
"""

import re
from collections.abc import Callable, Iterable
from enum import Enum
from http import HTTPStatus
from typing import Final, override
from wsgiref.types import StartResponse, WSGIEnvironment

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict

type Application = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes] | HttpResponseBase]
type GetResponse = Callable[[HttpRequest], HttpResponseBase]

NOTED: Final = "portal.fault"
"""No header can have this name: those of a request begin with HTTP_."""

LONGEST_ADDRESS: Final = 8_000
LONGEST_HEADER: Final = 1_000
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
CHARSET: Final = re.compile(r"""charset\s*=\s*["']?([^"';\s]*)""", re.IGNORECASE)
SPLIT_PARAMETER: Final = re.compile(r"\*\d*\*?\s*=")
"""Parameters in pieces (RFC 2231): no browser sends them here, and Python stumbles over pieces that do not fit."""


class Fault(Enum):
    """What is wrong, as its sender reads it, and the status that says it to machines."""

    ADDRESS = "The address holds characters that no address has.", HTTPStatus.BAD_REQUEST
    LONG_ADDRESS = "The address is too long.", HTTPStatus.REQUEST_URI_TOO_LONG
    ENCODING = "The text was sent in an encoding other than UTF-8.", HTTPStatus.BAD_REQUEST
    CONTENT_TYPE = "The header that describes the content cannot be read.", HTTPStatus.BAD_REQUEST
    LENGTH = "The header that gives the length of the content cannot be read.", HTTPStatus.BAD_REQUEST
    TOO_LARGE = "More was sent than a single request can carry.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    TOO_MANY_FIELDS = "The form has more fields than any form of ours.", HTTPStatus.BAD_REQUEST
    TOO_MANY_FILES = "More files were sent at once than can be taken in.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    FORM = "The form arrived broken, as if it had been cut off on its way.", HTTPStatus.BAD_REQUEST
    HOST = "The request names a host that is not this portal.", HTTPStatus.BAD_REQUEST
    OTHER = "Something in the request is not as it should be.", HTTPStatus.BAD_REQUEST

    @property
    def reason(self) -> str:
        return self.value[0]

    @property
    def status(self) -> HTTPStatus:
        return self.value[1]


def guarded(application: Application) -> Application:
    """The WSGI application for every request, readable or not."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes] | HttpResponseBase:
        fault = fault_in(environ) or _fault_in_raw_path(str(environ.get("PATH_INFO") or ""))
        if fault:
            nothing = dict.fromkeys(("QUERY_STRING", "CONTENT_TYPE", "SCRIPT_NAME"), "")
            environ = {**environ, **nothing, "PATH_INFO": "/", "CONTENT_LENGTH": "0", NOTED: fault}
        return application(environ, start_response)

    return answer


def fault_in(environ: WSGIEnvironment) -> Fault | None:
    path, query, content_type, length = (
        str(environ.get(name) or "") for name in ("PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH")
    )
    return _fault_in_address(path, query=query) or _fault_in_content_type(content_type) or _fault_in_length(length)


def _fault_in_address(path: str, *, query: str) -> Fault | None:
    if len(path) + len(query) > LONGEST_ADDRESS:
        return Fault.LONG_ADDRESS
    if CONTROL.search(path) or CONTROL.search(query) or "%00" in query or not _is_bytes(query):
        return Fault.ADDRESS
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    return Fault.TOO_MANY_FIELDS if most is not None and query.count("&") >= most else None


def _fault_in_raw_path(path: str) -> Fault | None:
    return None if _is_bytes(path) else Fault.ADDRESS


def _is_bytes(text: str) -> bool:
    """WSGI writes bytes as the characters of the same numbers; Django replaces the path by the text they mean."""
    return max(text, default="") <= "\xff"


def _fault_in_content_type(content_type: str) -> Fault | None:
    if any(charset.lower() != "utf-8" for charset in CHARSET.findall(content_type)):
        return Fault.ENCODING
    unreadable = CONTROL.search(content_type) or SPLIT_PARAMETER.search(content_type) or not content_type.isascii()
    return Fault.CONTENT_TYPE if unreadable or len(content_type) > LONGEST_HEADER else None


def _fault_in_length(length: str) -> Fault | None:
    if length and not (length.isascii() and length.isdigit()):
        return Fault.LENGTH
    too_long = len(length) > len(str(settings.MOST_REQUEST_BYTES)) or int(length or 0) > settings.MOST_REQUEST_BYTES
    return Fault.TOO_LARGE if too_long else None


class BadRequestMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        fault = request.META.get(NOTED) or fault_in(request.META)
        if isinstance(fault, Fault):
            return page(fault)
        if SPLIT_PARAMETER.search(request.META.get("HTTP_ACCEPT", "")):
            request.META["HTTP_ACCEPT"] = "*/*"
        _forget_impossible_cookies(request)
        request.multipart_parser_class = CarefulMultiPartParser  # type: ignore[assignment] # a class, whatever stubs say
        return self.get_response(request)


def _forget_impossible_cookies(request: HttpRequest) -> None:
    """Quoted cookies can spell out a NUL, which no column takes; a browser that has one must not be locked out."""
    for name in [name for name, value in request.COOKIES.items() if CONTROL.search(name + value)]:
        del request.COOKIES[name]


class CarefulMultiPartParser(MultiPartParser):
    """Python's reader of header parameters fails on some nonsense in ways that Django does not expect."""

    @override
    def parse(self) -> tuple[QueryDict, MultiValueDict[str, object]]:
        try:
            return super().parse()
        except Exception as error:
            for handler in self._upload_handlers:  # type: ignore[attr-defined] # Django's own, unknown to the stubs
                handler.upload_interrupted()
            if isinstance(error, (TypeError, AttributeError, LookupError, UnicodeError)):
                raise MultiPartParserError("The form's parts cannot be read.") from error
            raise


FAULTS: Final[tuple[tuple[type[Exception], Fault], ...]] = (
    (RequestDataTooBig, Fault.TOO_LARGE),
    (TooManyFieldsSent, Fault.TOO_MANY_FIELDS),
    (TooManyFilesSent, Fault.TOO_MANY_FILES),
    (MultiPartParserError, Fault.FORM),
    (DisallowedHost, Fault.HOST),
)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - the signature is Django's
    """Answers what Django itself finds wrong while it reads a request: the `handler400` of the URLs."""
    return page(next((fault for kind, fault in FAULTS if isinstance(exception, kind)), Fault.OTHER))


def page(fault: Fault) -> HttpResponse:
    """Rendered without the request, as any part of it may be what is broken."""
    return HttpResponse(render_to_string("400.html", {"reason": fault.reason}), status=fault.status)
