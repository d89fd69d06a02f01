from collections.abc import Iterator

import pytest

from portal.github.client import Client
from portal.github.connection import Patience
from portal.github.installation import App, Installation
from tests.github.examples import Repo
from tests.github.server import APP, INSTALLATION, ORGANISATION, PEM, GitHubServer

IMPATIENT = Patience(connect=1, read=0.6, whole=1.5, attempts=4, back_off=0.01, longest_wait=1.2)


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    """With a repository `wasmCloud/wash`; afterwards, nothing asked or answered departs from the description."""
    github = GitHubServer(
        repositories=[
            Repo(
                id=1,
                full_name="wasmCloud/wash",
                collaborators=[(11, "ada", "admin"), (12, "bob", "release-captain")],
            )
        ]
    )
    with github.running():
        yield github
    assert github.departures == []


@pytest.fixture
def client(server: GitHubServer) -> Client:
    return client_of(server)


def client_of(server: GitHubServer, *, installation: int | None = INSTALLATION, key: str = PEM) -> Client:
    app = App(id=APP, private_key=key, installation_id=installation, api_url=server.url, organisation=ORGANISATION)
    return Client(Installation(app, patience=IMPATIENT), organisation=ORGANISATION)
