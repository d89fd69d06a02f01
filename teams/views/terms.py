from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from teams import terms
from teams.membership import standing_of
from teams.sign_in import signed_in


@terms.open_before
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """GET shows what one agrees to; POST agrees, and goes on to where one wanted to go."""
    if request.method != "POST":
        return _show(request)
    if not request.POST.get("agreed"):
        return _show(request, wrong="Tick the box if you agree. Without it no report can be shown to you.")
    try:
        terms.accept(signed_in(request), version=request.POST.get("version", ""), now=timezone.now())
    except terms.Outdated as refusal:
        return _show(request, wrong=str(refusal))
    return redirect(_wanted(request) or settings.LOGIN_REDIRECT_URL)


def _wanted(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_path = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_path else ""


def _show(request: HttpRequest, *, wrong: str = "") -> HttpResponse:
    context = {
        "terms": settings.POLICY.terms,
        "has_accepted": standing_of(signed_in(request)).has_accepted_terms,
        "next": _wanted(request),
        "wrong": wrong,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "teams/terms.html", context, status=status)
