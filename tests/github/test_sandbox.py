"""The demo's GitHub answers as GitHub could have answered, and what the portal reads is what stands there."""

import json
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest

from portal.demo.github import changes, state
from portal.demo.sample.people import PEOPLE, REPOSITORY_IDS
from portal.github import Account, Repository, Unavailable
from portal.github.client import Client
from portal.github.sandbox import Sandbox, releasing
from portal.sandbox_models import SandboxAccount, SandboxRepository, SandboxTrouble
from tests.github.contract import faults_in_answer, faults_in_request, needs_contracts, operation

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
WASH = "wasmCloud/wash"
PATHS = [
    "/orgs/wasmCloud/repos?per_page=100",
    "/orgs/wasmCloud/repos?per_page=2&page=2",
    "/orgs/wasmCloud/members?per_page=100",
    "/orgs/wasmCloud/teams/maintainers/members?per_page=100",
    "/orgs/wasmCloud/organization-roles",
    "/orgs/wasmCloud/organization-roles/138/users",
    "/orgs/wasmCloud/organization-roles/138/teams",
    f"/repos/{WASH}",
    f"/repos/{WASH}/collaborators?per_page=100",
    f"/repos/{WASH}/contributors?per_page=100",
    f"/repos/{WASH}/releases?per_page=100",
    f"/repos/{WASH}/private-vulnerability-reporting",
]


@pytest.fixture(autouse=True)
def sample() -> None:
    state.settle(now=NOW)


@pytest.fixture
def client() -> Client:
    return Client(Sandbox(), organisation="wasmCloud")


def wash(client: Client) -> Repository:
    return client.repository(WASH)


@needs_contracts
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("trouble", [SandboxTrouble.NONE, SandboxTrouble.EMPTY])
def test_what_it_answers_has_the_shape_that_github_describes(path: str, trouble: SandboxTrouble) -> None:
    changes.trouble(trouble)
    where = urlsplit(path)
    described = operation("GET", where.path)

    answer = Sandbox().answer(path)

    assert described is not None
    assert list(faults_in_request(described, query=dict(parse_qsl(where.query)), body=None)) == []
    assert list(faults_in_answer(described, status=answer.status, body=json.loads(answer.body))) == []
    assert answer.status == 200


@needs_contracts
@pytest.mark.parametrize("path", ["/repos/wasmCloud/nothing", "/orgs/wasmCloud"])
def test_what_it_does_not_know_is_not_there(path: str) -> None:
    described = operation("GET", path)
    answer = Sandbox().answer(path)

    assert described is not None
    assert list(faults_in_answer(described, status=answer.status, body=json.loads(answer.body))) == []
    assert answer.status == 404


def test_what_the_portal_reads_is_what_stands_there(client: Client) -> None:
    repositories = client.repositories().rows

    assert {repository.id for repository in repositories} == set(REPOSITORY_IDS.values())
    assert [repository.full_name for repository in repositories if repository.archived] == ["wasmCloud/wasmcloud-otp"]
    assert [(each.account.login, each.role_name) for each in client.collaborators(wash(client)).rows] == [
        ("tlindqvist", "admin"),
        ("rafduarte", "maintain"),
        ("elif-demir", "maintain"),
    ]
    assert client.contributors(wash(client)).rows[-1].account.login == "sam-visits"
    assert [release.tag for release in client.releases(wash(client)).rows] == ["v1.1.0", "v1.0.0"]
    assert wash(client).private_reporting


def test_people_of_the_organisation(client: Client) -> None:
    maintainers = {Account(person.github_id, person.login) for person in PEOPLE if person.maintains}

    assert set(client.team_members("maintainers").rows) == maintainers
    assert set(client.organisation_members().rows) > maintainers
    assert [account.login for account in client.security_managers().rows] == ["ines-okafor", "tlindqvist"]
    assert client.team_members("nobody").rows == ()


def test_long_lists_come_in_pages(client: Client) -> None:
    SandboxRepository.objects.bulk_create(SandboxRepository(full_name=f"wasmCloud/r{n}") for n in range(250))

    assert len(client.repositories().rows) == len(REPOSITORY_IDS) + 250
    assert client.repositories().unchanged


def test_what_is_changed_is_read_the_next_time(client: Client) -> None:
    repository = SandboxRepository.objects.get(full_name=WASH)
    somebody = SandboxAccount.objects.get(login="tlindqvist")
    client.repositories()
    client.collaborators(wash(client))

    changes.archive(repository, now=NOW)
    changes.give_role(repository, to=somebody, role_name="", now=NOW)
    releasing.create(repository, tag="v2", author=somebody, prerelease=True, now=NOW)

    assert not client.repositories().unchanged
    assert wash(client).archived
    assert "tlindqvist" not in [each.account.login for each in client.collaborators(wash(client)).rows]
    assert "tlindqvist" in [each.account.login for each in client.contributors(wash(client)).rows]
    assert next((release.tag, release.prerelease) for release in client.releases(wash(client)).rows) == ("v2", True)


def test_a_renamed_repository_is_found_by_its_former_name(client: Client) -> None:
    former = wash(client)
    changes.rename(SandboxRepository.objects.get(full_name=WASH), name="shell", now=NOW)

    assert client.repository(WASH).full_name == "wasmCloud/shell"
    assert client.repository(WASH).id == former.id
    assert client.collaborators(former).rows == client.collaborators(client.repository("wasmCloud/shell")).rows


@pytest.mark.parametrize(
    ("trouble", "lists", "tells"),
    [
        (SandboxTrouble.BROKEN, False, False),
        (SandboxTrouble.HALFWAY, True, False),
        (SandboxTrouble.SLOW, True, True),
    ],
)
def test_it_fails_as_it_is_told_to(client: Client, trouble: SandboxTrouble, *, lists: bool, tells: bool) -> None:
    repository = wash(client)
    changes.trouble(trouble)

    assert [_answers(client.repositories), _answers(lambda: client.collaborators(repository))] == [lists, tells]


def _answers(ask: object) -> bool:
    assert callable(ask)
    try:
        ask()
    except Unavailable:
        return False
    return True


def test_every_list_can_be_empty_and_is_told_as_such(client: Client) -> None:
    before = client.repositories()
    repository = wash(client)
    changes.trouble(SandboxTrouble.EMPTY)

    assert client.repositories().rows == ()
    assert client.collaborators(repository).rows == ()
    assert client.security_managers().rows == ()
    changes.trouble(SandboxTrouble.NONE)
    assert client.repositories().rows == before.rows
