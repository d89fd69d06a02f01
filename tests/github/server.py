"""A GitHub on this machine: it answers as the published description says, and notes each request that departs from it.

Its answers are made from the examples of the description, with the values of this test; nothing of ours helps.
"""

import hashlib
import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.github import contract, repositories
from tests.github.examples import Json, Repo, row

APP, INSTALLATION, ORGANISATION = "424242", 77, "wasmCloud"
ROOT: Final = "/api/v3"
KEY: Final = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM: Final = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


type Trick = Reply | Callable[[BaseHTTPRequestHandler], object] | None
"""What comes instead of the answer: another one, whatever somebody does with the connection, or nothing unusual."""


def mistake(status: int, message: str, **headers: str) -> Reply:
    body = json.dumps({"message": message, "documentation_url": "https://docs.github.com/rest"}).encode()
    return Reply(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


@dataclass
class GitHubServer:
    repositories: list[Repo] = field(default_factory=list)
    members: list[tuple[int, str]] = field(default_factory=list)
    teams: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    managers: list[tuple[int, str]] = field(default_factory=list)
    managing_teams: list[str] = field(default_factory=list)
    renamed: dict[str, int] = field(default_factory=dict)
    """Former names, and the number to which they lead."""
    tricks: dict[str, list[Trick]] = field(default_factory=lambda: defaultdict(list))
    """By the path from the root on, without its query: one for each time it is asked. Writing: `PATCH /repos/…`."""
    asked: list[str] = field(default_factory=list)
    written: list[tuple[str, str, object]] = field(default_factory=list)
    """What came to be written, whatever became of it: method, path, body."""
    departures: list[str] = field(default_factory=list)
    """What in our requests, or in these answers, is not as described."""
    token: str = ""
    checks_answers: bool = True
    closing: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def http(self) -> ThreadingHTTPServer:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"github": self}))
        server.daemon_threads = True
        return server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}{ROOT}"

    @contextmanager
    def running(self) -> Iterator["GitHubServer"]:
        thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.closing.set()
            self.http.shutdown()
            self.http.server_close()

    def times_asked(self, path: str) -> int:
        return sum(urlsplit(asked).path == path for asked in self.asked)

    def expire_token(self) -> None:
        """Earlier than was said, as when somebody revokes it."""
        self.token = ""

    # --- What it knows ---

    def find(self, full_name: str) -> Repo | None:
        return next((repo for repo in self.repositories if repo.full_name == full_name), None)

    def new_token(self) -> Json:
        self.token = f"ghs_{hashlib.sha256(self.token.encode()).hexdigest()}"
        until = datetime.now(UTC) + timedelta(hours=1)
        return {"token": self.token, "expires_at": until.strftime("%Y-%m-%dT%H:%M:%SZ")}

    def answer_to(self, path: str) -> object | None:
        """None where nothing is."""
        match path.strip("/").split("/"):
            case ["orgs", organisation, *rest] if organisation == ORGANISATION:
                return self._of_the_organisation(rest)
            case ["repos", owner, name, *rest] if repo := self.find(f"{owner}/{name}"):
                return repositories.told(repo, rest)
            case ["users", login]:
                known = [number for number, name in self.members if name == login]
                return row("public-user-default-response", id=known[0], login=login) if known else None
        return None

    def _of_the_organisation(self, rest: list[str]) -> object | None:
        match rest:
            case ["installation"]:
                return row("installation", id=INSTALLATION)
            case ["repos"]:
                return [repositories.shown(repo, "minimal-repository-items") for repo in self.repositories]
            case ["organization-roles"]:
                roles = contract.example("organization-role-list")
                assert isinstance(roles, dict)
                manager = {**roles["roles"][0], "id": 138, "name": "security_manager", "source": "Predefined"}
                return {"total_count": 3, "roles": [*roles["roles"], manager]}
            case ["organization-roles", "138", "teams"]:
                return [row("team-items", slug=slug, type="organization") for slug in self.managing_teams]
        return self._people(rest)

    def _people(self, rest: list[str]) -> object | None:
        lists: dict[tuple[str, ...], list[tuple[int, str]]] = {
            ("members",): self.members,
            ("organization-roles", "138", "users"): self.managers,
            **{("teams", slug, "members"): people for slug, people in self.teams.items()},
        }
        people = lists.get(tuple(rest))
        shown = "team-member-items" if rest[0] == "teams" else "simple-user-items"
        return None if people is None else [row(shown, id=number, login=login) for number, login in people]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    github: GitHubServer

    def do_GET(self) -> None:
        where = urlsplit(self.path.removeprefix(ROOT))
        with self.github.lock:
            self.github.asked.append(self.path.removeprefix(ROOT))
            waiting = self.github.tricks.get(where.path)
            trick = waiting.pop(0) if waiting else None
        if callable(trick):
            trick(self)
        else:
            self.reply(trick or self._answer(where.path, dict(parse_qsl(where.query))))

    def do_PATCH(self) -> None:
        self._write(self.path.removeprefix(ROOT), self._sent())

    def do_POST(self) -> None:
        path, body = self.path.removeprefix(ROOT), self._sent()
        if path != f"/app/installations/{INSTALLATION}/access_tokens":
            return self._write(path, body)
        self.github.asked.append(path)
        self._check(path, {}, body)
        if not self._is_the_app():
            return self.reply(mistake(401, "A JSON web token could not be decoded"))
        return self.reply(self._told(path, 201, self.github.new_token()))

    def _sent(self) -> object:
        length = int(self.headers.get("Content-Length") or 0)
        return json.loads(self.rfile.read(length)) if length else None

    def _write(self, path: str, body: object) -> None:
        with self.github.lock:
            self.github.written.append((self.command, path, body))
            waiting = self.github.tricks.get(f"{self.command} {path}")
            trick = waiting.pop(0) if waiting else None
        if callable(trick):
            trick(self)
        else:
            self.reply(trick or self.effect_of(path, body))

    def effect_of(self, path: str, body: object) -> Reply:
        """What is asked for is done, and this is the answer."""
        told = self._where_it_is_now(path)
        self._check(told, {}, body)
        if not self._may_ask(path):
            return mistake(401, "Bad credentials")
        if elsewhere := self._moved(path, {}, status=307):
            return elsewhere
        _, _, owner, name, *rest = told.split("/")
        repo = self.github.find(f"{owner}/{name}")
        answer = repositories.answer(repo, self.command, rest, body) if repo else None
        return self._told(told, *answer) if answer else mistake(404, "Not Found")

    def _answer(self, path: str, query: dict[str, str]) -> Reply:
        told = self._where_it_is_now(path)
        self._check(told, query, None)
        if not self._may_ask(path):
            return mistake(401, "Bad credentials")
        if elsewhere := self._moved(path, query, status=301):
            return elsewhere
        whole = self.github.answer_to(told)
        if whole is None:
            return mistake(404, "Not Found")
        return self._page(whole, path, told, query) if isinstance(whole, list) else self._told(told, 200, whole)

    def _where_it_is_now(self, path: str) -> str:
        """GitHub redirects to addresses by number, which are another way to what is described by name."""
        if not path.startswith("/repositories/"):
            return path
        number, _, rest = path.removeprefix("/repositories/").partition("/")
        name = next(repo.full_name for repo in self.github.repositories if repo.id == int(number))
        return f"/repos/{name}{f'/{rest}' if rest else ''}"

    def _moved(self, path: str, query: dict[str, str], *, status: int) -> Reply | None:
        """A repository that was renamed: what is written there, GitHub wants sent again as it was."""
        _, kind, *owner_and_name, rest = [*path.split("/", 4), ""][:5]
        number = self.github.renamed.get("/".join(owner_and_name)) if kind == "repos" else None
        if number is None:
            return None
        where = f"/repositories/{number}{f'/{rest}' if rest else ''}"
        to = f"{self.github.url}{where}{f'?{urlencode(query)}' if query else ''}"
        return Reply(status, json.dumps({"message": "Moved Permanently", "url": to}).encode(), {"Location": to})

    def _page(self, whole: list[object], path: str, described_as: str, query: dict[str, str]) -> Reply:
        """By numbers, or for advisories by a cursor."""
        by, per_page = "after" if path.endswith("/security-advisories") else "page", int(query.get("per_page", "30"))
        page = int(query.get(by, "1").removeprefix("cursor-"))
        last = max(1, -(-len(whole) // per_page))
        links = {"next": page + 1, "last": last} if page < last else {"prev": page - 1, "first": 1}
        link = ", ".join(
            f"<{self.github.url}{path}?{urlencode({**query, by: f'cursor-{number}' if by == 'after' else number})}>;"
            f' rel="{name}"'
            for name, number in links.items()
            if number
        )
        told = self._told(described_as, 200, whole[(page - 1) * per_page : page * per_page])
        return Reply(told.status, told.body, {**told.headers, **({"Link": link} if last > 1 else {})})

    def _told(self, path: str, status: int, body: object) -> Reply:
        if self.github.checks_answers:
            operation = contract.operation(self.command, path)
            assert operation is not None
            self.github.departures += contract.faults_in_answer(operation, status=status, body=body)
        sent = json.dumps(body).encode()
        return Reply(status, sent, {"ETag": f'W/"{hashlib.sha256(sent).hexdigest()}"'})

    def _check(self, path: str, query: dict[str, str], body: object) -> None:
        operation = contract.operation(self.command, path)
        if operation is None:
            self.github.departures.append(f"{self.command} {path} is not described")
        else:
            self.github.departures += contract.faults_in_request(operation, query=query, body=body)
        if self.headers.get("X-GitHub-Api-Version") != contract.edition():
            self.github.departures.append(f"{self.command} {path} names no edition")
        if self.headers.get("Accept") != "application/vnd.github+json" or not self.headers.get("User-Agent"):
            self.github.departures.append(f"{self.command} {path} lacks a header that GitHub wants")

    def _may_ask(self, path: str) -> bool:
        if path.endswith("/installation"):
            return self._is_the_app()
        return bool(self.github.token) and self.headers.get("Authorization") == f"Bearer {self.github.token}"

    def _is_the_app(self) -> bool:
        proof = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        try:
            claims = jwt.decode(proof, KEY.public_key(), algorithms=["RS256"], issuer=APP)
        except jwt.PyJWTError:
            return False
        return int(claims["exp"]) - int(claims["iat"]) <= 10 * 60

    def reply(self, told: Reply) -> None:
        etag = told.headers.get("ETag")
        unchanged = etag is not None and self.headers.get("If-None-Match") == etag
        body = b"" if unchanged else told.body
        self.send_response(304 if unchanged else told.status)
        for name, value in told.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Nothing is printed."""
