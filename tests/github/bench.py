"""How long it takes to read a thousand repositories with fifty collaborators each: `make bench-github`.

No part of the suite. The server that speaks GitHub's description runs in a process of its own, on this machine: no
distance is in the figures.
"""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import pytest
from django.db import connection

from portal.github import Repository
from portal.github.client import Client
from portal.github.installation import App, Installation
from tests.github.contract import needs_contracts
from tests.github.examples import Repo
from tests.github.server import APP, INSTALLATION, ORGANISATION, PEM, GitHubServer

REPOSITORIES, COLLABORATORS = 1_000, 50
LONGEST_SECONDS, MOST_WRITES = 60.0, 0.10
CHANGING = ("INSERT", "UPDATE", "DELETE")


@dataclass
class Cost:
    seconds: float = 0
    reads: int = 0
    writes: int = 0

    def count(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's signature
        self.writes += sql.startswith(CHANGING)
        self.reads += sql.startswith("SELECT")
        return execute(sql, params, many, context)


@needs_contracts
@pytest.mark.django_db
def test_a_thousand_repositories_are_read_within_a_minute_and_then_hardly_written() -> None:
    with _serving() as url:
        first, again = _read_all(url), _read_all(url)

    for name, cost in (("at first", first), ("again", again)):
        print(f"\n{name}: {cost.seconds:.1f} s, {cost.reads} reads and {cost.writes} writes of the database", end="")  # noqa: T201
    assert first.seconds <= LONGEST_SECONDS
    assert again.writes <= MOST_WRITES * first.writes


def _read_all(url: str) -> Cost:
    app = App(id=APP, private_key=PEM, installation_id=INSTALLATION, api_url=url, organisation=ORGANISATION)
    client, cost, began = Client(Installation(app), organisation=ORGANISATION), Cost(), time.monotonic()
    with connection.execute_wrapper(cost.count):
        found: tuple[Repository, ...] = client.repositories().rows
        people = sum(len(client.collaborators(repository).rows) for repository in found)
    assert (len(found), people) == (REPOSITORIES, REPOSITORIES * COLLABORATORS)
    cost.seconds = time.monotonic() - began
    return cost


@contextmanager
def _serving() -> Iterator[str]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(theirs,))
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("that is all")
        process.join()


def _serve(pipe: Connection) -> None:
    people = [(number, f"person-{number}", "maintain") for number in range(1, COLLABORATORS + 1)]
    names = {number: f"{ORGANISATION}/r{number}" for number in range(1, REPOSITORIES + 1)}
    repositories = [Repo(id=number, full_name=name, collaborators=people) for number, name in names.items()]
    with GitHubServer(repositories=repositories, checks_answers=False).running() as github:
        pipe.send(github.url)
        pipe.recv()
