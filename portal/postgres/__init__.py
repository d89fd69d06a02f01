"""The embedded PostgreSQL of demo, development and tests: where it answers, how it starts and stops.

It listens on a Unix socket alone, in a directory only its own account may enter, so no role needs a password.
Standard library only: the settings and the supervisor use it before Django exists.
"""

import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.postgres import cluster
from portal.postgres.cluster import APPLICATION_ROLE, BACKUP_ROLE, DATABASE, OWNER_ROLE, Durability
from portal.postgres.place import PostgresError, copy_programs, make_directories, place_under

__all__ = [
    "APPLICATION_ROLE",
    "BACKUP_ROLE",
    "DATABASE",
    "OWNER_ROLE",
    "Addresses",
    "Durability",
    "PostgresError",
    "addresses",
    "home",
    "remove",
    "running",
    "start",
    "stop",
]


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Database URLs for each role; the superuser only creates the other three and the database."""

    application: str
    owner: str
    backup: str
    superuser: str


def addresses(var: Path) -> Addresses:
    """Where the server of this directory answers, or would answer. Starts nothing."""
    place = place_under(var)
    return Addresses(
        application=place.url(APPLICATION_ROLE, database=DATABASE),
        owner=place.url(OWNER_ROLE, database=DATABASE),
        backup=place.url(BACKUP_ROLE, database=DATABASE),
        superuser=place.url(cluster.SUPERUSER, database="postgres"),
    )


def home(var: Path) -> Path:
    """The directory that lives and dies with the data."""
    return place_under(var).home


def start(var: Path, *, durability: Durability = Durability.KEEP) -> bool:
    """Have the server answer, with its roles and the database; True if this call started it."""
    place = place_under(var)
    make_directories(var, place=place)
    with _locked(place.home / "starting", fcntl.LOCK_EX):
        copy_programs(place)
        if cluster.answers(place):
            return False
        cluster.create(place)
        cluster.configure(place, durability=durability)
        cluster.launch(place)
        cluster.create_roles_and_database(place)
    return True


def stop(var: Path) -> None:
    """End the server in order; nothing happens if none runs."""
    place = place_under(var)
    if not place.data.exists():
        return
    with _locked(place.home / "starting", fcntl.LOCK_EX):
        cluster.halt(place)


@contextlib.contextmanager
def running(var: Path, *, durability: Durability = Durability.KEEP) -> Iterator[Addresses]:
    """The server answers meanwhile; whoever leaves last stops it, so commands may share one."""
    place = place_under(var)
    make_directories(var, place=place)
    users = place.home / "users"
    try:
        with _locked(users, fcntl.LOCK_SH):
            start(var, durability=durability)
            yield addresses(var)
    finally:
        with contextlib.suppress(BlockingIOError), _locked(users, fcntl.LOCK_EX | fcntl.LOCK_NB):
            stop(var)


def remove(var: Path) -> None:
    """Stop the server and delete its data."""
    place = place_under(var)
    stop(var)
    for directory in (place.sockets, place.home):
        if directory.exists():
            shutil.rmtree(directory)


@contextlib.contextmanager
def _locked(path: Path, mode: int) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, mode)
        yield
