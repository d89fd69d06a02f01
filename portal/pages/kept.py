"""When a form arrives too late, its text comes back with a button to send it again. Nothing typed is ever lost."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render

from portal.csrf import comes_from_us
from portal.viewer import ANONYMOUS, acting_as

type Late = Callable[[HttpRequest], HttpResponse]

UNKEPT = frozenset({"csrfmiddlewaretoken", "password", "code", "key"})


def keep_what_was_typed(
    request: HttpRequest, *, status: HTTPStatus, why: str, needs_terms: bool = False
) -> HttpResponse:
    """Show what was posted and offer to post it again to the same place, with a fresh token.

    What another site made the browser send is shown, and not offered: one click would complete that site's request.
    """
    get_token(request)
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in UNKEPT
        for value in values
        if isinstance(value, str)
    ]
    context = {
        "why": why,
        "fields": fields,
        "files": [file.name for name in request.FILES for file in request.FILES.getlist(name)],
        "action": request.get_full_path(),
        "is_ours": comes_from_us(request),
        "needs_terms": needs_terms,
        "needs_sign_in": status == HTTPStatus.FORBIDDEN and not request.user.is_authenticated,
    }
    return render(request, "portal/kept.html", context, status=status)


def when_late[V: Callable[..., HttpResponseBase]](answer: Late) -> Callable[[V], V]:
    """Mark a public view whose form, sent too late, comes back by `answer` as the form that it was."""

    def mark(view: V) -> V:
        view.when_late = answer  # type: ignore[attr-defined] # a mark on the function, as Django's own decorators leave
        return view

    return mark


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - the signature is Django's
    answer: Late | None = getattr(request.resolver_match.func, "when_late", None) if request.resolver_match else None
    if answer is not None:
        with acting_as(ANONYMOUS):
            return answer(request)
    return keep_what_was_typed(
        request,
        status=HTTPStatus.FORBIDDEN,
        why="This page had been open for so long that its proof of origin expired.",
    )
