"""When a form arrives too late, its text comes back with a button to send it again. Nothing typed is ever lost."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render

UNKEPT = frozenset({"csrfmiddlewaretoken", "password", "code", "key"})


def keep_what_was_typed(request: HttpRequest, *, status: HTTPStatus, why: str) -> HttpResponse:
    """Show what was posted and offer to post it again to the same place, with a fresh token."""
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
        "needs_sign_in": status == HTTPStatus.FORBIDDEN and not request.user.is_authenticated,
    }
    return render(request, "portal/kept.html", context, status=status)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - the signature is Django's
    return keep_what_was_typed(
        request,
        status=HTTPStatus.FORBIDDEN,
        why="This page had been open for so long that its proof of origin expired.",
    )
