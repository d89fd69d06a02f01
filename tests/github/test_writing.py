"""What the portal writes on GitHub, against a server that speaks its description: once, and no field more."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from portal.github import (
    Account,
    AdvisoryState,
    Affected,
    Credit,
    CveRequest,
    GitHubError,
    NotAccepted,
    NotAllowed,
    NotThere,
    UnexpectedAnswer,
    advisories,
    wire,
)
from portal.github.client import Client
from portal.github.wire import Answer, Deed, Method
from portal.models import GitHubAnswer
from tests.github.contract import needs_contracts
from tests.github.examples import Json, row
from tests.github.repositories import advisory
from tests.github.sandboxed import BODY
from tests.github.server import GitHubServer, Reply, mistake

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


# --- Reading ------------------------------------------------------------------------------------------------


def test_three_pages_of_advisories_are_read_to_the_last_though_one_breaks(server: GitHubServer, client: Client) -> None:
    server.repositories[0].advisories = [advisory(number) for number in range(1, 206)]
    server.tricks[ADVISORIES] = [None, mistake(502, "Server Error")]

    found = client.advisories(WASH)

    assert [each.ghsa_id[-4:] for each in found] == [f"{number:04}" for number in range(1, 206)]
    assert server.times_asked(ADVISORIES) == 4
    assert not GitHubAnswer.objects.exists()


@pytest.mark.parametrize("edition", ["2022-11-28", "2026-03-10"])
def test_the_answers_of_both_editions_are_read(server: GitHubServer, client: Client, edition: str) -> None:
    shown = row("repository-advisory", ghsa_id=ONE, a_field_more={"x": 1})
    if edition == "2026-03-10":
        del shown["cvss"]
    server.tricks[f"{ADVISORIES}/{ONE}"] = [Reply(200, json.dumps(shown).encode())]

    read = client.advisory(WASH, ONE)

    assert (read.state, read.cve_id, read.severity) == (AdvisoryState.PUBLISHED, "CVE-2050-00000", "critical")
    assert read.html_url == "https://github.com/repo/a-package/security/advisories/GHSA-abcd-1234-efgh"
    assert read.published_at == datetime(2020, 1, 3, tzinfo=UTC)
    assert (read.withdrawn_at, read.accepted) == (None, None)
    assert read.cvss_v3 == "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
    assert read.cvss_v4 == "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
    assert read.cwe_ids == ("CWE-123",)
    assert read.affected[0] == Affected("pip", "a-package", ">= 1.0.0, < 1.0.1", "1.0.1")
    assert read.credits == (Credit("octocat", "analyst", "accepted", id=1),)
    assert read.author == Account(id=1, login="octocat")
    assert (read.collaborating_users, read.collaborating_teams) == (("octokitten",), ("justice-league",))
    assert read.private_fork == "octo-org/octo-repo-ghsa-abcd-1234-efgh"


@pytest.mark.parametrize(
    "wrong",
    [
        {"ghsa_id": "x"},
        {"ghsa_id": None},
        {"state": "forgotten"},
        {"state": None},
        {"published_at": "yesterday"},
        {"credits_detailed": [{"type": "finder", "state": "pending"}]},
        {"collaborating_users": "ada"},
        {"private_fork": {"full_name": "a/b/c"}},
    ],
)
def test_an_advisory_that_cannot_be_one_is_not_guessed(wrong: Mapping[str, object]) -> None:
    with pytest.raises(UnexpectedAnswer) as refused:
        advisories.advisory(row("repository-advisory", **{"ghsa_id": ONE, "summary": "a canary", **wrong}))

    assert "canary" not in str(refused.value)


def test_lists_that_are_not_told_are_empty() -> None:
    read = advisories.advisory({"ghsa_id": ONE, "state": "draft"})

    assert (read.credits, read.affected, read.cwe_ids, read.cvss_v3, read.description) == ((), (), (), "", "")


def test_a_list_of_advisories_that_goes_round_in_circles_comes_to_an_end(server: GitHubServer, client: Client) -> None:
    here = f"{server.url}{ADVISORIES}?sort=created&direction=asc&per_page=100"
    server.tricks[ADVISORIES] = [Reply(200, b"[]", {"Link": f'<{here}>; rel="next"'})] * 10

    with pytest.raises(UnexpectedAnswer):
        client.advisories(WASH)


def test_a_release_is_read_with_its_notes_by_number_and_by_tag(client: Client, released: Json) -> None:
    assert client.release(WASH, 5).notes == client.release_of(WASH, "v1.0.0").notes == released["body"]
    with pytest.raises(NotThere):
        client.release_of(WASH, "v9")


@pytest.mark.parametrize("tag", ["", "..", "a//b", "./x"])
def test_what_can_be_no_tag_is_not_asked_for(server: GitHubServer, client: Client, tag: str) -> None:
    with pytest.raises(NotThere):
        client.release_of(WASH, tag)

    assert server.asked == []


# --- Writing ------------------------------------------------------------------------------------------------


def test_a_draft_is_made_of_what_was_given_and_no_field_more(server: GitHubServer, client: Client) -> None:
    made = client.create_advisory(WASH, BODY)

    assert server.written == [("POST", ADVISORIES, BODY)]
    assert (made.summary, made.state) == (BODY["summary"], AdvisoryState.DRAFT)
    assert client.advisories(WASH) == (made,)


def test_an_advisory_is_changed_and_published(server: GitHubServer, client: Client, drafted: Json) -> None:
    people = {"collaborating_users": ["ada"], "collaborating_teams": []}

    client.update_advisory(WASH, ONE, people)
    published = client.update_advisory(WASH, ONE, {"state": "published"})

    assert published.state == drafted["state"] == AdvisoryState.PUBLISHED
    assert [body for _, _, body in server.written] == [people, {"state": "published"}]


def test_of_a_release_the_notes_alone_are_sent(server: GitHubServer, client: Client, released: Json) -> None:
    written = client.update_release_notes(WASH, 5, "New")

    assert (written.notes, written.draft) == (released["body"], True) == ("New", True)
    assert server.written == [("PATCH", f"/repos/{WASH}/releases/5", {"body": "New"})]


def test_a_private_fork_and_a_cve_are_asked_for_without_a_word(
    server: GitHubServer, client: Client, drafted: Json
) -> None:
    assert client.request_cve(WASH, ONE) is CveRequest.ASKED
    assert client.create_private_fork(WASH, ONE) == f"{WASH}-{ONE.lower()}"
    assert client.advisory(WASH, ONE).private_fork == f"{WASH}-{ONE.lower()}"
    assert server.written == [("POST", f"{ADVISORIES}/{ONE}/{what}", None) for what in ("cve", "forks")]
    assert drafted["state"] == "draft"


def test_a_second_request_for_a_cve_is_told_apart_from_a_mistake(
    server: GitHubServer, client: Client, drafted: Json
) -> None:
    cve = f"POST {ADVISORIES}/{ONE}/cve"
    server.tricks[cve] = [
        mistake(422, "A CVE has already been requested."),
        mistake(422, "Not possible."),
        mistake(422, "Not possible."),
    ]

    assert client.request_cve(WASH, ONE) is CveRequest.ALREADY
    with pytest.raises(NotAccepted):
        client.request_cve(WASH, ONE)
    drafted["cve_id"] = "CVE-2026-12345"
    assert client.request_cve(WASH, ONE) is CveRequest.ALREADY


def test_a_field_that_github_does_not_describe_is_refused_before_anything_is_sent(
    server: GitHubServer, client: Client
) -> None:
    with pytest.raises(NotAccepted):
        client.create_advisory(WASH, {**BODY, "state": "published"})

    assert (server.asked, server.written) == ([], [])


@pytest.mark.parametrize("change", [{"state": "triage"}, {"state": "withdrawn"}, {"start_private_fork": True}])
def test_nor_a_change_that_github_does_not_describe(
    server: GitHubServer, client: Client, change: dict[str, object]
) -> None:
    with pytest.raises(NotAccepted):
        client.update_advisory(WASH, ONE, change)

    assert server.written == []


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        ({"errors": [{"resource": "RepositoryAdvisory", "field": "credits", "code": "invalid"}]}, ("credits",)),
        ({"errors": [{"field": "secret words", "code": "invalid"}]}, ()),
        ({"message": "Invalid state transition from `published` to `draft`."}, ("state",)),
        ({"message": "Cannot update severity value when CVSS is set."}, ("severity",)),
        ({"message": "Invalid request.\n\nFor 'properties/summary', nil is not a string."}, ("summary",)),
        ({"message": ["a canary"], "errors": "a canary"}, ()),
        ([], ()),
    ],
)
def test_a_refusal_names_fields_and_quotes_nothing(told: object, fields: tuple[str, ...]) -> None:
    body = {"summary": "a canary", "credits": [], "severity": "low", "state": "draft"}

    refusal = wire.not_accepted(Answer(422, json.dumps(told).encode()), Deed(Method.PATCH, "/x", body))

    assert refusal.fields == fields
    assert "canary" not in str(refusal)
    assert "secret" not in str(refusal)


@pytest.mark.parametrize("status", [400, 409, 422])
def test_what_is_refused_is_not_sent_again(server: GitHubServer, client: Client, status: int) -> None:
    server.tricks[CHANGE] = [mistake(status, "Validation Failed")]

    with pytest.raises(NotAccepted, match=str(status)):
        client.update_advisory(WASH, ONE, {"summary": "x"})

    assert len(server.written) == 1


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (
            mistake(403, "Resource not accessible", X_Accepted_GitHub_Permissions="repository_advisories=write"),
            NotAllowed,
            "it wants repository_advisories=write",
        ),
        (mistake(403, "x", X_Accepted_GitHub_Permissions="<script>"), NotAllowed, r"answered 403\)"),
        (mistake(404, "Not Found"), NotThere, "404"),
        (Reply(301, b"{}", {"Location": "/elsewhere"}), NotThere, "another name"),
        (Reply(204), UnexpectedAnswer, "204"),
    ],
)
def test_what_our_app_may_not_do_is_said(
    server: GitHubServer, client: Client, answer: Reply, error: type[GitHubError], said: str
) -> None:
    server.tricks[CHANGE] = [answer]

    with pytest.raises(error, match=said):
        client.update_advisory(WASH, ONE, {"summary": "x"})

    assert len(server.written) == 1
