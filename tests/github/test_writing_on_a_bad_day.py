"""GitHub on a bad day, while the portal writes: nothing is made twice, and what may have been made is not denied."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from portal.github import (
    Limited,
    NotAllowed,
    Unavailable,
    Uncertain,
    UnexpectedAnswer,
)
from portal.github.client import Client
from tests.github.contract import needs_contracts
from tests.github.examples import Json
from tests.github.repositories import advisory
from tests.github.sandboxed import BODY
from tests.github.server import GitHubServer, Handler, Reply, mistake

pytestmark = [pytest.mark.django_db, needs_contracts]

WASH = "wasmCloud/wash"
ADVISORIES = f"/repos/{WASH}/security-advisories"
ONE = "GHSA-2222-3333-0001"
CREATE, CHANGE, NOTES = f"POST {ADVISORIES}", f"PATCH {ADVISORIES}/{ONE}", f"PATCH /repos/{WASH}/releases/5"
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


@pytest.fixture
def drafted(server: GitHubServer) -> Json:
    server.repositories[0].advisories = [advisory(1)]
    return server.repositories[0].advisories[0]


@pytest.fixture
def released(server: GitHubServer) -> Json:
    server.repositories[0].releases = [{"id": 5, "tag_name": "v1.0.0", "body": "Old", "draft": True}]
    return server.repositories[0].releases[0]


def _hang(handler: BaseHTTPRequestHandler) -> None:
    assert isinstance(handler, Handler)
    handler.github.closing.wait()


def _hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def _do_it_and_hang_up(handler: BaseHTTPRequestHandler) -> None:
    assert isinstance(handler, Handler)
    _, path, body = handler.github.written[-1]
    handler.effect_of(path, body)
    handler.close_connection = True


def _break_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(201)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"{")
    handler.close_connection = True


def _name_of(trouble: Reply | Callable[[BaseHTTPRequestHandler], None]) -> str:
    """The same in each test process."""
    return f"{trouble.status} {trouble.body[:20]!r}" if isinstance(trouble, Reply) else trouble.__name__


@pytest.mark.parametrize(
    "trouble",
    [
        _hang,
        _hang_up,
        _do_it_and_hang_up,
        _break_off,
        mistake(500, "x"),
        mistake(502, "x"),
        mistake(503, "x", Retry_After="1"),
        Reply(201, b"<html>"),
        Reply(201, b'{"ghsa_id": "GHSA-2222-3333-0001"}'),
    ],
    ids=_name_of,
)
def test_what_may_have_been_made_is_not_made_again(
    server: GitHubServer, client: Client, trouble: Reply | Callable[[BaseHTTPRequestHandler], None]
) -> None:
    server.tricks[CREATE] = [trouble]

    with pytest.raises(Uncertain):
        client.create_advisory(WASH, BODY)

    assert len(server.written) == 1
    assert len(client.advisories(WASH)) == (trouble is _do_it_and_hang_up)


@pytest.mark.parametrize("ask", [Client.request_cve, Client.create_private_fork])
def test_nor_is_anything_else_that_is_made(
    server: GitHubServer, client: Client, ask: Callable[[Client, str, str], object]
) -> None:
    for what in ("cve", "forks"):
        server.tricks[f"POST {ADVISORIES}/{ONE}/{what}"] = [mistake(502, "x")]

    with pytest.raises(Uncertain):
        ask(client, WASH, ONE)

    assert len(server.written) == 1


@pytest.mark.parametrize("trouble", [_hang_up, mistake(500, "x"), mistake(502, "x")], ids=_name_of)
def test_what_only_changes_is_sent_again(
    server: GitHubServer,
    client: Client,
    drafted: Json,
    trouble: Reply | Callable[[BaseHTTPRequestHandler], None],
) -> None:
    server.tricks[CHANGE] = [trouble]

    assert client.update_advisory(WASH, ONE, {"state": "published"}).state == drafted["state"] == "published"
    assert [body for _, _, body in server.written] == [{"state": "published"}] * 2


def test_a_change_that_is_never_answered_is_given_up(server: GitHubServer, client: Client) -> None:
    server.tricks[NOTES] = [_hang]

    with pytest.raises(Unavailable, match="ReadTimeout"):
        client.update_release_notes(WASH, 5, "New")


def test_nobody_there_is_told_as_such(server: GitHubServer, client: Client) -> None:
    server.http.server_close()

    with pytest.raises(Unavailable):
        client.update_advisory(WASH, ONE, {"summary": "x"})


@pytest.mark.parametrize("call", [CREATE, CHANGE])
def test_a_secondary_limit_is_waited_for_as_nothing_was_done(
    server: GitHubServer, client: Client, drafted: Json, call: str
) -> None:
    server.tricks[call] = [mistake(403, SECONDARY, Retry_After="1")]

    written = (
        client.create_advisory(WASH, BODY)
        if call == CREATE
        else client.update_advisory(WASH, ONE, {"summary": "A key is printed"})
    )

    assert written.summary == "A key is printed"
    assert len(server.written) == 2
    assert len(server.repositories[0].advisories) == 1 + (call == CREATE)
    assert drafted["state"] == "draft"


def test_a_limit_that_lasts_says_when_to_come_back(server: GitHubServer, client: Client) -> None:
    server.tricks[CREATE] = [mistake(429, SECONDARY, Retry_After="600")]

    with pytest.raises(Limited, match="left alone") as refused:
        client.create_advisory(WASH, BODY)

    assert refused.value.retry_at is not None
    assert abs(refused.value.retry_at - datetime.now(UTC) - timedelta(minutes=10)) < timedelta(seconds=10)
    assert len(server.written) == 1


def test_a_token_that_expired_is_renewed_and_the_same_is_sent_again(server: GitHubServer, client: Client) -> None:
    client.repositories()
    server.expire_token()

    made = client.create_advisory(WASH, BODY)

    assert client.advisories(WASH) == (made,)
    assert sum(asked.endswith("/access_tokens") for asked in server.asked) == 2


def test_an_app_that_is_not_known_is_told_which_setting(server: GitHubServer, client: Client) -> None:
    server.tricks[CREATE] = [mistake(401, "Bad credentials")] * 10

    with pytest.raises(NotAllowed, match="GITHUB_APP_ID"):
        client.create_advisory(WASH, BODY)

    assert len(server.written) == 2


def test_a_renamed_repository_is_written_to_by_its_former_name(
    server: GitHubServer, client: Client, drafted: Json, released: Json
) -> None:
    server.repositories[0] = replace(server.repositories[0], full_name="wasmCloud/shell")
    server.renamed = {WASH: 1}

    made = client.create_advisory(WASH, BODY)
    client.update_advisory(WASH, ONE, {"state": "published"})
    client.update_release_notes(WASH, 5, "New")

    assert [each.ghsa_id for each in client.advisories(WASH)] == [ONE, made.ghsa_id]
    assert (drafted["state"], released["body"]) == ("published", "New")
    assert [body for _, _, body in server.written] == [
        body for body in (BODY, {"state": "published"}, {"body": "New"}) for _ in range(2)
    ]


@pytest.mark.parametrize("elsewhere", ["https://evil.example/api/v3/repositories/1", "http://127.0.0.1:1/x", ""])
def test_nothing_is_written_at_another_place(server: GitHubServer, client: Client, elsewhere: str) -> None:
    server.tricks[CREATE] = [Reply(307, b"", {"Location": elsewhere})] * 10

    with pytest.raises(UnexpectedAnswer):
        client.create_advisory(WASH, BODY)

    assert len(server.written) <= 4
