"""A backup is worth what comes back from it: a filled portal, its backup, and a portal made of that alone (DB-06)."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg.conninfo import conninfo_to_dict
from pytest_django.fixtures import Settings

from portal import postgres, startup
from portal.postgres.place import place_under
from portal.viewer import SYSTEM, acting_as
from tests import cast, database
from tests.cast import STRANGERS, Stage, Who
from tests.places import address, asked

pytestmark = [pytest.mark.failure, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).parent.parent.parent
CONTENT = b"the bytes of a proof \x00\xff" * 1000
PROTECTION = """
    SELECT class.relname, pg_get_userbyid(relowner), relrowsecurity, relforcerowsecurity, relacl::text,
           (SELECT array_agg(row(polname, polcmd, polpermissive, pg_get_expr(polqual, polrelid))::text ORDER BY polname)
              FROM pg_policy WHERE polrelid = class.oid),
           (SELECT array_agg(pg_get_triggerdef(oid) ORDER BY tgname) FROM pg_trigger
             WHERE tgrelid = class.oid AND NOT tgisinternal)
      FROM pg_class class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') ORDER BY relname
"""
"""Of every table: whose it is, who may do what, and what PostgreSQL does about rows by itself."""


@dataclass(frozen=True)
class Restored:
    stage: Stage
    rows: dict[str, int]
    protection: list[tuple[object, ...]]
    """As they were before."""


@pytest.fixture
def fresh_server() -> Iterator[postgres.Addresses]:
    place = settings.VAR / "restored"
    postgres.remove(place)
    with postgres.running(place, durability=postgres.Durability.FORGET) as addresses:
        yield addresses
    postgres.remove(place)


@pytest.fixture
def restored(
    fresh_server: postgres.Addresses, django_db_setup: database.Clone, settings: Settings, tmp_path: Path
) -> Iterator[Restored]:
    """The portal under test is, from here on, the one that was made of the backup."""
    settings.FILES_ROOT = tmp_path / "files"
    stage = cast.build(file_content=CONTENT)
    before = Restored(stage=stage, rows=rows(), protection=protection())
    old_files, new_files = tmp_path / "files", tmp_path / "restored"
    source = django_db_setup.backup_url
    backup = tool("backup", tmp_path / "backups", DATABASE_BACKUP_URL=source, PORTAL_FILES_ROOT=str(old_files))
    tool("restore", Path(backup), DATABASE_OWNER_URL=fresh_server.owner, PORTAL_FILES_ROOT=str(new_files))
    settings.FILES_ROOT = new_files
    with leading_to(fresh_server):
        yield before


def tool(name: str, *arguments: Path, **environment: str) -> str:
    """What one of the tools in `deploy` says. It is given what it needs, and none of the portal's settings or keys."""
    programs = place_under(settings.VAR).programs
    finished = subprocess.run(  # noqa: S603 - our own tools
        [ROOT / "deploy" / name, *arguments],
        env={"PATH": f"{programs}:{os.environ['PATH']}", **environment},
        check=False,
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


@contextlib.contextmanager
def leading_to(server: postgres.Addresses) -> Iterator[None]:
    """The application's and the owner's connections lead to another server meanwhile."""
    assert settings.DATABASE_OWNER
    there = {"NAME": postgres.DATABASE, "OPTIONS": {"host": conninfo_to_dict(server.application)["host"]}}
    ways = (connection.settings_dict, settings.DATABASE_OWNER)
    here = [{part: way[part] for part in there} for way in ways]
    connection.close()
    for way in ways:
        way.update(there)
    yield
    connection.close()
    for way, before in zip(ways, here, strict=True):
        way.update(before)


def rows() -> dict[str, int]:
    """How many rows each table holds."""
    with acting_as(SYSTEM), connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        counts = {}
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own tables
            counts[table] = cursor.fetchone()[0]
    return counts


def protection() -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(PROTECTION)
        return list(cursor.fetchall())


def answers(stage: Stage, who: Who) -> list[int]:
    """What somebody who signs in gets from the pages of the report."""
    browser = stage.browser(who)
    return [asked(browser, "GET", address(name, stage)).status_code for name in ("report", "report-file", "track")]


def test_a_portal_made_of_a_backup_is_the_portal_that_was_saved(restored: Restored) -> None:
    stage = restored.stage
    assert (rows(), protection()) == (restored.rows, restored.protection)

    startup.refuse_unsafe_start()
    call_command("migrate", verbosity=0)
    assert protection() == restored.protection
    call_command("verify_audit", verbosity=0)

    file = stage.browser(Who.MEMBER).get(address("report-file", stage))
    assert file.getvalue() == CONTENT
    assert {who: answers(stage, who) for who in (Who.MEMBER, Who.REPORTER, *STRANGERS)} == {
        Who.MEMBER: [200, 200, 404],
        Who.REPORTER: [302, 302, 200],
        **{who: [404, 404, 404] for who in STRANGERS},
        **{who: [302, 302, 404] for who in (Who.ANONYMOUS, Who.OTHER_REPORTER, Who.UNARMED, Who.SWITCHED_OFF)},
    }
