"""What the demo's GitHub says of advisories and releases has the shape, and the words, of GitHub's."""

import json
from collections.abc import Callable
from http import HTTPStatus

import pytest

from portal.demo.github import state
from portal.github import (
    RepositoryAdvisory,
)
from portal.github.client import Client
from portal.github.sandbox import Sandbox
from portal.github.wire import Deed, Method
from portal.sandbox_models import (
    SandboxAdvisory,
    SandboxFault,
    SandboxRelease,
    SandboxRepository,
    SandboxVerb,
)
from tests.github.contract import faults_in_answer, faults_in_request, needs_contracts, operation
from tests.github.sandboxed import BODY, NOW, WASH, sandbox_client, wash

pytestmark = pytest.mark.django_db

How = SandboxFault.How
Verb = SandboxVerb


@pytest.fixture(autouse=True)
def sample() -> None:
    state.settle(now=NOW)


@pytest.fixture
def client() -> Client:
    return sandbox_client()


@pytest.fixture
def draft(client: Client) -> RepositoryAdvisory:
    return client.create_advisory(WASH, BODY)


@needs_contracts
def test_each_answer_has_the_shape_that_github_describes(draft: RepositoryAdvisory) -> None:
    advisories = f"/repos/{WASH}/security-advisories"
    one, release = f"{advisories}/{draft.ghsa_id}", SandboxRelease.objects.filter(repository=wash()).earliest("pk")
    collaborators = {"collaborating_users": ["tlindqvist"], "collaborating_teams": ["maintainers"]}
    calls: list[tuple[str, str, dict[str, object] | None, int]] = [
        ("POST", advisories, dict(BODY), 201),
        ("PATCH", one, {"state": "published", **collaborators}, 200),
        ("PATCH", one, {"state": "draft"}, 422),
        ("PATCH", one, {"cvss_vector_string": "x"}, 422),
        ("POST", f"{one}/cve", None, 202),
        ("POST", f"{one}/cve", None, 422),
        ("POST", f"{one}/forks", None, 422),
        ("PATCH", f"/repos/{WASH}/releases/{release.pk}", {"body": "Notes"}, 200),
        ("PATCH", f"/repos/{WASH}/releases/0", {"body": "Notes"}, 404),
        ("GET", "/users/tlindqvist", None, 200),
        ("GET", "/users/nobody-has-this", None, 404),
        ("GET", one, None, 200),
        ("GET", f"{advisories}/GHSA-2222-2222-2222", None, 404),
        ("GET", f"{advisories}?per_page=1&sort=created&direction=asc", None, 200),
        ("GET", f"/repos/{WASH}/releases/{release.pk}", None, 200),
        ("GET", f"/repos/{WASH}/releases/tags/{release.tag}", None, 200),
    ]

    for method, path, body, status in calls:
        _answers_as_described(method, path, body, status)


@needs_contracts
def test_a_draft_with_a_private_fork_has_that_shape_too(client: Client, draft: RepositoryAdvisory) -> None:
    _answers_as_described("POST", f"/repos/{WASH}/security-advisories/{draft.ghsa_id}/forks", None, 202)
    SandboxAdvisory.objects.update(
        fork_ready_at=NOW, cvss_v4="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
    )

    _answers_as_described("GET", f"/repos/{WASH}/security-advisories/{draft.ghsa_id}", None, 200)
    assert client.advisory(WASH, draft.ghsa_id).private_fork


def _answers_as_described(method: str, path: str, body: dict[str, object] | None, status: int) -> None:
    place, _, query = path.partition("?")
    described = operation(method, place)
    assert described is not None
    answer = Sandbox().answer(path) if method == "GET" else Sandbox().tell(Deed(Method(method), path, body))

    asked = dict(part.split("=") for part in query.split("&") if part)
    assert list(faults_in_request(described, query=asked, body=body)) == []
    assert list(faults_in_answer(described, status=answer.status, body=json.loads(answer.body))) == []
    assert (path, answer.status) == (path, status)


def test_what_github_does_not_know_it_calls_by_its_name() -> None:
    sent: list[tuple[dict[str, object], str]] = [
        ({**BODY, "title": "x"}, '"title" is not a permitted key.'),
        ({"summary": "x", "vulnerabilities": []}, '"description" wasn\'t supplied.'),
        ({**BODY, "summary": None}, "For 'properties/summary', it may not be null."),
    ]

    for body, said in sent:
        answer = Sandbox().tell(Deed(Method.POST, f"/repos/{WASH}/security-advisories", body))
        assert (answer.status, json.loads(answer.body)["message"]) == (422, f"Invalid request.\n\n{said}")


def test_a_renamed_repository_is_written_to_by_its_former_name(client: Client, draft: RepositoryAdvisory) -> None:
    SandboxRepository.objects.filter(full_name=WASH).update(full_name="wasmCloud/shell", former_names=[WASH])

    client.update_advisory(WASH, draft.ghsa_id, {"state": "published"})

    assert "wasmCloud/shell" in client.advisory(WASH, draft.ghsa_id).html_url
    assert client.public_page(draft.html_url, naming="").status == HTTPStatus.OK


def test_nothing_of_an_advisory_is_shown_by_what_carries_it() -> None:
    deed = Deed(Method.POST, "/x", {"summary": "canary"})
    shown: list[Callable[[object], str]] = [repr, str]

    assert not any("canary" in show(deed) for show in shown)
