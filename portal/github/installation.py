"""Our GitHub App, where the organisation has installed it: its tokens last an hour and are never kept anywhere."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from github.Auth import AppAuth
from jwt.exceptions import PyJWTError

from portal.github import reading
from portal.github.connection import Connection, Patience
from portal.github.errors import NotAllowed, UnexpectedAnswer
from portal.github.public_page import page_at
from portal.github.values import PublicPage
from portal.github.wire import Answer, Deed, accepted, done

RENEWED_BEFORE: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class App:
    """As an installation of the portal sets it. Two that are equal are one."""

    id: str
    private_key: str = field(repr=False)
    installation_id: int | None
    api_url: str
    organisation: str
    web_url: str = "https://github.com"


@dataclass(frozen=True, slots=True)
class Token:
    value: str = field(repr=False)
    until: datetime


class Installation:
    """The wire to GitHub itself."""

    def __init__(self, app: App, *, patience: Patience | None = None) -> None:
        self._app = app
        self._patience = patience or Patience()
        self._connection = Connection(app.api_url, patience=self._patience)
        self._token: Token | None = None
        self._number = app.installation_id

    def ask(self, path: str, *, etag: str = "") -> Answer:
        answer = self._send(path, etag=etag)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            self._token = None
            answer = self._send(path, etag=etag)
        return accepted(answer)

    def do(self, deed: Deed) -> Answer:
        """Whatever GitHub answers 401 to, it has not done: so a fresh token may try again."""
        answer = self._connection.do(deed, authorization=f"Bearer {self._fresh_token()}")
        if answer.status == HTTPStatus.UNAUTHORIZED:
            self._token = None
            answer = self._connection.do(deed, authorization=f"Bearer {self._fresh_token()}")
        return done(answer, deed)

    def look(self, url: str, *, naming: str) -> PublicPage:
        return page_at(url, naming=naming, web_url=self._app.web_url, patience=self._patience)

    def _send(self, path: str, *, etag: str) -> Answer:
        return self._connection.send("GET", path, authorization=f"Bearer {self._fresh_token()}", etag=etag)

    def _fresh_token(self) -> str:
        now = datetime.now(UTC)
        if self._token is None or self._token.until - RENEWED_BEFORE <= now:
            self._token = self._ask_for_token()
        return self._token.value

    def _ask_for_token(self) -> Token:
        answer = self._as_app("POST", f"/app/installations/{self._installation_number()}/access_tokens")
        told = reading.object_of(reading.parsed(answer.body))
        until = reading.moment(told, "expires_at")
        if until is None:
            raise UnexpectedAnswer("GitHub's answer does not say how long a token lasts.")
        return Token(value=reading.line(told, "token", longest=1_000), until=until)

    def _installation_number(self) -> int:
        if self._number is None:
            answer = self._as_app("GET", f"/orgs/{quote(self._app.organisation, safe='')}/installation")
            self._number = reading.number(reading.object_of(reading.parsed(answer.body)), "id")
        return self._number

    def _as_app(self, method: str, path: str) -> Answer:
        try:
            proof = AppAuth(self._app.id, self._app.private_key).create_jwt()
        except (PyJWTError, ValueError, TypeError, AssertionError):
            raise NotAllowed("GITHUB_APP_PRIVATE_KEY is not the key of a GitHub App.") from None
        answer = self._connection.send(method, path, authorization=f"Bearer {proof}")
        return answer if answer.status == HTTPStatus.CREATED else accepted(answer)
