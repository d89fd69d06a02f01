"""What lies between a question and GitHub: HTTP, or the demo's sandbox. Both answer in GitHub's JSON."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Final, Protocol

from portal.github.errors import (
    GitHubError,
    NotAccepted,
    NotAllowed,
    NotThere,
    Unavailable,
    Uncertain,
    UnexpectedAnswer,
)
from portal.github.values import PublicPage


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = field(default=b"", repr=False)
    etag: str = ""
    next_path: str = ""
    """Where the next page is, from the API's own root on; empty after the last."""
    wants: str = ""
    """The permissions without which GitHub does nothing here, as far as it said."""


class Method(StrEnum):
    POST = "POST"
    PATCH = "PATCH"


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to be done on GitHub. What it says is never shown: it may be a report."""

    method: Method
    path: str
    body: Mapping[str, object] | None = field(default=None, repr=False)

    @property
    def makes_another(self) -> bool:
        """Whether doing it twice makes two: then it is not sent again when its answer was lost."""
        return self.method is Method.POST


class Wire(Protocol):
    def ask(self, path: str, *, etag: str = "") -> Answer:
        """`path` begins at the API's root. 200, 204, or 304 while `etag` names what is there; else a `GitHubError`."""
        ...

    def do(self, deed: Deed) -> Answer:
        """200, 201 or 202; else a `GitHubError`."""
        ...

    def look(self, url: str, *, naming: str) -> PublicPage:
        """A page, as a stranger gets it, and whether `naming` stands on it."""
        ...


@dataclass(frozen=True, slots=True)
class Guarded:
    """Another wire, with somebody before it who is asked right before anything is done."""

    wire: Wire
    before: Callable[[], None]

    def ask(self, path: str, *, etag: str = "") -> Answer:
        return self.wire.ask(path, etag=etag)

    def do(self, deed: Deed) -> Answer:
        self.before()
        return self.wire.do(deed)

    def look(self, url: str, *, naming: str) -> PublicPage:
        return self.wire.look(url, naming=naming)


ACCEPTED: Final = frozenset({HTTPStatus.OK, HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
DONE: Final = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED})
NOT_THERE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
NOT_ALLOWED: Final = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
    }
)
NOT_ACCEPTED: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY})
MOVED: Final = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND})
WORD: Final = re.compile(r"[a-z_]{3,40}")
"""As names of fields are written, in a sentence of GitHub's too."""

REPETITION: Final = re.compile(r"\balready\b", re.IGNORECASE)
"""GitHub has no code for what was done before; it says so in a sentence."""


def accepted(answer: Answer) -> Answer:
    if answer.status in ACCEPTED:
        return answer
    raise _objection_to(answer)


def done(answer: Answer, deed: Deed) -> Answer:
    if answer.status in DONE:
        return answer
    if answer.status in NOT_ACCEPTED:
        raise not_accepted(answer, deed)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR and deed.makes_another:
        raise Uncertain(f"GitHub broke while it was at it (it answered {answer.status}): it may have been done.")
    if answer.status in MOVED:
        raise NotThere("What was to be changed stands under another name by now; the next look at GitHub tells which.")
    raise _objection_to(answer)


def lost(deed: Deed, *, how: str) -> GitHubError:
    """What to raise when a deed was sent and no answer came."""
    if deed.makes_another:
        return Uncertain(f"GitHub's answer was lost ({how}): it may have been done.")
    return Unavailable(f"GitHub cannot be reached ({how}).")


def not_accepted(answer: Answer, deed: Deed) -> NotAccepted:
    """Names the fields at fault, if GitHub does. Nothing else that it says is repeated: it may quote the report."""
    named = tuple(name for name in dict.fromkeys(_fields_in(answer.body)) if name in (deed.body or {}))
    why = f"because of {', '.join(named)}" if named else "and names no field"
    return NotAccepted(
        f"GitHub refuses it {why} (it answered {answer.status}).",
        fields=named,
        is_repetition=REPETITION.search(_message_of(answer.body)) is not None,
    )


def _message_of(body: bytes) -> str:
    """To look at, and never to show."""
    told = _object_in(body).get("message")
    return told if isinstance(told, str) else ""


def _fields_in(body: bytes) -> Iterator[str]:
    listed = _object_in(body).get("errors")
    for error in listed if isinstance(listed, list) else []:
        name = error.get("field") if isinstance(error, Mapping) else None
        if isinstance(name, str):
            yield name
    yield from WORD.findall(_message_of(body))


def _object_in(body: bytes) -> Mapping[str, object]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, Mapping) else {}


def _objection_to(answer: Answer) -> GitHubError:
    status = answer.status
    if status in NOT_THERE:
        return NotThere(f"Nothing stands there that our app may know of (GitHub answered {status}).")
    if status == HTTPStatus.UNAUTHORIZED:
        return NotAllowed("GitHub does not know our app (it answered 401): see GITHUB_APP_ID and its key.")
    if status in NOT_ALLOWED:
        wants = f": it wants {answer.wants}" if answer.wants else ""
        return NotAllowed(f"Our app may not do or see that (GitHub answered {status}{wants}).")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(f"GitHub is not well (it answered {status}).")
    if status == HTTPStatus.ACCEPTED:
        return Unavailable("GitHub is still working the answer out (it answered 202).")
    return UnexpectedAnswer(f"GitHub answered {status}, which its description does not promise.")
