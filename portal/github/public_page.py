"""A page of GitHub's as a stranger gets it: without our token, and nothing of it is kept."""

import time
from http import HTTPStatus
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

import requests

from portal.github.connection import MOST_REDIRECTS, REDIRECTS, Patience
from portal.github.errors import NotThere, Unavailable
from portal.github.values import PublicPage

HEADERS: Final = {"Accept": "text/html", "Accept-Encoding": "identity", "User-Agent": "security-response-portal"}
"""Not packed: nothing is unpacked that a stranger's page may have blown up."""
MOST: Final = 2 * 1024 * 1024
PIECE: Final = 64 * 1024
"""Bytes of a page that are read, altogether and at a time. An advisory's page is a tenth of that."""


def page_at(url: str, *, naming: str, web_url: str, patience: Patience) -> PublicPage:
    """A redirect counts as what it leads to if that has the same last name, as after a rename, and lies there too.

    Any other one, to a page for signing in for instance, is the answer itself.
    """
    at, until = _place_in(url, web_url), time.monotonic() + patience.altogether
    for _ in range(MOST_REDIRECTS + 1):
        page, location = _get(at.geturl(), naming, patience=patience, until=until)
        if page.status not in REDIRECTS:
            return page
        try:
            to = _place_in(urljoin(at.geturl(), location), web_url)
        except (NotThere, ValueError):
            return page
        if _last_name(to) != _last_name(at):
            return page
        at = to
    return page


def _get(url: str, naming: str, *, patience: Patience, until: float) -> tuple[PublicPage, str]:
    try:
        with (
            requests.Session() as session,
            session.get(
                url,
                headers=HEADERS,
                auth=_nobody,
                timeout=patience.within(until),
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            names = response.status_code == HTTPStatus.OK and _names(response, naming, until=until)
            return PublicPage(response.status_code, names=names), response.headers.get("Location", "")
    except (requests.RequestException, ValueError) as failure:
        raise Unavailable(f"GitHub's page cannot be reached ({type(failure).__name__}).") from None


def _names(response: requests.Response, naming: str, *, until: float) -> bool:
    """A page that does not end, or breaks off, is believed as far as it came."""
    wanted, read = naming.lower().encode(), bytearray()
    try:
        for piece in response.iter_content(PIECE):
            read += piece.lower()
            if wanted in read:
                return True
            if len(read) > MOST or time.monotonic() > until:
                return False
    except requests.RequestException:
        return False
    return False


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """In the place of a file of passwords on this machine."""
    return request


def _place_in(url: str, web_url: str) -> SplitResult:
    try:
        parts, web = urlsplit(url), urlsplit(web_url.rstrip("/"))
    except ValueError:
        raise NotThere("That is no address.") from None
    here = (parts.scheme, parts.netloc.lower()) == (web.scheme, web.netloc.lower())
    if not here or not parts.path.startswith(f"{web.path}/") or ".." in parts.path.split("/"):
        raise NotThere("That is no page of GitHub's.")
    return parts


def _last_name(place: SplitResult) -> str:
    return place.path.rpartition("/")[2].lower()
