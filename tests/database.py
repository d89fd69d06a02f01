"""The tests' database: a migrated template made once, and a clone of it for each test process.

Tests run under the application's role with row-level security on; only making and dropping databases
needs more.
"""

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from portal import postgres
from tests.pooler import pooling

_TEMPLATE, _CLONE = "portal_template_", "portal_test_"
_APPS = ("portal", "teams", "reports", "disclosures")
_WITH_MIGRATIONS = ("django", "django-allauth", "django-q2")


@contextlib.contextmanager
def cloned_for(worker: str) -> Iterator["Clone"]:
    """The default connection leads to a fresh clone meanwhile."""
    with (
        postgres.running(settings.VAR, durability=postgres.Durability.FORGET) as addresses,
        psycopg.connect(addresses.superuser, autocommit=True) as administration,
    ):
        template = _migrated_template(administration)
        clone = Clone(administration, template=template, name=f"{_CLONE}{worker}_{os.getpid()}")
        clone.renew()
        yield clone
        clone.drop()


@contextlib.contextmanager
def pooled(*, connections: int) -> Iterator[None]:
    """Meanwhile the application reaches its database through PgBouncer, over so many connections."""
    direct = connection.settings_dict["PORT"]
    with pooling(settings.VAR, connections=connections) as port:
        connection.close()
        connection.settings_dict |= {"PORT": str(port), "CONN_MAX_AGE": 0}
        yield
        connection.close()
        connection.settings_dict |= {"PORT": direct, "CONN_MAX_AGE": settings.CONNECTION["CONN_MAX_AGE"]}


class Clone:
    def __init__(self, administration: psycopg.Connection, *, template: str, name: str) -> None:
        self.name = name
        self._administration = administration
        self._template = template

    @property
    def application_url(self) -> str:
        """For `DATABASE_URL` of a process that a test starts."""
        return self._instead_of(postgres.addresses(settings.VAR).application)

    @property
    def backup_url(self) -> str:
        """For a backup of it."""
        return self._instead_of(postgres.addresses(settings.VAR).backup)

    def _instead_of(self, usual: str) -> str:
        return usual.replace(f"/{postgres.DATABASE}?", f"/{self.name}?")

    def renew(self) -> None:
        """Bring the database back to the moment after migrating, sequences included."""
        self.drop()
        _create(self._administration, name=self.name, template=self._template)
        _lead_to(self.name)

    def drop(self) -> None:
        connection.close()
        _drop(self._administration, name=self.name)

    @contextlib.contextmanager
    def filled(self, content: str, *, fill: Callable[[], object]) -> Iterator[None]:
        """Meanwhile each renewed database begins with what `fill` writes: once, for all processes of this run."""
        usual, self._template = self._template, self._template_of(content, fill)
        self.renew()
        try:
            yield
        finally:
            self._template = usual
            self.renew()

    def _template_of(self, content: str, fill: Callable[[], object]) -> str:
        run = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
        name = f"{_CLONE}{content}_{run}"
        with _locked():
            if name not in _databases(self._administration):
                unfinished = f"{_CLONE}unfinished_{os.getpid()}"
                _drop(self._administration, name=unfinished)
                _create(self._administration, name=unfinished, template=self._template)
                _lead_to(unfinished)
                fill()
                connection.close()
                _say(self._administration, "ALTER DATABASE {} RENAME TO {}", unfinished, name)
        return name


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    """One test process at a time makes a template."""
    with (settings.VAR / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrated_template(administration: psycopg.Connection) -> str:
    """Make it unless there is one for exactly these migrations and models."""
    name = f"{_TEMPLATE}{_fingerprint()}"
    with _locked():
        known = _databases(administration)
        if name not in known:
            unfinished = f"{name}_unfinished"
            for outdated in known:
                if outdated.startswith(_TEMPLATE):
                    _drop(administration, name=outdated)
            _create(administration, name=unfinished, template="template1")
            _lead_to(unfinished)
            call_command("migrate", verbosity=0)
            connection.close()
            _say(administration, "ALTER DATABASE {} RENAME TO {}", unfinished, name)
        for abandoned in known:
            if abandoned.startswith(_CLONE) and not _alive(int(abandoned.rpartition("_")[2])):
                _drop(administration, name=abandoned)
    return name


def _fingerprint() -> str:
    root = settings.BASE_DIR
    files = {
        file
        for app in _APPS
        for pattern in ("*.py", "sealed/*.py", "migrations/*.py", "models/**/*.py")
        if app == "portal" or pattern != "*.py"
        for file in (root / app).glob(pattern)
    } | {file for app in _APPS for file in (root / app).glob("models*.py")}
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes() + b"\0")
    for package in _WITH_MIGRATIONS:
        digest.update(f"{package}=={metadata.version(package)}".encode())
    return digest.hexdigest()[:16]


def _lead_to(database: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = database
    assert settings.DATABASE_OWNER
    settings.DATABASE_OWNER["NAME"] = database


def _databases(administration: psycopg.Connection) -> list[str]:
    return [str(name) for (name,) in administration.execute("SELECT datname FROM pg_database")]


def _create(administration: psycopg.Connection, *, name: str, template: str) -> None:
    _say(administration, "CREATE DATABASE {} OWNER {} TEMPLATE {}", name, postgres.OWNER_ROLE, template)


def _drop(administration: psycopg.Connection, *, name: str) -> None:
    _say(administration, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _say(administration: psycopg.Connection, statement: str, *names: str) -> None:
    administration.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _alive(process_id: int) -> bool:
    return Path(f"/proc/{process_id}").exists()
