"""The bench's own databases, one for each size, kept from one run to the next."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from django.conf import settings
from psycopg import sql

from disclosures import shelf
from portal import postgres
from portal.postgres import Addresses

ROOT = Path(__file__).resolve().parent.parent.parent
FILLING = Path(__file__).with_name("filling.sql")
SEALING = Path(__file__).with_name("sealing.py")
PUBLISHING = Path(__file__).with_name("publishing.py")
NUMBERING = Path(__file__).with_name("numbering.sql")
MEMBERS = 8
"""Of the team. Each of them coordinates."""
MANAGE = (sys.executable, str(ROOT / "manage.py"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many reports, how many of a hundred are open, how many messages each has, and how much is public."""

    name: str
    reports: int
    open_percent: int = 15
    messages: int = 4
    advisories: int = 0
    """That the world reads."""


SMALL = Size(name="small", reports=1_000, advisories=100)
LARGE = Size(name="large", reports=100_000, advisories=10_000)
ALL_OPEN = Size(name="open", reports=100_000, open_percent=100, messages=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    size: Size
    environment: Mapping[str, str]
    """For a process that works on it as the portal does in production."""


def ready(size: Size, *, addresses: Addresses, environment: Mapping[str, str], prefix: str) -> Database:
    """Make and fill it, unless that was done today by this very code."""
    name = f"bench_{size.name}"
    wanted = _fingerprint(size)
    database = Database(
        size=size,
        environment={
            **environment,
            "DATABASE_URL": _url(addresses.application, name),
            "DATABASE_OWNER_URL": _url(addresses.owner, name),
        },
    )
    with psycopg.connect(addresses.superuser, autocommit=True) as administration:
        if _mark(administration, name) == wanted:
            return database
        identifier = sql.Identifier(name)
        administration.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))
        administration.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(identifier, sql.Identifier(postgres.OWNER_ROLE))
        )
        run(database, *MANAGE, "migrate", "--verbosity", "0")
        _fill(_url(addresses.superuser, name), size, prefix=prefix)
        _seal(database, url=_url(addresses.superuser, name))
        run(database, *MANAGE, "bench_inside", "publish", str(size.advisories))
        _settle(_url(addresses.superuser, name))
        administration.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(identifier, sql.Literal(wanted)))
    return database


def collect_static(*, addresses: Addresses, environment: Mapping[str, str]) -> None:
    """For the servers of all of them. It asks no database, but the settings want to know of one."""
    known = {"DATABASE_URL": addresses.application, "DATABASE_OWNER_URL": addresses.owner}
    _run({**environment, **known}, *MANAGE, "collectstatic", "--noinput", "--verbosity", "0")


def run(database: Database, *command: str) -> str:
    """What a process says that works on this database."""
    return _run(database.environment, *command)


def _run(environment: Mapping[str, str], *command: str) -> str:
    finished = subprocess.run(  # noqa: S603 - our own commands
        command, env={**os.environ, **environment}, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    return finished.stdout


def _fill(url: str, size: Size, *, prefix: str) -> None:
    values = {
        "reports": size.reports, "open_percent": size.open_percent, "messages": size.messages, "prefix": prefix,
        "members": MEMBERS, "terms": settings.POLICY.terms.version,
    }  # fmt: skip
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(FILLING.read_bytes(), values)


def _seal(database: Database, *, url: str) -> None:
    run(replace(database, environment={**database.environment, "DATABASE_URL": url}), *MANAGE, "bench_inside", "seal")


def _settle(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(NUMBERING.read_bytes())
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


def _fingerprint(size: Size) -> str:
    digest = hashlib.sha256(f"{size!r} {shelf.FORMATS}".encode())
    for file in [FILLING, SEALING, PUBLISHING, NUMBERING, *sorted(ROOT.glob("*/migrations/*.py"))]:
        digest.update(file.read_bytes())
    return f"{digest.hexdigest()[:16]} of {datetime.now(tz=UTC).date()}"


def _mark(administration: psycopg.Connection, name: str) -> str:
    found = administration.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    return str(found[0]) if found else ""


def _url(address: str, name: str) -> str:
    before, _, rest = address.rpartition("/")
    return f"{before}/{name}?{rest.partition('?')[2]}"
