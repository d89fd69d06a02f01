"""What the portal asks of GitHub, and how it reads the answers, against a server that speaks GitHub's description."""

from datetime import UTC, datetime

import pytest

from portal.github import (
    Account,
    Collaborator,
    Contributor,
    NotAllowed,
    NotThere,
    Reading,
    Release,
    Repository,
    UnexpectedAnswer,
)
from portal.github.client import Client
from portal.models import GitHubAnswer
from tests.github.conftest import client_of
from tests.github.contract import needs_contracts
from tests.github.examples import Json, Repo
from tests.github.server import GitHubServer, Reply

pytestmark = [pytest.mark.django_db, needs_contracts]

WASH = Repository(id=1, full_name="wasmCloud/wash", archived=False, description="", private_reporting=None)
COLLABORATORS = "/repos/wasmCloud/wash/collaborators"


def repos(count: int) -> list[Repo]:
    return [Repo(id=number, full_name=f"wasmCloud/r{number}", archived=number == 1) for number in range(1, count + 1)]


def test_three_pages_of_repositories_are_read_to_the_last(server: GitHubServer, client: Client) -> None:
    server.repositories = repos(205)

    reading = client.repositories()

    assert [repository.id for repository in reading.rows] == list(range(1, 206))
    assert [repository.archived for repository in reading.rows[:2]] == [True, False]
    assert {repository.private_reporting for repository in reading.rows} == {None}
    assert not reading.unchanged
    assert server.times_asked("/orgs/wasmCloud/repos") == 3


def test_roles_are_read_by_their_names(client: Client) -> None:
    assert client.collaborators(WASH).rows == (
        Collaborator(Account(11, "ada"), "admin"),
        Collaborator(Account(12, "bob"), "release-captain"),
    )


def test_contributors_are_counted(server: GitHubServer, client: Client) -> None:
    server.repositories[0].contributors = [(11, "ada", 120), (12, "bob", 3)]

    assert client.contributors(WASH).rows == (Contributor(Account(11, "ada"), 120), Contributor(Account(12, "bob"), 3))


def test_a_repository_without_a_commit_has_no_contributors(server: GitHubServer, client: Client) -> None:
    server.tricks["/repos/wasmCloud/wash/contributors"] = [Reply(status=204)]

    assert client.contributors(WASH).rows == ()


def test_releases_are_read_with_their_authors(server: GitHubServer, client: Client) -> None:
    server.repositories[0].releases = [
        {"id": 5, "tag_name": "v1.0.0", "published_at": "2026-03-01T10:00:00Z", "prerelease": True}
    ]

    (release,) = client.releases(WASH).rows

    assert release == Release(
        id=5,
        tag="v1.0.0",
        author=Account(1, "octocat"),
        published_at=datetime(2026, 3, 1, 10, tzinfo=UTC),
        draft=False,
        prerelease=True,
        html_url="https://github.com/octocat/Hello-World/releases/v1.0.0",
        name="v1.0.0",
        target="master",
        created_at=datetime(2013, 2, 27, 19, 35, 32, tzinfo=UTC),
        notes="",
    )


def test_people_of_the_organisation_and_its_teams(server: GitHubServer, client: Client) -> None:
    server.members = [(11, "ada"), (12, "bob")]
    server.teams = {"maintainers": [(12, "bob")]}

    assert client.organisation_members().rows == (Account(11, "ada"), Account(12, "bob"))
    assert client.team_members("maintainers").rows == (Account(12, "bob"),)
    with pytest.raises(NotThere):
        client.team_members("nobody")


def test_security_managers_hold_the_role_by_themselves_or_by_a_team(server: GitHubServer, client: Client) -> None:
    server.managers = [(11, "ada"), (12, "bob")]
    server.managing_teams = ["security"]
    server.teams = {"security": [(12, "bob"), (13, "cy")]}

    assert client.security_managers().rows == (Account(11, "ada"), Account(12, "bob"), Account(13, "cy"))
    assert client.security_managers().unchanged


def test_whether_anybody_has_a_login_is_asked_of_github(server: GitHubServer, client: Client) -> None:
    server.members = [(11, "ada")]

    assert [client.knows(login) for login in ("ada", "nobody-has-this", "no/body")] == [True, False, False]


def test_one_repository_says_whether_strangers_may_report_there(client: Client) -> None:
    found = client.repository("wasmCloud/wash")

    assert (found.id, found.full_name, found.private_reporting) == (1, "wasmCloud/wash", True)


def test_where_that_is_not_told_it_is_not_guessed(server: GitHubServer, client: Client) -> None:
    server.tricks["/repos/wasmCloud/wash/private-vulnerability-reporting"] = [Reply(422, b"{}")]

    assert client.repository("wasmCloud/wash").private_reporting is None


def test_a_renamed_repository_is_found_by_its_former_name(server: GitHubServer, client: Client) -> None:
    server.renamed = {"wasmCloud/wash-cli": 1}
    former = Repository(1, "wasmCloud/wash-cli", archived=False, description="", private_reporting=None)

    assert client.repository("wasmCloud/wash-cli").full_name == "wasmCloud/wash"
    assert len(client.collaborators(former).rows) == 2
    assert "/repositories/1/collaborators?per_page=100" in server.asked


@pytest.mark.parametrize("name", ["", "wash", "wasmCloud/..", "../orgs", "a/b/c", "a/b?x=1", "a/b#x", "a/b c"])
def test_what_can_be_no_name_is_not_asked_for(server: GitHubServer, client: Client, name: str) -> None:
    with pytest.raises(NotThere):
        client.repository(name)

    assert server.asked == []


def test_the_installation_is_looked_up_where_no_setting_names_it(server: GitHubServer) -> None:
    assert len(client_of(server, installation=None).repositories().rows) == 1
    assert server.times_asked("/orgs/wasmCloud/installation") == 1


def test_a_token_serves_for_all_that_is_asked(server: GitHubServer, client: Client) -> None:
    client.repositories()
    client.collaborators(WASH)

    assert sum(asked.endswith("/access_tokens") for asked in server.asked) == 1


@pytest.mark.parametrize("key", ["", "no key", "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----"])
def test_a_key_that_is_none_is_named_and_not_quoted(server: GitHubServer, key: str) -> None:
    with pytest.raises(NotAllowed, match="GITHUB_APP_PRIVATE_KEY is not the key"):
        client_of(server, key=key).repositories()


# --- What did not change ------------------------------------------------------------------------------------


def test_what_did_not_change_is_not_sent_again(server: GitHubServer, client: Client) -> None:
    server.repositories = repos(205)
    first = client.repositories()
    written = list(GitHubAnswer.objects.values())

    again = client.repositories()

    assert again == Reading(rows=first.rows, unchanged=True)
    assert list(GitHubAnswer.objects.values()) == written


def test_a_change_on_one_page_is_seen_among_pages_that_did_not_change(server: GitHubServer, client: Client) -> None:
    server.repositories = repos(205)
    client.repositories()
    server.repositories[150].archived = True

    again = client.repositories()

    assert [repository.id for repository in again.rows if repository.archived] == [1, 151]
    assert not again.unchanged


def test_a_page_that_comes_to_be_after_a_full_last_one_is_seen(server: GitHubServer, client: Client) -> None:
    server.repositories = repos(100)
    client.repositories()
    server.repositories = repos(101)

    assert len(client.repositories().rows) == 101


def test_what_became_less_is_told_as_it_is(server: GitHubServer, client: Client) -> None:
    server.repositories = repos(205)
    client.repositories()
    server.repositories = []

    assert client.repositories() == Reading(rows=(), unchanged=False)
    assert client.repositories() == Reading(rows=(), unchanged=True)
    assert GitHubAnswer.objects.count() == 1


def test_a_question_that_was_not_answered_whole_leaves_no_trace(server: GitHubServer, client: Client) -> None:
    server.repositories = repos(205)
    client.repositories()
    written = list(GitHubAnswer.objects.values())
    server.repositories = [Repo(id=repo.id, full_name=f"{repo.full_name}-new") for repo in repos(205)]
    server.tricks["/orgs/wasmCloud/repos"] = [
        _renamed(server, next_page=2),
        _renamed(server, next_page=3),
        Reply(200, b"[{}]"),
    ]

    with pytest.raises(UnexpectedAnswer):
        client.repositories()

    assert list(GitHubAnswer.objects.values()) == written
    assert not client.repositories().unchanged


def _renamed(server: GitHubServer, *, next_page: int) -> Reply:
    body = b'[{"id": 1, "full_name": "wasmCloud/r1-new", "archived": false}]'
    return Reply(200, body, {"Link": f'<{server.url}/orgs/wasmCloud/repos?page={next_page}>; rel="next"'})


def test_an_answer_that_an_earlier_release_kept_otherwise_is_asked_for_anew(client: Client) -> None:
    client.collaborators(WASH)
    GitHubAnswer.objects.update(rows=[{"login": "ada"}])

    assert len(client.collaborators(WASH).rows) == 2


def test_nothing_new_about_what_was_never_known_is_no_answer(server: GitHubServer, client: Client) -> None:
    server.tricks[COLLABORATORS] = [Reply(status=304)]

    with pytest.raises(UnexpectedAnswer):
        client.collaborators(WASH)


# --- Answers that are none ----------------------------------------------------------------------------------

ADA: Json = {"id": 11, "login": "ada", "role_name": "admin"}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"{}", b"[1]", b"[[]]", b"{", b"\xff\xfe", b"<html>Unicorn!</html>", b"[" * 100_000,
        b'[{"id": 11, "login": "ada"}]',
        b'[{"id": 0, "login": "ada", "role_name": "admin"}]',
        b'[{"id": true, "login": "ada", "role_name": "admin"}]',
        b'[{"id": "11", "login": "ada", "role_name": "admin"}]',
        b'[{"id": 9223372036854775808, "login": "ada", "role_name": "admin"}]',
        b'[{"id": 11, "login": "", "role_name": "admin"}]',
        b'[{"id": 11, "login": "ada", "role_name": null}]',
        b'[{"id": 11, "login": "ada", "role_name": "admin"}, {"message": "Server Error"}]',
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_without_quoting_it(server: GitHubServer, client: Client, body: bytes) -> None:
    server.tricks[COLLABORATORS] = [Reply(200, body)]

    with pytest.raises(UnexpectedAnswer, match="GitHub's answer") as refused:
        client.collaborators(WASH)

    assert "ada" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert not GitHubAnswer.objects.exists()


def test_a_field_more_is_no_obstacle_and_a_character_that_no_column_takes_neither(
    server: GitHubServer, client: Client
) -> None:
    body = b'[{"id": 11, "login": "a\\u0000da", "role_name": "ad\\nmin", "zodiac_sign": "lion"}]'
    server.tricks[COLLABORATORS] = [Reply(200, body)]

    assert client.collaborators(WASH).rows == (Collaborator(Account(11, "a\N{REPLACEMENT CHARACTER}da"), "ad min"),)


def test_whether_a_repository_is_archived_is_not_guessed(server: GitHubServer, client: Client) -> None:
    server.tricks["/orgs/wasmCloud/repos"] = [Reply(200, b'[{"id": 1, "full_name": "wasmCloud/wash"}]')]

    with pytest.raises(UnexpectedAnswer, match="archived"):
        client.repositories()


def test_a_link_that_is_none_is_left_out(server: GitHubServer, client: Client) -> None:
    server.repositories[0].releases = [{"id": 5, "html_url": "javascript:alert(1)"}]

    assert client.releases(WASH).rows[0].html_url == ""


@pytest.mark.parametrize("etag", ["x" * 201, "\xe9", 'W/"a\x01b"'])
def test_an_etag_that_no_column_or_header_takes_is_not_kept(server: GitHubServer, client: Client, etag: str) -> None:
    server.tricks[COLLABORATORS] = [Reply(200, b"[]", {"ETag": etag})]

    client.collaborators(WASH)

    assert GitHubAnswer.objects.get().etag == ""


@pytest.mark.parametrize("path", ["?page=" + "2" * 600, "?page=\xe9"])
def test_a_next_page_at_no_address_is_not_asked_for(server: GitHubServer, client: Client, path: str) -> None:
    link = f'<{server.url}{COLLABORATORS}{path}>; rel="next"'
    server.tricks[COLLABORATORS] = [Reply(200, b"[]", {"Link": link})]

    with pytest.raises(UnexpectedAnswer):
        client.collaborators(WASH)
