"""Views that count how often they are asked, before their transaction begins: a failed guess stays counted.

Reporters are never refused so: their views ask `portal.rate_limits` themselves and put what is too much into
quarantine (RL-04).
"""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from math import ceil
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone

from portal.rate_limits import Scope, client_address, take

type GetResponse = Callable[[HttpRequest], HttpResponseBase]

READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
COUNTED_WHEN_READING: Final = frozenset({Scope.KEY_EXCHANGE})


def limited_by[V: Callable[..., HttpResponseBase]](scope: Scope) -> Callable[[V], V]:
    """Mark a view that each client may ask only so often. Reading pages of forms counts nothing."""

    def mark(view: V) -> V:
        view.limited_by = scope  # type: ignore[attr-defined] # a mark on the function, as Django's own decorators leave
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
        scope = getattr(view_func, "limited_by", None)
        if not isinstance(scope, Scope) or (request.method in READING and scope not in COUNTED_WHEN_READING):
            return None
        verdict = take(scope, client_address(request), now=timezone.now())
        return None if verdict.allowed else too_often(verdict.retry_after)


def too_often(retry_after: timedelta) -> HttpResponse:
    return HttpResponse(
        render_to_string("429.html"),
        status=HTTPStatus.TOO_MANY_REQUESTS,
        headers={"Retry-After": str(max(1, ceil(retry_after.total_seconds())))},
    )
