"""Which GitHub is asked."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from portal.demo.github import state
from portal.demo.sample.people import REPOSITORY_IDS
from portal.github import NotAllowed, github
from tests.factories import LONG_AGO
from tests.github.contract import needs_contracts
from tests.github.server import APP, INSTALLATION, PEM, GitHubServer

pytestmark = pytest.mark.django_db


def configure(settings: Settings, *, url: str = "http://127.0.0.1:1", key: str = PEM) -> None:
    settings.GITHUB_APP_ID = APP
    settings.GITHUB_APP_INSTALLATION_ID = INSTALLATION
    settings.GITHUB_API_URL = url
    settings.GITHUB_APP_PRIVATE_KEY = key


@needs_contracts
@pytest.mark.parametrize("demo", [False, True])
def test_once_an_app_is_configured_it_is_the_real_one(settings: Settings, server: GitHubServer, *, demo: bool) -> None:
    settings.DEMO = demo
    configure(settings, url=server.url, key=PEM.replace("\n", "\\n"))

    assert [repository.full_name for repository in github().repositories().rows] == ["wasmCloud/wash"]


@needs_contracts
def test_its_key_may_stand_in_a_file_and_its_token_lasts(
    settings: Settings, server: GitHubServer, tmp_path: Path
) -> None:
    (tmp_path / "app.pem").write_text(PEM)
    configure(settings, url=server.url, key=str(tmp_path / "app.pem"))

    github().repositories()
    github().organisation_members()

    assert sum(asked.endswith("/access_tokens") for asked in server.asked) == 1


@pytest.mark.parametrize("key", ["/nowhere/app.pem", "a\0b", "/etc"])
def test_a_key_that_cannot_be_read_is_not_quoted(settings: Settings, key: str) -> None:
    configure(settings, key=key)

    with pytest.raises(NotAllowed, match="GITHUB_APP_PRIVATE_KEY") as refused:
        github()

    assert key not in str(refused.value)


def test_the_demo_asks_the_sandbox_until_then(settings: Settings) -> None:
    settings.DEMO = True
    state.settle(now=LONG_AGO)

    assert {repository.id for repository in github().repositories().rows} == set(REPOSITORY_IDS.values())


def test_without_demo_and_app_nothing_is_asked(settings: Settings) -> None:
    settings.DEMO = False

    with pytest.raises(NotAllowed, match="GITHUB_APP_ID"):
        github()
