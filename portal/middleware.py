"""What every request passes through: headers, the door, and who is looking."""

from collections.abc import Callable
from http import HTTPStatus

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from portal.origin import coming_from
from portal.pages.kept import keep_what_was_typed
from portal.viewer import acting_as
from teams import confirmation, sessions, terms
from teams.membership import standing_of, viewer_for

type GetResponse = Callable[[HttpRequest], HttpResponseBase]
type View = Callable[..., HttpResponseBase]

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
        "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "usb",
    )
)  # fmt: skip


OPEN_TO_SEARCH_ENGINES = frozenset({"/", "/policy/", "/team/", "/report/"})
"""Where somebody who looks for a way to report should land."""


class HeadersMiddleware:
    """Headers that Django does not know of, on every answer, errors and static files included (HDR-03)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
            response.headers["Cache-Control"] = "no-store, private"
            if request.path not in OPEN_TO_SEARCH_ENGINES:
                response.headers.setdefault("X-Robots-Tag", "noindex")
            patch_vary_headers(response, ["Cookie"])
        return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Everything needs a signed-in person unless a view says otherwise, and a team role needs a second factor."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: View,
        view_args: tuple[object, ...],  # noqa: ARG002 - Django passes them by position
        view_kwargs: dict[str, object],  # noqa: ARG002 - the same
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        if request.user.is_authenticated and sessions.has_run_out(request):
            logout(request)
        if not request.user.is_authenticated:
            return self.handle_no_permission(request, view_func)
        if request.path.startswith("/account/"):
            return None
        standing = standing_of(request.user)
        if standing.lacks_second_factor:
            return redirect("second-factor")
        if standing.lacks_terms and not terms.is_open_before(view_func):
            return _ask_for_terms(request)
        return None

    def handle_no_permission(self, request: HttpRequest, view_func: View) -> HttpResponse:  # type: ignore[override] # a late form gets its text back
        if request.method == "POST":
            return keep_what_was_typed(
                request,
                status=HTTPStatus.FORBIDDEN,
                why="You were signed out before this was sent. Nothing is lost.",
            )
        return super().handle_no_permission(request, view_func)


def _ask_for_terms(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect(reverse("terms", query={"next": request.get_full_path()}))
    return keep_what_was_typed(
        request,
        status=HTTPStatus.FORBIDDEN,
        why="This needs your agreement to the terms in force, and was not sent. Nothing is lost.",
        needs_terms=True,
    )


class ViewerMiddleware:
    """Run the view, and render its template, in one transaction that knows who is looking.

    It must be the last middleware: it answers in place of the handler, so that an exception rolls everything back.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: View,
        view_args: tuple[object, ...],
        view_kwargs: dict[str, object],
    ) -> HttpResponseBase | None:
        if getattr(view_func, "without_viewer", False):
            return None
        viewer = viewer_for(request.user)
        try:
            with coming_from(request), acting_as(viewer):
                confirmation.demand_as_marked(request, view_func)
                response = view_func(request, *view_args, **view_kwargs)
                if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                    response.render()
        except ReauthenticationRequired:
            return confirmation.ask_again(request)
        return response
