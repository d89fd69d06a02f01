"""The GitHub in memory answers as the sandbox does, of which contract tests hold that it answers as GitHub."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from pytest_django.fixtures import Settings

from portal.github import GitHub, GitHubError
from portal.github.client import Client
from portal.github.sandbox import Sandbox, releasing
from portal.github.values import RepositoryAdvisory
from portal.sandbox_models import SandboxAccount, SandboxRepository
from tests.disclosures.conductor.stage import NOON, owner
from tests.disclosures.machine.memory import STRANGER, Memory, place

pytestmark = pytest.mark.django_db

PACKAGE = {"package": {"ecosystem": "rust", "name": "wash"}, "vulnerable_version_range": "< 1.4.2"}
BODY = {"summary": "Path traversal", "description": "A file is read.", "vulnerabilities": [PACKAGE], "severity": "high"}


@pytest.fixture
def at_noon(settings: Settings) -> Iterator[None]:
    settings.GITHUB_WEB_URL = "http://testserver/sandbox/github"
    with time_machine.travel(NOON, tick=False):
        yield


def told(deed: Callable[[], object]) -> object:
    """What the portal goes by; ids and addresses are each place's own."""
    try:
        answer = deed()
    except GitHubError as error:
        return type(error).__name__
    if isinstance(answer, RepositoryAdvisory):
        people = [each.login for each in answer.credits]
        return (answer.state, answer.summary, answer.description, answer.cve_id, answer.published_at, people)
    return getattr(answer, "notes", answer)


def thanks(login: str) -> list[dict[str, str]]:
    return [{"login": login, "type": "reporter"}]


def answers_of(github: GitHub, *, ship: Callable[[], object]) -> list[object]:
    where, made = place("wash"), github.create_advisory(place("wash"), BODY)

    def seen() -> object:
        return github.public_page(made.html_url, naming=made.ghsa_id)

    change = {"description": "Another.", "cve_id": "CVE-2026-31337", "credits": thanks("releaser")}
    found = [told(lambda: github.create_advisory(where, {**BODY, "mood": "good"})), github.knows(STRANGER)]
    found += [told(lambda: github.update_advisory(where, made.ghsa_id, {"credits": thanks(STRANGER)}))]
    found += [told(lambda: github.update_advisory(where, made.ghsa_id, change))]
    found += [told(lambda: github.update_advisory(where, made.ghsa_id, {"state": "gone"})), github.knows("releaser")]
    found += [told(lambda: github.update_advisory(where, made.ghsa_id, {"collaborating_users": []}))]
    found += [seen(), told(lambda: github.release_of(where, "v1.4.2"))]
    found += [told(lambda: github.update_advisory(where, made.ghsa_id, {"state": "published"}))]
    found += [told(lambda: github.update_advisory(where, made.ghsa_id, {"state": "draft"}))]
    found += [
        told(lambda: github.request_cve(where, made.ghsa_id)),
        seen(),
    ]
    found += [told(lambda: github.advisory(where, "GHSA-2222-2222-2222")), len(github.advisories(where))]
    ship()
    release = github.release_of(where, "v1.4.2")
    found += [told(lambda: github.update_release_notes(where, release.id, "See the advisory."))]
    return [*found, release.published_at, release.draft, len(github.releases(where).rows)]


@pytest.mark.usefixtures("at_noon")
def test_it_answers_as_the_sandbox_does() -> None:
    memory, account = Memory(), SandboxAccount.objects.create(github_id=900, login="releaser")
    repository = SandboxRepository.objects.create(full_name=place("wash"))

    ours = answers_of(memory.as_github(), ship=lambda: memory.ship(place("wash")))
    theirs = answers_of(
        Client(Sandbox(), organisation=owner()),
        ship=lambda: releasing.create(repository, tag="v1.4.2", author=account, now=NOON),
    )

    assert ours == theirs
