"""The proof of origin, on pages that keep their own address to themselves.

`Referrer-Policy: no-referrer` keeps reporters' links out of other people's logs, and makes browsers send `Origin: null`
and no `Referer` with our own forms too. What tells then is `Sec-Fetch-Site`, which no page can forge. The token is
demanded in every case; it stands in a cookie that other hosts can neither read nor set.
"""

from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware

OURS = frozenset({"same-origin", "none"})


def comes_from_us(request: HttpRequest) -> bool:
    """Whether nothing says that the request was made by another site."""
    site = request.headers.get("Sec-Fetch-Site")
    return site is None or site in OURS


class ProofOfOriginMiddleware(CsrfViewMiddleware):
    def _origin_verified(self, request: HttpRequest) -> bool:
        if request.headers["Origin"] == "null":
            return comes_from_us(request)
        return comes_from_us(request) and super()._origin_verified(request)  # type: ignore[misc] # not in the stubs

    def _check_referer(self, request: HttpRequest) -> None:
        """Without `Origin` and `Referer`: an old browser that obeys the policy, and the token decides."""
        if "Referer" in request.headers or not comes_from_us(request):
            super()._check_referer(request)  # type: ignore[misc] # not in the stubs
