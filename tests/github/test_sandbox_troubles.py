"""The demo's GitHub fails as somebody there has said, as often, and only there."""

import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import pytest
from django.db import connection

from portal.demo.github import state
from portal.github import (
    AdvisoryState,
    GitHubError,
    Limited,
    NotAllowed,
    NotThere,
    RepositoryAdvisory,
    Unavailable,
    Uncertain,
)
from portal.github.client import Client
from portal.github.sandbox import faults
from portal.sandbox_models import (
    SandboxAdvisory,
    SandboxFault,
    SandboxVerb,
    SandboxWrite,
)
from tests.github.sandboxed import BODY, NOW, WASH, done, let_fail, sandbox_client

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


def test_a_publication_that_fails_twice_succeeds_the_third_time(client: Client, draft: RepositoryAdvisory) -> None:
    let_fail(Verb.PUBLISH_ADVISORY, How.BAD_GATEWAY, times=2)

    for _ in range(2):
        with pytest.raises(Unavailable):
            client.update_advisory(WASH, draft.ghsa_id, {"state": "published"})
        assert client.advisory(WASH, draft.ghsa_id).state == AdvisoryState.DRAFT
    client.update_advisory(WASH, draft.ghsa_id, {"summary": "Others still work"})

    assert client.update_advisory(WASH, draft.ghsa_id, {"state": "published"}).state == AdvisoryState.PUBLISHED
    publishing = SandboxWrite.objects.filter(verb=Verb.PUBLISH_ADVISORY).order_by("pk")
    assert [(write.status, write.is_done) for write in publishing] == [(502, False), (502, False), (200, True)]


@pytest.mark.parametrize(
    ("how", "error", "is_done"),
    [
        (How.BROKEN, Uncertain, False),
        (How.BAD_GATEWAY, Uncertain, False),
        (How.LOST_BEFORE, Uncertain, False),
        (How.LOST_AFTER, Uncertain, True),
        (How.LIMITED, Limited, False),
        (How.FORBIDDEN, NotAllowed, False),
        (How.MISSING, NotThere, False),
    ],
)
def test_what_would_make_a_second_one_is_uncertain_where_the_first_may_have_been_made(
    client: Client, how: SandboxFault.How, error: type[GitHubError], *, is_done: bool
) -> None:
    let_fail(Verb.CREATE_ADVISORY, how)

    with pytest.raises(error):
        client.create_advisory(WASH, BODY)

    assert len(client.advisories(WASH)) == len(done()) == is_done
    assert SandboxWrite.objects.get().is_done == is_done


@pytest.mark.parametrize("how", [How.LOST_BEFORE, How.LOST_AFTER])
def test_what_may_be_asked_again_is_not_uncertain(
    client: Client, draft: RepositoryAdvisory, how: SandboxFault.How
) -> None:
    let_fail(Verb.PUBLISH_ADVISORY, how)

    with pytest.raises(Unavailable):
        client.update_advisory(WASH, draft.ghsa_id, {"state": "published"})

    assert client.update_advisory(WASH, draft.ghsa_id, {"state": "published"}).state == AdvisoryState.PUBLISHED
    assert [verb for verb, _ in done()] == ["create_advisory", "publish_advisory"]


def test_a_published_page_may_not_be_visible_yet(client: Client, draft: RepositoryAdvisory) -> None:
    let_fail(Verb.LOOK, How.MISSING)
    client.update_advisory(WASH, draft.ghsa_id, {"state": "published"})

    assert [client.public_page(draft.html_url, naming="").status for _ in range(2)] == [
        HTTPStatus.NOT_FOUND,
        HTTPStatus.OK,
    ]


@pytest.mark.parametrize(
    ("how", "error"), [(How.BROKEN, Unavailable), (How.LIMITED, Limited), (How.LOST_BEFORE, Unavailable)]
)
def test_reading_can_fail_too(
    client: Client, draft: RepositoryAdvisory, how: SandboxFault.How, error: type[GitHubError]
) -> None:
    let_fail(Verb.READ_ADVISORY, how)

    with pytest.raises(error):
        client.advisories(WASH)

    assert client.advisories(WASH) == (draft,)


@pytest.mark.parametrize("url", ["https://github.com.evil.example/x", "http://github.com/x", "", "not an address"])
def test_a_page_elsewhere_is_not_looked_at(client: Client, url: str) -> None:
    with pytest.raises(NotThere):
        client.public_page(url, naming="")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("how", "is_done"), [(How.HANGS_BEFORE, False), (How.HANGS_AFTER, True)])
def test_while_it_hangs_everybody_sees_what_has_been_done_so_far(
    client: Client, monkeypatch: pytest.MonkeyPatch, how: SandboxFault.How, *, is_done: bool
) -> None:
    monkeypatch.setattr(faults, "HANGS", 1.0)
    let_fail(Verb.CREATE_ADVISORY, how)

    def create() -> str:
        try:
            client.create_advisory(WASH, BODY)
        except Uncertain:
            return "uncertain"
        finally:
            connection.close()
        return "made"

    with ThreadPoolExecutor(1) as elsewhere:
        call = elsewhere.submit(create)
        until = time.monotonic() + 0.9
        while not SandboxWrite.objects.exists() and time.monotonic() < until:
            time.sleep(0.02)
        meanwhile = (call.done(), SandboxWrite.objects.get().is_done, SandboxAdvisory.objects.exists())

    assert meanwhile == (False, is_done, is_done)
    assert call.result() == "uncertain"
