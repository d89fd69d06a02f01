"""Speaking HTTP with GitHub, patiently and within bounds.

PyGithub's own requester reads answers of any length, waits as long as a header says, and drops the query of an address
that it is redirected to: see docs/decisions/0013-speaking-to-github.md.
"""

import json
import random
import re
import time
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from github.Requester import Requester

from portal.github.errors import GitHubError, Limited, Unavailable, UnexpectedAnswer
from portal.github.profile import API_VERSION
from portal.github.wire import Answer, Deed, lost

LONGEST_ANSWER: Final = 32 * 1024 * 1024
"""Bytes of one page: a hundred releases with long notes take a third of it."""
CHUNK: Final = 64 * 1024
REDIRECTS: Final = frozenset({301, 302, 307, 308})
VERBATIM: Final = frozenset({307, 308})
"""Where the same is asked for again, whatever it was."""
MOST_REDIRECTS: Final = 3
LIMITS: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})
WITHOUT_A_WORD: Final = 60.0
"""Seconds that GitHub asks to wait after a secondary rate limit that names no time."""
LONGEST_TOLD: Final = 7 * 86_400.0
PERMISSIONS: Final = re.compile(r"[a-z_=,; ]{1,200}")


@dataclass(frozen=True, slots=True)
class Patience:
    """In seconds. What takes longer is left to the next time: whoever waits here holds a worker."""

    connect: float = 5
    read: float = 15
    """Between two pieces of an answer."""
    whole: float = 30
    """From the first to the last piece of an answer."""
    attempts: int = 4
    back_off: float = 0.5
    """Before the second attempt; doubled before each further one."""
    longest_wait: float = 15
    """For a limit to pass."""
    altogether: float = 30
    """For one question or deed with all its attempts, so that no worker is ended in one and no lease runs out."""

    def within(self, until: float) -> tuple[float, float]:
        """For connecting and for reading, so that it is over at `until`, by the monotonic clock."""
        left = max(until - time.monotonic(), 0.1)
        return min(self.connect, left), min(self.read, left)


class Connection:
    def __init__(self, base_url: str, *, patience: Patience) -> None:
        self._base = urlsplit(base_url.rstrip("/"))
        self._patience = patience
        self._session = requests.Session()

    def send(self, method: str, path: str, *, authorization: str, etag: str = "") -> Answer:
        """The answer, whatever its status, once GitHub neither breaks nor wants to be left alone.

        For questions: they may be sent twice.
        """
        return self._patiently(_Asked(method, path, authorization=authorization, etag=etag))

    def do(self, deed: Deed, *, authorization: str) -> Answer:
        """The same for what changes something. What would make another one is sent once: see `Deed.makes_another`."""
        return self._patiently(_Asked(deed.method, deed.path, authorization=authorization, deed=deed))

    def _patiently(self, asked: "_Asked") -> Answer:
        until = time.monotonic() + self._patience.altogether
        for attempt in range(1, self._patience.attempts + 1):
            response, body = self._follow(asked, until=until)
            wait = self._wait_after(response, body, asked, attempt=attempt)
            if wait is None:
                break
            is_over = attempt == self._patience.attempts or time.monotonic() + wait >= until
            if wait > self._patience.longest_wait or is_over:
                raise _given_up(response, body, wait)
            time.sleep(wait)
        return Answer(
            status=response.status_code,
            body=body,
            etag=response.headers.get("ETag", ""),
            next_path=self._next_path(response),
            wants=_wanted(response),
        )

    def _follow(self, asked: "_Asked", *, until: float) -> tuple[requests.Response, bytes]:
        """Ask, and ask again where GitHub says that it has moved: a renamed repository answers so."""
        for _ in range(MOST_REDIRECTS + 1):
            response, body = self._once(asked, until=until)
            if response.status_code not in (REDIRECTS if asked.method == "GET" else VERBATIM):
                return response, body
            before = urlsplit(asked.path)
            path = self._path_of(urljoin(self._address(asked.path), response.headers.get("Location", "")))
            if before.query and not urlsplit(path).query:
                path = f"{path}?{before.query}"
            asked = replace(asked, path=path)
        raise UnexpectedAnswer("GitHub sends us round in circles.")

    def _once(self, asked: "_Asked", *, until: float) -> tuple[requests.Response, bytes]:
        headers = {
            "Accept": "application/vnd.github+json",
            "User-Agent": "security-response-portal",
            "X-GitHub-Api-Version": API_VERSION,
            **({"If-None-Match": asked.etag} if asked.etag else {}),
            **({"Content-Type": "application/json"} if asked.sent is not None else {}),
        }
        request = requests.Request(
            asked.method,
            self._address(asked.path),
            headers=headers,
            data=asked.sent,
            auth=_Authorization(asked.authorization),
        )
        try:
            with (
                requests.Session() if asked.only_once else nullcontext(self._session) as session,
                self._open(
                    session, session.prepare_request(request), again=not asked.only_once, until=until
                ) as response,
            ):
                return response, self._body_of(response, until=until)
        except requests.ConnectTimeout as failure:  # nothing was sent
            raise Unavailable(f"GitHub cannot be reached ({type(failure).__name__}).") from None
        except requests.RequestException as failure:
            raise asked.lost(type(failure).__name__) from None
        except ValueError:  # the library looks at where a redirect leads, and stumbles over what is no address
            raise UnexpectedAnswer("GitHub's answer cannot be read.") from None
        except (Unavailable, UnexpectedAnswer) as failure:
            raise (asked.lost("it is no answer") if asked.only_once else failure) from None

    def _open(
        self, session: requests.Session, request: requests.PreparedRequest, *, again: bool, until: float
    ) -> requests.Response:
        around = session.merge_environment_settings(str(request.url), {}, stream=True, verify=None, cert=None)
        timeout = self._patience.within(until)
        try:
            return session.send(request, timeout=timeout, allow_redirects=False, **around)
        except requests.Timeout:
            raise
        except requests.ConnectionError:  # one that was kept open may have been closed at the other end
            if not again:
                raise
            return session.send(request, timeout=self._patience.within(until), allow_redirects=False, **around)

    def _body_of(self, response: requests.Response, *, until: float) -> bytes:
        """All of it, unless it is more, or takes longer, than any answer that we ask for."""
        until = min(until, time.monotonic() + self._patience.whole)
        body = bytearray()
        for chunk in response.iter_content(CHUNK):
            body += chunk
            if len(body) > LONGEST_ANSWER:
                raise UnexpectedAnswer("GitHub's answer is longer than any that was asked for.")
            if time.monotonic() > until:
                raise Unavailable("GitHub's answer does not come to an end.")
        return bytes(body)

    def _wait_after(self, response: requests.Response, body: bytes, asked: "_Asked", *, attempt: int) -> float | None:
        """Seconds until it is worth asking again; None if this answer stands."""
        if response.status_code in LIMITS and _is_a_limit(response, body):
            return _seconds_told(response) or WITHOUT_A_WORD
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and not asked.only_once:
            back_off = self._patience.back_off * float(1 << attempt - 1)
            return max(_seconds_told(response) or 0, back_off * random.uniform(1, 1.5))  # noqa: S311 - spreads, hides nothing
        return None

    def _next_path(self, response: requests.Response) -> str:
        url = response.links.get("next", {}).get("url", "")
        return self._path_of(url) if url else ""

    def _address(self, path: str) -> str:
        return f"{self._base.geturl()}{path}"

    def _path_of(self, url: str) -> str:
        """The path from the API's root on. Our token goes to GitHub's own address and to no other."""
        try:
            parts = urlsplit(url)
        except ValueError:
            parts = SplitResult("", "", "", "", "")
        root = f"{self._base.path}/"
        here = (parts.scheme, parts.netloc.lower()) == (self._base.scheme, self._base.netloc.lower())
        if not here or not parts.path.startswith(root):
            raise UnexpectedAnswer("GitHub sends us to an address that is not its own.")
        return f"{parts.path.removeprefix(self._base.path)}{f'?{parts.query}' if parts.query else ''}"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is sent, however often."""

    method: str
    path: str
    authorization: str = field(repr=False)
    etag: str = ""
    deed: Deed | None = None

    @property
    def only_once(self) -> bool:
        return self.deed is not None and self.deed.makes_another

    @property
    def sent(self) -> bytes | None:
        return None if self.deed is None or self.deed.body is None else json.dumps(self.deed.body).encode()

    def lost(self, how: str) -> GitHubError:
        return lost(self.deed, how=how) if self.deed else Unavailable(f"GitHub cannot be reached ({how}).")


class _Authorization(requests.auth.AuthBase):
    """Set last, so that no file of passwords on this machine takes its place."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._value
        return request


def _wanted(response: requests.Response) -> str:
    """GitHub names the permissions that a call takes: of a refusal that is what is missing."""
    told = response.headers.get("X-Accepted-GitHub-Permissions", "")
    return told if PERMISSIONS.fullmatch(told) else ""


def _given_up(response: requests.Response, body: bytes, wait: float) -> Unavailable:
    """When to come back, if that is GitHub's word and not our own guess."""
    limited = response.status_code in LIMITS and _is_a_limit(response, body)
    retry_at = datetime.now(UTC) + timedelta(seconds=wait) if limited or _seconds_told(response) else None
    if limited:
        return Limited(f"GitHub wants to be left alone (it answered {response.status_code}).", retry_at=retry_at)
    return Unavailable(f"GitHub cannot answer now (it answered {response.status_code}).", retry_at=retry_at)


def _is_a_limit(response: requests.Response, body: bytes) -> bool:
    """GitHub says 403 of what we may not see and of what we asked too often; only the second passes."""
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS or "Retry-After" in response.headers:
        return True
    if response.headers.get("X-RateLimit-Remaining") == "0":
        return True
    try:
        message = json.loads(body).get("message")
    except (ValueError, AttributeError, RecursionError):
        return False
    return isinstance(message, str) and Requester.isRateLimitError(message)


def _seconds_told(response: requests.Response) -> float | None:
    after = response.headers.get("Retry-After", "")
    if after.isascii() and after.isdecimal():
        return min(float(after), LONGEST_TOLD)
    reset = response.headers.get("X-RateLimit-Reset", "")
    if response.headers.get("X-RateLimit-Remaining") == "0" and reset.isascii() and reset.isdecimal():
        return min(max(1.0, float(reset) - time.time() + 1), LONGEST_TOLD)
    return None
