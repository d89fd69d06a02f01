"""GitHub on a bad day: what passes is waited for, what does not is said, and nothing is taken for an answer."""

import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from portal.github import NotAllowed, NotThere, Repository, Unavailable, UnexpectedAnswer
from portal.github.client import Client
from tests.github.contract import needs_contracts
from tests.github.examples import Repo
from tests.github.server import GitHubServer, Reply, mistake

pytestmark = [pytest.mark.django_db, needs_contracts]

WASH = Repository(id=1, full_name="wasmCloud/wash", archived=False, description="", private_reporting=None)
REPOSITORIES, COLLABORATORS = "/orgs/wasmCloud/repos", "/repos/wasmCloud/wash/collaborators"
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
PRIMARY = "API rate limit exceeded for installation ID 77."


def test_a_502_in_the_middle_of_the_pages_is_asked_again(server: GitHubServer, client: Client) -> None:
    server.repositories = [Repo(id=number, full_name=f"wasmCloud/r{number}") for number in range(1, 206)]
    server.tricks[REPOSITORIES] = [None, mistake(502, "Server Error")]

    assert len(client.repositories().rows) == 205
    assert server.times_asked(REPOSITORIES) == 4


def test_a_github_that_stays_broken_is_left_alone_after_a_while(server: GitHubServer, client: Client) -> None:
    server.tricks[COLLABORATORS] = [mistake(500, "Server Error")] * 10

    with pytest.raises(Unavailable, match="500") as refused:
        client.collaborators(WASH)

    assert refused.value.retry_at is None
    assert server.times_asked(COLLABORATORS) == 4


@pytest.mark.parametrize("status", [403, 429])
def test_a_secondary_rate_limit_is_waited_for_as_long_as_it_says(
    server: GitHubServer, client: Client, status: int
) -> None:
    server.tricks[COLLABORATORS] = [mistake(status, SECONDARY, Retry_After="1")]
    began = time.monotonic()

    assert len(client.collaborators(WASH).rows) == 2
    assert time.monotonic() - began >= 1


@pytest.mark.parametrize(
    ("limit", "wait"),
    [
        (mistake(403, SECONDARY, Retry_After="600"), 600),
        (mistake(403, SECONDARY), 60),
        (mistake(503, "Unicorn", Retry_After="120"), 120),
        (mistake(429, "", Retry_After="99999999999999999999"), 7 * 86_400),
        (mistake(403, "", X_RateLimit_Remaining="0", X_RateLimit_Reset="99999999999"), 7 * 86_400),
        (mistake(403, PRIMARY, X_RateLimit_Remaining="0", X_RateLimit_Reset="soon"), 60),
    ],
)
def test_what_takes_longer_is_left_to_a_later_time(
    server: GitHubServer, client: Client, limit: Reply, wait: int
) -> None:
    server.tricks[COLLABORATORS] = [limit]

    with pytest.raises(Unavailable) as refused:
        client.collaborators(WASH)

    assert refused.value.retry_at is not None
    assert abs(refused.value.retry_at - datetime.now(UTC) - timedelta(seconds=wait)) < timedelta(seconds=10)
    assert server.times_asked(COLLABORATORS) == 1


def test_the_primary_limit_is_waited_for_when_it_is_about_to_end(server: GitHubServer, client: Client) -> None:
    reset = str(int(time.time()) - 5)
    server.tricks[COLLABORATORS] = [mistake(403, PRIMARY, X_RateLimit_Remaining="0", X_RateLimit_Reset=reset)]

    assert len(client.collaborators(WASH).rows) == 2


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (mistake(403, "Resource not accessible by integration"), NotAllowed),
        (Reply(403, b"[]"), NotAllowed),
        (mistake(451, "Repository access blocked"), NotAllowed),
        (mistake(404, "Not Found"), NotThere),
        (mistake(410, "Gone"), NotThere),
        (Reply(202, b"{}"), Unavailable),
        (mistake(422, "Validation Failed"), UnexpectedAnswer),
        (Reply(204 + 2, b""), UnexpectedAnswer),
    ],
)
def test_a_refusal_is_told_apart_and_asked_only_once(
    server: GitHubServer, client: Client, answer: Reply, refusal: type[Exception]
) -> None:
    server.tricks[COLLABORATORS] = [answer]

    with pytest.raises(refusal):
        client.collaborators(WASH)

    assert server.times_asked(COLLABORATORS) == 1


def test_a_token_that_expired_before_its_time_is_renewed(server: GitHubServer, client: Client) -> None:
    client.repositories()
    server.expire_token()

    assert len(client.collaborators(WASH).rows) == 2
    assert sum(asked.endswith("/access_tokens") for asked in server.asked) == 2


def test_a_token_that_is_refused_even_when_new_is_not_tried_for_ever(server: GitHubServer, client: Client) -> None:
    server.tricks[COLLABORATORS] = [mistake(401, "Bad credentials")] * 10

    with pytest.raises(NotAllowed):
        client.collaborators(WASH)

    assert server.times_asked(COLLABORATORS) == 2


def test_a_server_that_hangs_is_not_waited_for(server: GitHubServer, client: Client) -> None:
    server.tricks[COLLABORATORS] = [lambda _: server.closing.wait()]
    began = time.monotonic()

    with pytest.raises(Unavailable, match="ReadTimeout"):
        client.collaborators(WASH)

    assert time.monotonic() - began < 3


def test_an_answer_that_trickles_is_not_waited_for(server: GitHubServer, client: Client) -> None:
    def trickle(handler: BaseHTTPRequestHandler) -> None:
        _begin(handler)
        while not server.closing.wait(0.1):
            _send(handler, b" " * 70_000)

    server.tricks[COLLABORATORS] = [trickle]

    with pytest.raises(Unavailable, match="does not come to an end"):
        client.collaborators(WASH)


def test_of_a_hundred_megabytes_no_more_is_read_than_an_answer_can_have(server: GitHubServer, client: Client) -> None:
    sent: list[int] = []

    def flood(handler: BaseHTTPRequestHandler) -> None:
        _begin(handler)
        sent.extend(1 for _ in range(100) if _send(handler, b" " * 1_000_000))

    server.tricks[COLLABORATORS] = [flood]

    with pytest.raises(UnexpectedAnswer, match="longer than any"):
        client.collaborators(WASH)

    assert len(sent) < 90


def _begin(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()


def _send(handler: BaseHTTPRequestHandler, piece: bytes) -> bool:
    """Whether the other end still took it."""
    try:
        handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
    except OSError:
        handler.close_connection = True
        return False
    return True


def test_an_answer_that_breaks_off_is_none(server: GitHubServer, client: Client) -> None:
    def break_off(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"[")
        handler.close_connection = True

    server.tricks[COLLABORATORS] = [break_off]

    with pytest.raises(Unavailable):
        client.collaborators(WASH)


def test_a_connection_that_was_closed_meanwhile_is_opened_again(server: GitHubServer, client: Client) -> None:
    def hang_up(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True

    server.tricks[COLLABORATORS] = [hang_up]

    assert len(client.collaborators(WASH).rows) == 2


def test_nobody_there_is_told_as_such(server: GitHubServer, client: Client) -> None:
    server.http.server_close()

    with pytest.raises(Unavailable, match="cannot be reached"):
        client.repositories()


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/api/v3/repositories/1",
        "http://localhost:{port}/api/v3/repositories/1",
        "https://127.0.0.1:{port}/api/v3/repositories/1",
        "http://127.0.0.1:{port}@evil.example/api/v3/repositories/1",
        "http://user@127.0.0.1:{port}/api/v3/repositories/1",
        "http://127.0.0.1:{port}/login/oauth",
        "http://127.0.0.1:{port}/api/v3evil/x",
        "//evil.example/x",
        "http://[",
        "",
    ],
)
def test_our_token_follows_no_redirect_to_another_place(server: GitHubServer, client: Client, elsewhere: str) -> None:
    location = elsewhere.format(port=server.http.server_port)
    server.tricks[COLLABORATORS] = [Reply(301, b"", {"Location": location})] * 10
    server.tricks["/login/oauth"] = [Reply(200, b"[]")]

    with pytest.raises(UnexpectedAnswer):
        client.collaborators(WASH)

    assert server.times_asked(COLLABORATORS) <= 4


def test_nor_a_next_page_that_lies_elsewhere(server: GitHubServer, client: Client) -> None:
    server.tricks[COLLABORATORS] = [Reply(200, b"[]", {"Link": '<https://evil.example/x>; rel="next"'})]

    with pytest.raises(UnexpectedAnswer, match="not its own"):
        client.collaborators(WASH)


def test_pages_that_lead_round_in_circles_come_to_an_end(server: GitHubServer, client: Client) -> None:
    link = {"Link": f'<{server.url}{COLLABORATORS}?per_page=100>; rel="next"'}
    server.tricks[COLLABORATORS] = [Reply(200, b"[]", link)] * 10

    with pytest.raises(UnexpectedAnswer, match="come to an end"):
        client.collaborators(WASH)
