"""A page of GitHub's as a stranger gets it: never with our token, never anywhere else, and not waited for."""

import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from portal.github import NotThere, PublicPage, Unavailable
from portal.github.public_page import page_at
from tests.github.conftest import IMPATIENT
from tests.github.contract import needs_contracts
from tests.github.server import GitHubServer, Reply

pytestmark = needs_contracts

PAGE = "/wasmCloud/wash/security/advisories/GHSA-2222-3333-4444"


@pytest.fixture
def web() -> Iterator[GitHubServer]:
    with GitHubServer().running() as server:
        yield server


def seen(web: GitHubServer, path: str = PAGE) -> PublicPage:
    root = f"http://127.0.0.1:{web.http.server_port}"
    return page_at(f"{root}{path}", naming="GHSA-2222-3333-4444", web_url=root, patience=IMPATIENT)


def look(web: GitHubServer, path: str = PAGE) -> int:
    return seen(web, path).status


def answers(web: GitHubServer, path: str, *replies: Reply | Callable[[BaseHTTPRequestHandler], object]) -> None:
    web.tricks[path] = [*replies]


@pytest.mark.parametrize("status", [200, 404, 429, 500])
def test_the_status_is_told_whatever_it_is(web: GitHubServer, status: int) -> None:
    answers(web, PAGE, Reply(status))

    assert look(web) == status


def test_it_is_asked_for_without_a_word_of_who_asks(web: GitHubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, str] = {}

    def note(handler: BaseHTTPRequestHandler) -> None:
        told.update(handler.headers)
        handler.send_response(200)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    monkeypatch.setattr("requests.sessions.get_netrc_auth", lambda *_: ("somebody", "a password"))
    answers(web, PAGE, note)

    assert look(web) == 200
    assert not {"authorization", "cookie"} & {name.lower() for name in told}


def test_a_renamed_repository_leads_to_the_same_page(web: GitHubServer) -> None:
    new = "/wasmCloud/shell/security/advisories/GHSA-2222-3333-4444"
    answers(web, PAGE, Reply(301, b"", {"Location": new}))
    answers(web, new, Reply(200))

    assert look(web) == 200


@pytest.mark.parametrize(
    "to",
    [
        "/login?return_to=x",
        "https://evil.example/GHSA-2222-3333-4444",
        "//evil.example/GHSA-2222-3333-4444",
        "",
    ],
)
def test_a_redirect_to_anything_else_is_not_followed(web: GitHubServer, to: str) -> None:
    answers(web, PAGE, Reply(302, b"", {"Location": to}), Reply(302, b"", {"Location": "/elsewhere"}))

    assert look(web) == 302
    assert web.times_asked(PAGE) <= 2


def test_a_redirect_to_what_is_no_address_is_no_answer(web: GitHubServer) -> None:
    answers(web, PAGE, Reply(302, b"", {"Location": "http://["}))

    with pytest.raises(Unavailable):
        look(web)


def test_redirects_that_go_round_in_circles_come_to_an_end(web: GitHubServer) -> None:
    answers(web, PAGE, *[Reply(302, b"", {"Location": PAGE})] * 10)

    assert look(web) == 302
    assert web.times_asked(PAGE) == 4


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/x", "http://127.0.0.1:1/x", "http://127.0.0.1.evil.example/x", "//127.0.0.1/x", "x", "",
        "http://[", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_a_page_elsewhere_is_not_asked_for(web: GitHubServer, url: str) -> None:
    with pytest.raises(NotThere):
        page_at(url, naming="", web_url=f"http://127.0.0.1:{web.http.server_port}", patience=IMPATIENT)

    assert web.asked == []


def test_a_page_that_never_comes_or_never_ends_is_not_waited_for(web: GitHubServer) -> None:
    def without_end(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b"<html>")
        web.closing.wait()

    answers(web, PAGE, without_end, lambda _: web.closing.wait())
    began = time.monotonic()

    assert look(web) == 200
    with pytest.raises(Unavailable, match="ReadTimeout"):
        look(web)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b"<title>Path traversal - Advisory</title> GHSA-2222-3333-4444", True),
        (b"<link href='/security/advisories/ghsa-2222-3333-4444'>", True),
        (b"x" * 65_530 + b"GHSA-2222-3333-4444", True),
        (b"<title>Sign in to GitHub</title>", False),
        (b"GHSA-2222-3333-4445", False),
        (b"", False),
        (b"x" * (2 * 1024 * 1024 + 65_536) + b"GHSA-2222-3333-4444", False),
    ],
)
def test_whether_it_is_the_advisory_is_seen_by_its_name_on_the_page(
    web: GitHubServer, body: bytes, *, names: bool
) -> None:
    answers(web, PAGE, Reply(200, body))

    assert seen(web) == PublicPage(200, names=names)


def test_a_page_that_says_the_name_and_is_not_there_names_nothing(web: GitHubServer) -> None:
    answers(web, PAGE, Reply(404, b"No page at GHSA-2222-3333-4444"))

    assert seen(web) == PublicPage(404, names=False)
