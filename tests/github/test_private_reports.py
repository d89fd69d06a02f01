"""Private reports, as the portal asks GitHub for them and answers them, in the words of GitHub's description."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from portal.demo.github import state
from portal.github import Account, AdvisoryState, NotAccepted, PublicPage, UnexpectedAnswer
from portal.github.client import Client
from portal.github.sandbox import by_hand
from portal.github.sandbox.by_hand import Further
from portal.github.wire import Answer, Deed
from portal.models import GitHubAnswer
from portal.sandbox_models import SandboxAccount, SandboxAdvisory
from tests.github.contract import faults_in_answer, needs_contracts, operation
from tests.github.repositories import advisory
from tests.github.sandboxed import NOW, WASH, sandbox_client, wash
from tests.github.server import GitHubServer

pytestmark = [pytest.mark.django_db, needs_contracts]

ADVISORIES = f"/repos/{WASH}/security-advisories"


def day(number: int) -> datetime:
    return datetime(2026, 11, number, tzinfo=UTC)


def changed_on(*days: int) -> list[dict[str, object]]:
    """The first is the one that changed last."""
    return [
        advisory(number, state="triage", submission={"accepted": False}, updated_at=day(number).isoformat())
        for number in days
    ]


def test_what_changed_last_comes_first_and_costs_one_question_while_nothing_changes(
    server: GitHubServer, client: Client
) -> None:
    server.repositories[0].advisories = changed_on(3, 2, 1)

    first = client.changed_advisories(WASH, since=None, etag="")
    again = client.changed_advisories(WASH, since=day(3), etag=first.etag)

    assert [row.updated_at for row in first.rows] == [day(3), day(2), day(1)]
    assert (first.unchanged, again.unchanged, again.rows, again.etag) == (False, True, (), first.etag)
    assert server.times_asked(ADVISORIES) == 2
    assert not GitHubAnswer.objects.exists()


def test_nobody_reads_on_past_what_was_seen_before(server: GitHubServer, client: Client) -> None:
    server.repositories[0].advisories = [
        advisory(number, updated_at=day(20 if number < 50 else 2).isoformat()) for number in range(1, 301)
    ]

    found = client.changed_advisories(WASH, since=day(10), etag="")

    assert (len(found.rows), server.times_asked(ADVISORIES)) == (100, 1)
    whole = client.changed_advisories(WASH, since=None, etag="")
    assert (len(whole.rows), server.times_asked(ADVISORIES)) == (300, 4)


def test_a_private_report_tells_who_made_it_and_that_nobody_has_accepted_it(
    server: GitHubServer, client: Client
) -> None:
    server.repositories[0].advisories = changed_on(1)

    (found,) = client.changed_advisories(WASH, since=None, etag="").rows

    assert (found.state, found.accepted, found.was_reported) == (AdvisoryState.TRIAGE, False, True)
    assert found.author == Account(id=1, login="octocat")


def test_accepting_and_closing_send_a_state_and_nothing_else(server: GitHubServer, client: Client) -> None:
    server.repositories[0].advisories = changed_on(1)
    name = "GHSA-2222-3333-0001"

    accepted = client.update_advisory(WASH, name, {"state": "draft"})
    closed = client.update_advisory(WASH, name, {"state": "closed"})

    assert (accepted.state, closed.state) == (AdvisoryState.DRAFT, AdvisoryState.CLOSED)
    assert [(method, body) for method, _, body in server.written] == [
        ("PATCH", {"state": "draft"}),
        ("PATCH", {"state": "closed"}),
    ]


def test_what_the_sandbox_says_of_a_private_report_has_the_shape_that_github_describes() -> None:
    state.settle(now=NOW)
    by, other = SandboxAccount.objects.filter(is_member=False).order_by("pk")[:2]
    package = {"package": {"ecosystem": "other", "name": "wash"}, "vulnerable_version_range": "< 2"}
    further = Further(severity="high", cwe_ids=["CWE-79"], vulnerabilities=[package], finders=[other])
    by_hand.report_privately(wash(), by=by, summary="It leaks", description="Look", further=further, now=NOW)
    described = operation("GET", ADVISORIES)
    assert described is not None

    answer = sandbox_client()._wire.ask(f"{ADVISORIES}?sort=updated&direction=desc&per_page=100")  # noqa: SLF001 - what is said on it
    (found,) = sandbox_client().changed_advisories(WASH, since=None, etag="").rows

    assert list(faults_in_answer(described, status=answer.status, body=json.loads(answer.body))) == []
    assert (found.author, found.severity, found.cwe_ids) == (Account(by.github_id, by.login), "high", ("CWE-79",))
    assert [(credit.login, credit.id) for credit in found.credits] == [
        (by.login, by.github_id),
        (other.login, other.github_id),
    ]


# --- Comments: GitHub's description has no word of them yet --------------------------------------------------


@dataclass
class Wired:
    """Answers what it is given, in turn."""

    answers: list[Answer]
    asked: list[str] = field(default_factory=list)
    did: list[Deed] = field(default_factory=list)

    def ask(self, path: str, *, etag: str = "") -> Answer:
        del etag
        self.asked.append(path)
        return self.answers.pop(0)

    def do(self, deed: Deed) -> Answer:
        self.did.append(deed)
        return Answer(201, b"{}")

    def look(self, url: str, *, naming: str) -> PublicPage:
        del naming
        raise NotImplementedError(url)


PLACE = f"{ADVISORIES}/GHSA-2222-3333-0001/comments"


def test_comments_are_read_to_the_last_page() -> None:
    pages = [
        Answer(
            200, json.dumps([{"id": 1, "body": "One"}, {"id": 2, "body": None}]).encode(), next_path=f"{PLACE}?page=2"
        ),
        Answer(200, json.dumps([{"id": 3, "body": "Three"}]).encode()),
    ]
    wire = Wired(pages)

    said = Client(wire, organisation="wasmCloud").advisory_comments(WASH, "GHSA-2222-3333-0001")

    assert (said, wire.asked) == (("One", "Three"), [f"{PLACE}?per_page=100", f"{PLACE}?page=2"])


def test_comments_that_lead_round_in_circles_are_given_up() -> None:
    wire = Wired([Answer(200, b"[]", next_path=f"{PLACE}?per_page=100")])

    with pytest.raises(UnexpectedAnswer):
        Client(wire, organisation="wasmCloud").advisory_comments(WASH, "GHSA-2222-3333-0001")


def test_a_comment_is_its_text_and_is_not_sent_when_it_is_too_long() -> None:
    wire = Wired([])
    client = Client(wire, organisation="wasmCloud")

    client.comment_on_advisory(WASH, "GHSA-2222-3333-0001", "Thank you")
    with pytest.raises(NotAccepted):
        client.comment_on_advisory(WASH, "GHSA-2222-3333-0001", "x" * 70_000)

    assert [(deed.method, deed.path, deed.body) for deed in wire.did] == [("POST", PLACE, {"body": "Thank you"})]


def test_what_the_sandbox_was_told_in_a_comment_it_tells_again() -> None:
    state.settle(now=NOW)
    client = sandbox_client()
    by = SandboxAccount.objects.get(login="gita-finds")
    row = by_hand.report_privately(wash(), by=by, summary="It leaks", description="", now=NOW)

    client.comment_on_advisory(WASH, row.ghsa_id, "Thank you")

    assert client.advisory_comments(WASH, row.ghsa_id) == ("Thank you",)
    assert SandboxAdvisory.objects.get().comments[0]["body"] == "Thank you"
