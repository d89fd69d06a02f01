"""Our pages send no referrer (CAP-04), and then a browser withholds the origin of their forms as well.

It still says in a header that no page can forge whether a request came from a page of ours. Django's own check of
origins goes by that, and the form's token is asked for as ever.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

type GetResponse = Callable[[HttpRequest], HttpResponseBase]


class WithheldOriginMiddleware:
    """Stands before Django's CSRF middleware."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        headers = request.META
        if headers.get("HTTP_ORIGIN") == "null" and headers.get("HTTP_SEC_FETCH_SITE") == "same-origin":
            headers["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"
        return self.get_response(request)
