"""Creating, launching and ending the embedded server's cluster. The caller holds the lock."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import time
from enum import StrEnum
from pathlib import Path

from portal.postgres.place import Place, PostgresError

OWNER_ROLE = "portal_owner"
APPLICATION_ROLE = "portal_app"
BACKUP_ROLE = "portal_backup"
DATABASE = "portal"
SUPERUSER = "postgres"

_PATIENCE = 20.0  # seconds
_SETTINGS = (Path(__file__).parent / "postgresql.conf").read_text()
_ROLES_AND_DATABASE = (Path(__file__).parent / "roles.sql").read_text()


class Durability(StrEnum):
    KEEP = "on"
    """A commit survives a power cut."""
    FORGET = "off"
    """For tests: a commit survives a killed process, not a power cut."""


def create(place: Place) -> None:
    """Create beside and rename, so that a killed attempt leaves nothing that looks whole."""
    if place.data.exists():
        return
    unfinished = place.home / "data.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    _run(
        place,
        "initdb",
        f"--pgdata={unfinished}",
        f"--username={SUPERUSER}",
        "--auth=trust",
        "--encoding=UTF8",
        "--no-locale",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
    )
    unfinished.rename(place.data)


def configure(place: Place, *, durability: Durability) -> None:
    settings = _SETTINGS.format(sockets=place.sockets, durable=durability.value)
    (place.data / "postgresql.conf").write_text(settings)
    (place.data / "pg_hba.conf").write_text("local all all trust\n")


def answers(place: Place) -> bool:
    """Whether a server accepts connections right now."""
    result = subprocess.run(  # noqa: S603 - our own program, fixed arguments
        [place.programs / "pg_isready", "--quiet", "--host", place.sockets], check=False
    )
    return result.returncode == 0


def launch(place: Place) -> None:
    """Start the server in a session of its own, out of reach of the terminal's Ctrl-C.

    Each of its processes inherits the lock on `alive`: while the lock is held something of a server still
    runs, and once we hold it a process id left behind by a killed server means nothing.
    """
    with (place.home / "alive").open("w") as alive:
        if not _take(alive.fileno(), place=place):
            return
        (place.data / "postmaster.pid").unlink(missing_ok=True)
        for left_over in place.sockets.iterdir():
            left_over.unlink()
        place.log.write_text("")
        place.give(place.log)
        _run(place, "pg_ctl", *_control("start"), f"--log={place.log}", pass_fds=(alive.fileno(),))


def halt(place: Place) -> None:
    """End the server in order, also one that has only just been started."""
    with (place.home / "alive").open("w") as alive:
        if not _take(alive.fileno(), place=place):
            _run(place, "pg_ctl", *_control("stop"), "--mode=fast")


def create_roles_and_database(place: Place) -> None:
    _run(
        place,
        "psql",
        "--no-psqlrc",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        *(f"--set={name}={value}" for name, value in _NAMES.items()),
        f"--host={place.sockets}",
        f"--username={SUPERUSER}",
        "--dbname=postgres",
        "--file=-",
        given=_ROLES_AND_DATABASE,
    )


_NAMES = {"owner": OWNER_ROLE, "application": APPLICATION_ROLE, "backup": BACKUP_ROLE, "database": DATABASE}


def _control(action: str) -> tuple[str, ...]:
    return ("--pgdata=data", f"--timeout={_PATIENCE:.0f}", "--silent", "--wait", action)


def _take(descriptor: int, *, place: Place) -> bool:
    """Wait until no server process is left (True), or until one that was just starting answers (False)."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if answers(place):
            return False
        time.sleep(0.05)
    raise PostgresError(f"A PostgreSQL on {place.data} neither answers nor ends: see {place.log}.")


def _run(place: Place, program: str, *arguments: str, given: str = "", pass_fds: tuple[int, ...] = ()) -> None:
    """Run one of PostgreSQL's programs as the server's account, in the server's directory.

    Its words go to a file, not a pipe: a server that outlives the program would hold a pipe open.
    """
    identity, said = place.account, place.home / "said"
    with said.open("w") as output:
        result = subprocess.run(  # noqa: S603 - our own programs, fixed arguments
            [place.programs / program, *arguments],
            cwd=place.home,
            env={"LC_ALL": "C", "PATH": os.defpath},
            input=given.encode(),
            stdout=output,
            stderr=output,
            check=False,
            start_new_session=True,  # the terminal's Ctrl-C must not tear it apart half-way
            pass_fds=pass_fds,
            user=identity.pw_uid if identity else None,
            group=identity.pw_gid if identity else None,
            extra_groups=[] if identity else None,
        )
    if result.returncode != 0:
        log = place.log.read_text(errors="replace") if place.log.exists() else ""
        raise PostgresError(f"{program} failed:\n{said.read_text(errors='replace')}\n{log[-2000:]}".strip())
