"""A page of GitHub's as a stranger gets it: without our token, and nothing of it is read but the status."""

import time
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

import requests

from portal.github.connection import MOST_REDIRECTS, REDIRECTS, Patience
from portal.github.errors import NotThere, Unavailable

HEADERS: Final = {"Accept": "text/html", "User-Agent": "security-response-portal"}


def status_of(url: str, *, web_url: str, patience: Patience) -> int:
    """A redirect counts as what it leads to if that has the same last name, as after a rename, and lies there too.

    Any other one, to a page for signing in for instance, is the answer itself.
    """
    at, until = _place_in(url, web_url), time.monotonic() + patience.altogether
    for _ in range(MOST_REDIRECTS + 1):
        status, location = _get(at.geturl(), timeout=patience.within(until))
        if status not in REDIRECTS:
            return status
        try:
            to = _place_in(urljoin(at.geturl(), location), web_url)
        except (NotThere, ValueError):
            return status
        if _last_name(to) != _last_name(at):
            return status
        at = to
    return status


def _get(url: str, *, timeout: tuple[float, float]) -> tuple[int, str]:
    try:
        with (
            requests.Session() as session,
            session.get(
                url,
                headers=HEADERS,
                auth=_nobody,
                timeout=timeout,
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            return response.status_code, response.headers.get("Location", "")
    except (requests.RequestException, ValueError) as failure:
        raise Unavailable(f"GitHub's page cannot be reached ({type(failure).__name__}).") from None


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
