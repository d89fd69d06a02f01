"""What lies between a question and GitHub: HTTP, or the demo's sandbox. Both answer in GitHub's JSON."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Protocol

from portal.github.errors import GitHubError, NotAllowed, NotThere, Unavailable, UnexpectedAnswer


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    etag: str = ""
    next_path: str = ""
    """Where the next page is, from the API's own root on; empty after the last."""


class Wire(Protocol):
    def ask(self, path: str, *, etag: str = "") -> Answer:
        """`path` begins at the API's root. 200, 204, or 304 while `etag` names what is there; else a `GitHubError`."""
        ...


ACCEPTED: Final = frozenset({HTTPStatus.OK, HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
NOT_THERE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
NOT_ALLOWED: Final = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
    }
)


def accepted(answer: Answer) -> Answer:
    if answer.status in ACCEPTED:
        return answer
    raise _objection_to(answer.status)


def _objection_to(status: int) -> GitHubError:
    if status in NOT_THERE:
        return NotThere("Nothing stands there that our app may know of (GitHub answered 404).")
    if status in NOT_ALLOWED:
        return NotAllowed(f"Our app may not see that (GitHub answered {status}).")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(f"GitHub is not well (it answered {status}).")
    if status == HTTPStatus.ACCEPTED:
        return Unavailable("GitHub is still working the answer out (it answered 202).")
    return UnexpectedAnswer(f"GitHub answered {status}, which its description does not promise.")
