"""Views that count how often they are asked, before their transaction begins: a failed guess stays counted.

Reporters are never refused so: their views ask `portal.rate_limits` themselves and put what is too much into
quarantine (RL-04).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from math import ceil
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from portal.pages.kept import UNKEPT, keep_what_was_typed
from portal.rate_limits import Scope, take_for

type GetResponse = Callable[[HttpRequest], HttpResponseBase]
type Counts = Callable[[HttpRequest], bool]

READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
UNTYPED: Final = UNKEPT | {"next"}


def writing(request: HttpRequest) -> bool:
    return request.method not in READING


def always(request: HttpRequest) -> bool:  # noqa: ARG001 - one of several that may be asked
    return True


def searching(request: HttpRequest) -> bool:
    """Whether words are looked for, and not only a page of a list."""
    return bool(request.GET.get("q"))


@dataclass(frozen=True, slots=True)
class Limit:
    scope: Scope
    counts: Counts


def limited_by[V: Callable[..., HttpResponseBase]](scope: Scope, *, counts: Counts = writing) -> Callable[[V], V]:
    """Mark a view that each address and each person may ask only so often. Reading pages of forms counts nothing."""

    def mark(view: V) -> V:
        view.limited_by = Limit(scope, counts)  # type: ignore[attr-defined] # a mark on the function, as Django's own decorators leave
        return view

    return mark


class RateLimitMiddleware:
    """Stands before the transaction of the view, so that what a failed attempt took is not given back."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[object, ...],  # noqa: ARG002 - Django passes them by position
        view_kwargs: dict[str, object],  # noqa: ARG002 - the same
    ) -> HttpResponseBase | None:
        limit = getattr(view_func, "limited_by", None)
        if not isinstance(limit, Limit) or not limit.counts(request):
            return None
        verdict = take_for(limit.scope, request, now=timezone.now())
        return None if verdict.allowed else too_often(request, verdict.retry_after)


def too_often(request: HttpRequest, retry_after: timedelta) -> HttpResponse:
    """What was typed comes back, to be sent again from where it is."""
    status = HTTPStatus.TOO_MANY_REQUESTS
    seconds = max(1, ceil(retry_after.total_seconds()))
    if request.POST.keys() - UNTYPED:
        why = f"Many requests came from you or your network. Nothing is lost: send it again in {seconds} seconds."
        response = keep_what_was_typed(request, status=status, why=why)
    else:
        response = render(request, "429.html", status=status)
    response.headers["Retry-After"] = str(seconds)
    return response
