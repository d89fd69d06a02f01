"""Ordinary issues: begun once, and found again when the answer was lost.

The published description that our contract tests read has no word of issues, so nothing here is held against it: what
an issue looks like is written down below, as GitHub's documentation of 2022-11-28 has it.
"""

import json
from datetime import timedelta
from typing import Final

import pytest

from portal.demo.github import state
from portal.github import NotAccepted, NotAllowed, NotThere, Uncertain, UnexpectedAnswer
from portal.github.client import Client
from portal.github.issues import is_issue, issue
from portal.github.sandbox import Sandbox
from portal.github.wire import Deed, Method
from portal.sandbox_models import SandboxFault, SandboxIssue, SandboxVerb
from tests.github.contract import needs_contracts, operation
from tests.github.sandboxed import NOW, WASH, done, let_fail, sandbox_client, wash

pytestmark = pytest.mark.django_db

How = SandboxFault.How
BODY: Final = {"title": "It prints too much", "body": "Of a certain size.\n\nMark 7f."}
PROMISED: Final = {
    "assignee", "closed_at", "comments", "comments_url", "created_at", "events_url", "html_url", "id", "labels",
    "labels_url", "locked", "milestone", "node_id", "number", "repository_url", "state", "title", "updated_at", "url",
    "user",
}  # fmt: skip
"""What GitHub's documentation says is in every issue."""


@pytest.fixture(autouse=True)
def sample() -> None:
    state.settle(now=NOW)


@pytest.fixture
def client() -> Client:
    return sandbox_client()


@needs_contracts
def test_the_description_does_not_know_issues_yet() -> None:
    """Once it does, ours are to be held against it as the other answers are."""
    assert operation("POST", f"/repos/{WASH}/issues") is None


def test_an_answer_has_what_githubs_documentation_promises() -> None:
    answer = Sandbox().tell(Deed(Method.POST, f"/repos/{WASH}/issues", BODY))

    told = json.loads(answer.body)
    assert (answer.status, told.keys() >= PROMISED) == (201, True)
    assert (told["state"], told["title"], told["body"]) == ("open", BODY["title"], BODY["body"])


def test_what_is_begun_is_found_by_its_words(client: Client) -> None:
    made = client.create_issue(WASH, BODY)

    assert client.issues_since(WASH, made.created_at or NOW) == (made,)
    assert (made.body, done()) == (BODY["body"], [("create_issue", 201)])
    assert made.html_url.endswith(f"/{WASH}/issues/{made.number}")


def test_older_ones_are_left_out_and_many_are_read_to_the_last_page(client: Client) -> None:
    for age in range(205):
        SandboxIssue.objects.create(
            repository=wash(), title="x", text=f"{age}", created_at=NOW - timedelta(minutes=205 - age)
        )

    found = client.issues_since(WASH, NOW - timedelta(minutes=150))

    assert [row.body for row in found] == [str(age) for age in range(204, 54, -1)]


@pytest.mark.parametrize(
    "body", [{}, {"title": "x"}, {**BODY, "title": "x" * 257}, {**BODY, "body": None}, {**BODY, "labels": ["bug"]}]
)
def test_what_github_would_not_take_is_not_sent(client: Client, body: dict[str, object]) -> None:
    with pytest.raises(NotAccepted):
        client.create_issue(WASH, body)

    assert done() == []


@pytest.mark.parametrize("how", [How.LOST_BEFORE, How.LOST_AFTER, How.BROKEN])
def test_when_the_answer_is_lost_one_has_to_look(client: Client, how: SandboxFault.How) -> None:
    let_fail(SandboxVerb.CREATE_ISSUE, how)

    with pytest.raises(Uncertain):
        client.create_issue(WASH, BODY)

    is_there = [row.body for row in client.issues_since(WASH, NOW - timedelta(days=9_999))] == [BODY["body"]]
    assert is_there == (how is How.LOST_AFTER)


def test_without_the_right_to_it_nothing_is_begun(client: Client) -> None:
    let_fail(SandboxVerb.CREATE_ISSUE, How.FORBIDDEN)

    with pytest.raises(NotAllowed):
        client.create_issue(WASH, BODY)
    with pytest.raises(NotThere):
        client.create_issue("wasmCloud/nowhere", BODY)

    assert done() == []


def test_pull_requests_are_no_issues_and_nonsense_is_refused() -> None:
    assert not is_issue({"number": 1, "pull_request": {}})
    with pytest.raises(UnexpectedAnswer):
        issue({"number": "1", "html_url": "https://github.com/x/y/issues/1"})
