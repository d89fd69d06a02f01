import gc
import os
import socket
import time
from collections.abc import Iterator

import hypothesis
import psycopg
import pytest
import time_machine
from django.conf import settings
from django.test import TransactionTestCase
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from portal import postgres
from portal.demo.sample import organisation
from tests import database
from tests.dovecot import DOVECOT, MISSING, Dovecot, TestMailbox, running

hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")


NEED_NO_DATABASE = ("tests/inbound", "tests/disclosures/formats", "tests/policy")
TAKE_LONGEST = (
    "tests/architecture/test_access_matrix.py",
    *NEED_NO_DATABASE,
    "tests/browser/test_accessibility.py",
    "tests/failures",
    "tests/test_bad_input.py",
    "tests/test_traces.py",
    "tests/portal/test_supervisor.py",
    "tests/drills",
    "tests/browser",
)
"""Begun first, so that at the end nobody waits for one of them.

The first one migrates the database for all; meanwhile the other processes do what needs none.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def turn(item: pytest.Item) -> int:
        turns = [number for number, place in enumerate(TAKE_LONGEST) if item.nodeid.startswith(place)]
        return min(turns, default=len(TAKE_LONGEST))

    items.sort(key=turn)


def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are cores: some tests wait for servers that are killed and for time that passes."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_finish() -> None:
    """All that was imported stays anyway: it need not be looked through for garbage again and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, worker_id: str
) -> Iterator[database.Clone]:
    """A database of this test process's own; a test that commits gets a fresh one after it."""
    del django_test_environment
    with (
        django_db_blocker.unblock(),
        database.cloned_for(worker_id) as clone,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: clone.renew())
        yield clone


@pytest.fixture(scope="session", autouse=True)
def kept_resolvers() -> Iterator[None]:
    """Another `ROOT_URLCONF` has a resolver of its own, so that none need be forgotten and built anew for each test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.urls.clear_url_caches", lambda: None)
        yield


@pytest.fixture
def owner_connection(transactional_db: None, django_db_setup: database.Clone) -> Iterator[psycopg.Connection]:
    """A connection as the owner of the tables, beside the application's: it sees only what was committed."""
    del transactional_db
    url = postgres.addresses(settings.VAR).owner
    with psycopg.connect(url, dbname=django_db_setup.name, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def sample(django_db_setup: database.Clone) -> Iterator[None]:
    """The sample organisation is there when a test begins."""
    with django_db_setup.filled("sample", fill=lambda: organisation.make(now=timezone.now())):
        yield


@pytest.fixture(scope="module")
def pooler(django_db_setup: database.Clone) -> Iterator[None]:
    """The application reaches its database through PgBouncer, over one connection for all (DB-03)."""
    del django_db_setup
    with database.pooled(connections=1):
        yield


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A real IMAP server, with as many mailboxes as a test wants."""
    if DOVECOT is None and not os.environ.get("CI"):
        pytest.skip(MISSING)
    with running() as server:
        yield server


@pytest.fixture
def mailbox(dovecot: Dovecot) -> TestMailbox:
    """An empty mailbox on it."""
    return dovecot.new_mailbox()


@pytest.fixture
def half_minute() -> Iterator[None]:
    """Time stands still, so that no one-time code grows old between being read and being typed."""
    with time_machine.travel(time.time(), tick=False):
        yield


@pytest.fixture(scope="session", autouse=True)
def no_outside_world() -> Iterator[None]:
    """Refuse connections that leave this machine: a test that needs the network is wrong."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded_connect(self: socket.socket, address: object) -> None:
        _refuse_outside(self, address)
        connect(self, address)  # type: ignore[arg-type]

    def guarded_connect_ex(self: socket.socket, address: object) -> int:
        _refuse_outside(self, address)
        return connect_ex(self, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        yield


class OutsideWorldError(Exception):
    """A test tried to reach another machine."""


def _refuse_outside(connecting: socket.socket, address: object) -> None:
    if connecting.family == socket.AF_UNIX:
        return
    host = str(address[0]) if isinstance(address, tuple) else str(address)
    if not (host in {"localhost", "::1"} or host.startswith("127.")):
        raise OutsideWorldError(f"A test tried to connect to {address}. Tests reach this machine only.")
