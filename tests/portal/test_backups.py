"""Whole or refused; `tests/failures/test_restore.py` brings one back."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from portal import backups, postgres
from portal.backups import BackupError
from portal.postgres.place import place_under
from tests import database

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _programs_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(place_under(settings.VAR).programs), prepend=":")


@pytest.fixture
def address(django_db_setup: database.Clone) -> str:
    return postgres.addresses(settings.VAR).backup.replace(f"/{postgres.DATABASE}?", f"/{django_db_setup.name}?")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    for name, content in (("ab/abc", b"a proof"), ("incoming/abd", b"half a pr")):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def backup(address: str, files: Path, tmp_path: Path) -> Path:
    return backups.write(tmp_path / "backups", database=address, files=files, now=NOW)


def test_a_backup_holds_the_dump_the_files_and_what_was_made(backup: Path) -> None:
    names = {str(each.relative_to(backup)) for each in backup.rglob("*") if each.is_file()}
    about = json.loads((backup / "manifest.json").read_text())
    checked = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=backup, check=False)  # noqa: S607

    assert backup.name == "2026-03-01T02-00-00Z"
    assert names == {"database.dump", "files/ab/abc", "manifest.json", "SHA256SUMS"}
    assert (about["made_at"], about["files"]) == (NOW.isoformat(), 1)
    assert checked.returncode == 0


def test_nobody_else_may_read_a_backup(backup: Path) -> None:
    modes = {each.stat().st_mode & 0o077 for each in (backup, *backup.rglob("*"))}

    assert modes == {0}


@pytest.mark.parametrize("harm", ["changed", "missing", "added", "unfinished"])
def test_a_backup_that_is_not_as_it_was_made_is_not_restored(backup: Path, harm: str, tmp_path: Path) -> None:
    match harm:
        case "changed":
            (backup / "files/ab/abc").write_bytes(b"a proo")
        case "missing":
            (backup / "database.dump").unlink()
        case "added":
            (backup / "files/abd").write_bytes(b"")
        case _:
            (backup / "SHA256SUMS").unlink()

    with pytest.raises(BackupError, match=r"changed since|no whole backup"):
        backups.restore(backup, database="postgres://nobody@nowhere/nothing", files=tmp_path / "new")

    assert not (tmp_path / "new").exists()


def test_files_that_are_there_are_not_overwritten(backup: Path, files: Path) -> None:
    with pytest.raises(BackupError, match="is not empty"):
        backups.restore(backup, database="postgres://nobody@nowhere/nothing", files=files)


def test_a_database_that_is_not_empty_stays_as_it_is(backup: Path, address: str, tmp_path: Path) -> None:
    owner = address.replace(postgres.BACKUP_ROLE, postgres.OWNER_ROLE)

    with pytest.raises(BackupError, match="already exists"):
        backups.restore(backup, database=owner, files=tmp_path / "new")

    assert not (tmp_path / "new").exists()


def test_a_dump_that_fails_leaves_nothing_that_looks_like_a_backup(files: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="pg_dump failed"):
        backups.write(tmp_path / "backups", database="postgres://nobody@127.0.0.1:1/nothing", files=files, now=NOW)

    assert backups.newest(tmp_path / "backups") is None


def test_a_role_from_which_rows_are_hidden_makes_no_backup(address: str, files: Path, tmp_path: Path) -> None:
    """A dump by the application or the owner would lack every report, and say nothing of it."""
    for role in (postgres.APPLICATION_ROLE, postgres.OWNER_ROLE):
        url = address.replace(postgres.BACKUP_ROLE, role)
        with pytest.raises(BackupError, match="row-level security"):
            backups.write(tmp_path / role, database=url, files=files, now=NOW)


def test_a_backup_does_not_save_itself(address: str, files: Path) -> None:
    with pytest.raises(BackupError, match="inside the folder"):
        backups.write(files / "backups", database=address, files=files, now=NOW)
