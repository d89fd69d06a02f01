"""Writing on the demo's GitHub: its rules are GitHub's, and it keeps what was done."""

from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.conf import settings
from django.db import transaction

from portal.demo.github import state
from portal.github import (
    AdvisoryState,
    Affected,
    Credit,
    CveRequest,
    NotAccepted,
    NotAllowed,
    NotThere,
    PublicPage,
    RepositoryAdvisory,
)
from portal.github.advisories import GHSA_ID
from portal.github.client import Client
from portal.github.sandbox.advisories import ALPHABET
from portal.models import GitHubAnswer, GitHubDelivery
from portal.sandbox_models import (
    SandboxAdvisory,
    SandboxFault,
    SandboxRelease,
    SandboxRepository,
    SandboxVerb,
    SandboxWrite,
)
from tests.github.sandboxed import BODY, NOW, WASH, done, sandbox_client, wash

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


def test_what_is_written_is_what_is_read(client: Client, draft: RepositoryAdvisory) -> None:
    assert client.advisory(WASH, draft.ghsa_id) == draft
    assert client.advisories(WASH) == (draft,)
    assert (draft.state, draft.cve_id, draft.severity, draft.accepted) == (AdvisoryState.DRAFT, "", "critical", None)
    assert (draft.summary, draft.description) == (BODY["summary"], BODY["description"])
    assert (draft.cvss_v3, draft.cvss_v4) == (BODY["cvss_vector_string"], "")
    assert draft.affected == (Affected("rust", "wash", "< 1.2.3", "1.2.3"),)
    assert draft.credits == (Credit("sam-visits", "finder", "pending", id=9_000_012),)
    assert not GitHubAnswer.objects.exists()


def test_its_id_is_written_in_githubs_letters_and_its_address_is_known_at_once(draft: RepositoryAdvisory) -> None:
    assert GHSA_ID.fullmatch(draft.ghsa_id)
    assert set(draft.ghsa_id.removeprefix("GHSA").replace("-", "")) <= set(ALPHABET)
    assert draft.html_url == f"{settings.GITHUB_WEB_URL}/{WASH}/security/advisories/{draft.ghsa_id}"


def test_many_are_read_to_the_last_page(client: Client) -> None:
    SandboxAdvisory.objects.bulk_create(
        SandboxAdvisory(
            repository=wash(), ghsa_id=f"GHSA-2222-2222-{n:04}", summary="x", created_at=NOW, updated_at=NOW
        )
        for n in range(205)
    )

    assert [advisory.ghsa_id[-4:] for advisory in client.advisories(WASH)] == [f"{n:04}" for n in range(205)]


def test_only_what_is_sent_changes_and_lists_are_replaced(client: Client, draft: RepositoryAdvisory) -> None:
    changed = client.update_advisory(
        WASH,
        draft.ghsa_id,
        {"credits": [{"login": "tlindqvist", "type": "reporter"}], "collaborating_users": ["tlindqvist", "rafduarte"]},
    )

    assert changed.summary == draft.summary
    assert [credit.login for credit in changed.credits] == ["tlindqvist"]
    assert changed.collaborating_users == ("tlindqvist", "rafduarte")


def test_it_is_published_once_and_rings_as_github_would(client: Client, draft: RepositoryAdvisory) -> None:
    assert client.public_page(draft.html_url, naming=draft.ghsa_id) == PublicPage(HTTPStatus.NOT_FOUND, names=False)

    published = client.update_advisory(WASH, draft.ghsa_id, {"state": "published"})
    again = client.update_advisory(WASH, draft.ghsa_id, {"state": "published"})

    assert published.state == again.state == AdvisoryState.PUBLISHED
    assert published.published_at == again.published_at is not None
    assert client.public_page(draft.html_url, naming=draft.ghsa_id) == PublicPage(HTTPStatus.OK, names=True)
    assert done() == [("create_advisory", 201), ("publish_advisory", 200)]
    assert [(row.event, row.action) for row in GitHubDelivery.objects.all()] == [("repository_advisory", "published")]


@pytest.mark.parametrize("before", AdvisoryState)
@pytest.mark.parametrize("after", ["draft", "published", "closed"])
def test_states_change_as_github_lets_them(
    client: Client, draft: RepositoryAdvisory, before: AdvisoryState, after: str
) -> None:
    SandboxAdvisory.objects.update(state=before)
    allowed = {"triage": "draft closed", "draft": "published closed", "closed": "draft"}.get(before, "").split()

    if after == before or after in allowed:
        assert client.update_advisory(WASH, draft.ghsa_id, {"state": after}).state == after
    else:
        with pytest.raises(NotAccepted) as refused:
            client.update_advisory(WASH, draft.ghsa_id, {"state": after})
        assert refused.value.fields == ("state",)
        assert client.advisory(WASH, draft.ghsa_id).state == before


def test_a_private_report_is_accepted_by_making_it_a_draft(client: Client, draft: RepositoryAdvisory) -> None:
    SandboxAdvisory.objects.update(state="triage", was_reported=True)

    assert client.advisory(WASH, draft.ghsa_id).accepted is False
    assert client.update_advisory(WASH, draft.ghsa_id, {"state": "draft"}).accepted is True


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"summary": "x" * 1_025}, ("summary",)),
        ({"description": "x" * 65_536}, ("description",)),
        ({"credits": [{"login": "nobody-of-that-name", "type": "finder"}]}, ("credits",)),
        ({"collaborating_users": ["nobody-of-that-name"]}, ("collaborating_users",)),
        ({"cvss_vector_string": "CVSS:3.1/AV:N"}, ("cvss_vector_string",)),
        ({"severity": "low"}, ("severity",)),
        ({"severity": "low", "cvss_vector_string": BODY["cvss_vector_string"]}, ("severity",)),
        ({"vulnerabilities": [{"package": {"ecosystem": "crates.io"}}]}, ("vulnerabilities",)),
        ({"withdrawn_at": "2026-01-01"}, ("withdrawn_at",)),
    ],
)
def test_what_github_would_refuse_is_refused_and_the_field_is_named(
    client: Client, draft: RepositoryAdvisory, body: dict[str, object], fields: tuple[str, ...]
) -> None:
    with pytest.raises(NotAccepted) as refused:
        client.update_advisory(WASH, draft.ghsa_id, body)

    assert refused.value.fields == fields
    assert "nobody-of-that-name" not in str(refused.value)
    assert client.advisory(WASH, draft.ghsa_id) == draft


def test_a_cve_is_asked_for_once_and_comes_later(client: Client, draft: RepositoryAdvisory) -> None:
    assert client.request_cve(WASH, draft.ghsa_id) is CveRequest.ASKED
    assert client.request_cve(WASH, draft.ghsa_id) is CveRequest.ALREADY
    assert client.advisory(WASH, draft.ghsa_id).cve_id == ""

    SandboxAdvisory.objects.update(cve_id="CVE-2026-12345")

    assert client.advisory(WASH, draft.ghsa_id).cve_id == "CVE-2026-12345"
    assert client.request_cve(WASH, draft.ghsa_id) is CveRequest.ALREADY
    assert done() == [("create_advisory", 201), ("request_cve", 202)]


def test_a_closed_advisory_gets_no_cve(client: Client, draft: RepositoryAdvisory) -> None:
    client.update_advisory(WASH, draft.ghsa_id, {"state": "closed"})

    with pytest.raises(NotAccepted):
        client.request_cve(WASH, draft.ghsa_id)


def test_a_private_fork_is_there_a_moment_later(client: Client, draft: RepositoryAdvisory) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        name = client.create_private_fork(WASH, draft.ghsa_id)

        assert name == f"{WASH}-{draft.ghsa_id.lower()}"
        assert client.advisory(WASH, draft.ghsa_id).private_fork == ""
        clock.shift(timedelta(seconds=5))
        assert client.advisory(WASH, draft.ghsa_id).private_fork == name
        with pytest.raises(NotAccepted) as refused:
            client.create_private_fork(WASH, draft.ghsa_id)

    assert refused.value.is_repetition


def test_notes_are_written_and_nothing_else_of_a_release(client: Client) -> None:
    row = SandboxRelease.objects.filter(repository=wash()).earliest("pk")
    SandboxRelease.objects.filter(pk=row.pk).update(draft=True, published_at=None, prerelease=True)

    written = client.update_release_notes(WASH, row.pk, "See GHSA.\r\n\r\nAnd thanks.")
    client.update_release_notes(WASH, row.pk, written.notes)

    assert written == client.release(WASH, row.pk)
    assert (written.notes, written.draft, written.prerelease) == ("See GHSA.\r\n\r\nAnd thanks.", True, True)
    assert done() == [("write_notes", 200)]


def test_a_release_is_found_by_its_tag_once_it_is_published(client: Client) -> None:
    row = SandboxRelease.objects.filter(repository=wash()).earliest("pk")
    assert client.release_of(WASH, row.tag).id == row.pk

    SandboxRelease.objects.filter(pk=row.pk).update(draft=True, published_at=None)

    with pytest.raises(NotThere):
        client.release_of(WASH, row.tag)
    assert (row.pk, True) in [(release.id, release.draft) for release in client.releases(WASH).rows]


def test_an_archived_repository_takes_nothing(client: Client, draft: RepositoryAdvisory) -> None:
    SandboxRepository.objects.update(archived=True)

    with pytest.raises(NotAllowed):
        client.create_advisory(WASH, BODY)
    with pytest.raises(NotAllowed):
        client.update_advisory(WASH, draft.ghsa_id, {"summary": "x"})


@pytest.mark.parametrize("ghsa_id", ["GHSA-2222-2222-2222", "", "..", "GHSA-2222-2222-2222/cve", "x?y"])
def test_an_advisory_that_is_not_there(client: Client, ghsa_id: str) -> None:
    for ask in (
        lambda: client.advisory(WASH, ghsa_id),
        lambda: client.update_advisory(WASH, ghsa_id, {"summary": "x"}),
        lambda: client.request_cve(WASH, ghsa_id),
        lambda: client.create_private_fork(WASH, ghsa_id),
    ):
        with pytest.raises(NotThere):
            ask()


def test_what_was_done_stays_done_so_nobody_may_ask_within_a_transaction(client: Client) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        client.create_advisory(WASH, BODY)

    assert not SandboxWrite.objects.exists()
