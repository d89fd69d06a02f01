"""Backups: a folder each, with a dump of the database, the files of reporters, and a checksum of everything.

Run by `deploy/backup` and `deploy/restore`. Standard library only, and no settings: who makes a backup knows the
address of the backup role and where the files are, and none of the portal's keys.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

DUMP, FILES, MANIFEST, SUMS = "database.dump", "files", "manifest.json", "SHA256SUMS"
STAMP = "%Y-%m-%dT%H-%M-%SZ"
UNFINISHED = ".unfinished"


class BackupError(Exception):
    """No backup was made, or it was not restored; the message is for the person at the terminal."""


def write(into: Path, *, database: str, files: Path, now: datetime) -> Path:
    """Make a backup in a folder of its own below `into`. Under its final name it is whole.

    The database comes first: files never change and are stored before the row that names them, so none is missing.
    """
    if files.resolve() in (into.resolve(), *into.resolve().parents):
        raise BackupError(f"{into} is inside the folder that is to be saved.")
    os.umask(0o077)
    backup = into / now.astimezone(UTC).strftime(STAMP)
    unfinished = backup.with_name(backup.name + UNFINISHED)
    unfinished.mkdir(parents=True)
    _run("pg_dump", "--format=custom", f"--file={unfinished / DUMP}", database=database)
    if files.exists():
        shutil.copytree(files, unfinished / FILES, ignore=shutil.ignore_patterns("incoming"))
    saved = list(_below(unfinished))
    about = {"made_at": now.isoformat(), "files": len(saved) - 1, "bytes": sum(each.stat().st_size for each in saved)}
    (unfinished / MANIFEST).write_text(f"{json.dumps(about, indent=2)}\n")
    lines = [f"{_sha256(each)}  {each.relative_to(unfinished)}\n" for each in _below(unfinished)]
    (unfinished / SUMS).write_text("".join(lines))
    unfinished.rename(backup)
    return backup


def restore(backup: Path, *, database: str, files: Path) -> None:
    """Fill an empty database, as the owner of its tables-to-be, and an empty folder of files. All of it or nothing."""
    verify(backup)
    if files.exists() and any(files.iterdir()):
        raise BackupError(f"{files} is not empty: a restored portal begins with an empty folder.")
    os.umask(0o077)
    name = _address(database)["PGDATABASE"]
    options = ("--single-transaction", "--exit-on-error", "--no-owner", f"--dbname={name}")
    _run("pg_restore", *options, str(backup / DUMP), database=database)
    if (backup / FILES).exists():
        shutil.copytree(backup / FILES, files, dirs_exist_ok=True)


def verify(backup: Path) -> None:
    """Raise BackupError unless the backup holds exactly what was written, byte for byte."""
    try:
        lines = (backup / SUMS).read_text().splitlines()
    except FileNotFoundError:
        raise BackupError(f"{backup} is no whole backup: it has no {SUMS}.") from None
    wanted = {name: sha256 for sha256, _, name in (line.partition("  ") for line in lines)}
    found = {str(each.relative_to(backup)): _sha256(each) for each in _below(backup) if each.name != SUMS}
    if wrong := sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)):
        raise BackupError(f"{backup} has changed since it was made: {', '.join(wrong)}.")


def newest(folder: Path) -> datetime | None:
    """When the last whole backup below `folder` was made."""
    names = [each.name for each in folder.iterdir() if each.is_dir() and not each.name.endswith(UNFINISHED)]
    return max((datetime.strptime(name, STAMP).replace(tzinfo=UTC) for name in names), default=None)


def _below(folder: Path) -> Iterator[Path]:
    return (each for each in sorted(folder.rglob("*")) if each.is_file())


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _run(program: str, *arguments: str, database: str) -> None:
    """Run one of PostgreSQL's programs. The address goes by the environment: others can read a command line."""
    result = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
        [program, *arguments], env={**os.environ, **_address(database)}, stderr=subprocess.PIPE, text=True, check=False
    )
    if result.returncode != 0:
        raise BackupError(f"{program} failed: {result.stderr.strip()}")


def _address(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    found = {
        "PGHOST": query.get("host") or parts.hostname,
        "PGPORT": str(parts.port) if parts.port else None,
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
        "PGSSLMODE": query.get("sslmode"),
        "PGSSLROOTCERT": query.get("sslrootcert"),
    }
    return {name: value for name, value in found.items() if value}


def _needed(environment: Mapping[str, str], name: str) -> str:
    if not environment.get(name):
        raise BackupError(f"{name} is not set.")
    return environment[name]


def main(arguments: list[str]) -> None:
    match arguments:
        case ["write", folder]:
            database, files = (_needed(os.environ, name) for name in ("DATABASE_BACKUP_URL", "PORTAL_FILES_ROOT"))
            made = write(Path(folder), database=database, files=Path(files), now=datetime.now(tz=UTC))
            sys.stdout.write(f"{made}\n")
        case ["restore", folder]:
            database, files = (_needed(os.environ, name) for name in ("DATABASE_OWNER_URL", "PORTAL_FILES_ROOT"))
            restore(Path(folder), database=database, files=Path(files))
        case _:
            raise BackupError("Say `write FOLDER` or `restore BACKUP`.")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (BackupError, OSError) as failure:
        sys.exit(f"{failure}")
