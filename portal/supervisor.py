"""`make demo`: database, web server and worker of a sample organisation, together until Ctrl-C.

Imports no Django, to stay small beside what it watches. Restarts nothing: if one part ends, all of it stops.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from portal import postgres

_ROOT = Path(__file__).resolve().parent.parent
_MANAGE = (sys.executable, str(_ROOT / "manage.py"))
_PATIENCE = 120.0  # seconds until both answer
_GRACE = 15.0  # seconds for a part to finish what it is doing
_GLANCE = 0.1  # seconds between two looks
_KEPT_BY_RESET = {"tests", "demo.lock"}


class DemoError(Exception):
    """The demo cannot go on; the message is for the person at the terminal."""


@dataclass(kw_only=True)
class Demo:
    var: Path
    port: int
    lock: int
    """Inherited by the parts, so that parts which outlived a killed supervisor are noticed."""
    asked_to_stop: bool = False
    parts: list["Part"] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Whatever `.env` says: a database, a mail server or an address of production is not for the demo."""
        return {
            "LOG_LEVEL": "WARNING",
            **os.environ,
            "PORTAL_DEMO": "1",
            "PORTAL_DEV": "0",
            "PORTAL_VAR": str(self.var),
            "PORTAL_HOST": "127.0.0.1",
            "PORTAL_PORT": str(self.port),
            "PORTAL_BASE_URL": self.address,
            "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
            "PORTAL_MASTER_KEYS": "",
            "DATABASE_URL": "",
            "DATABASE_OWNER_URL": "",
            "EMAIL_URL": f"filemail://{self.var / 'mail'}",
            "IMAP_URL": "",
            "PORTAL_MAIL_PROVIDER": "",
            "PYTHONUNBUFFERED": "1",
        }

    def ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.asked_to_stop = True


@dataclass(frozen=True, kw_only=True)
class Part:
    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


def main(arguments: list[str]) -> int:
    var = Path(os.environ.get("PORTAL_VAR") or _ROOT / "var").absolute()
    var.mkdir(parents=True, exist_ok=True)
    with _only_one(var) as lock:
        if arguments == ["reset"]:
            _reset(var)
        demo = Demo(var=var, port=int(os.environ.get("PORTAL_PORT") or 8000), lock=lock)
        for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(wish, demo.ask_to_stop)
        _check_port(demo)
        with postgres.running(var):
            _prepare(demo)
            _serve(demo)
    _say("Stopped.")
    return 0


def _serve(demo: Demo) -> None:
    try:
        _launch(demo, "web server", sys.executable, "-m", "portal.serve")
        _launch(demo, "worker", *_MANAGE, "qcluster")
        _wait_until_both_answer(demo)
        if not demo.asked_to_stop:
            _welcome(demo)
        while not demo.asked_to_stop:
            _notice_the_dead(demo)
            time.sleep(_GLANCE)
    finally:
        for part in demo.parts:
            _end(part)


def _prepare(demo: Demo) -> None:
    """Migrate and load the sample organisation, unless that was done by this very code for this database."""
    done, code = postgres.home(demo.var) / "prepared", _fingerprint()
    if done.exists() and done.read_text() == code:
        return
    _say("Preparing the database and the sample organisation …")
    part = _start(demo, "preparation", *_MANAGE, "prepare_demo")
    while part.process.poll() is None:
        if demo.asked_to_stop:
            _end(part)
            return
        time.sleep(_GLANCE)
    if part.process.returncode != 0:
        raise DemoError(f"Preparing the database failed:\n{part.last_words}")
    done.write_text(code)


def _fingerprint() -> str:
    files = [*_ROOT.glob("*/migrations/*.py"), _ROOT / "portal/database_roles.py", _ROOT / "requirements/base.txt"]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(os.fsencode(file.relative_to(_ROOT)) + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _launch(demo: Demo, name: str, *command: str) -> None:
    demo.parts.append(_start(demo, name, *command))


def _start(demo: Demo, name: str, *command: str) -> Part:
    """In a session of its own: the terminal's Ctrl-C reaches us alone, and we stop the parts in order."""
    logs = demo.var / "log"
    logs.mkdir(exist_ok=True)
    log = logs / f"{name.replace(' ', '-')}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command,
            cwd=_ROOT,
            env=demo.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            pass_fds=[demo.lock],
        )
    return Part(name=name, process=process, log=log)


def _wait_until_both_answer(demo: Demo) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not (_answers(demo, "/healthz") and _answers(demo, "/readyz")):
        _notice_the_dead(demo)
        if demo.asked_to_stop:
            return
        if time.monotonic() > deadline:
            words = "\n".join(f"{part.name}:\n{part.last_words}" for part in demo.parts)
            raise DemoError(f"Web server and worker did not become ready within {_PATIENCE:.0f} seconds.\n{words}")
        time.sleep(2 * _GLANCE)


def _answers(demo: Demo, path: str) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", demo.port), timeout=5) as connection:
        connection.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        return connection.recv(64).split()[1:2] == [b"200"]
    return False


def _notice_the_dead(demo: Demo) -> None:
    for part in demo.parts:
        if part.process.poll() is not None:
            raise DemoError(f"The {part.name} has ended ({part.process.returncode}):\n{part.last_words}")


def _end(part: Part) -> None:
    part.process.terminate()
    try:
        part.process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        _say(f"The {part.name} does not end by itself; ending it.")
    with contextlib.suppress(ProcessLookupError):  # its own processes outlive one that was killed
        os.killpg(part.process.pid, signal.SIGKILL)
    part.process.wait()


def _check_port(demo: Demo) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", demo.port))
        except OSError as taken:
            raise DemoError(
                f"Port {demo.port} is taken. Stop what uses it, or choose another: PORTAL_PORT=8001 make demo"
            ) from taken


@contextlib.contextmanager
def _only_one(var: Path) -> Iterator[int]:
    with (var / "demo.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError(f"A demo already runs in {var}, or parts of one that was killed: stop it first.") from None
        yield file.fileno()


def _reset(var: Path) -> None:
    postgres.remove(var)
    for entry in var.iterdir():
        if entry.name in _KEPT_BY_RESET:
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _welcome(demo: Demo) -> None:
    sign_ins = (demo.var / "sign-ins").read_text().replace("  /", f"  {demo.address}/")
    _say(
        f"""
The portal is running:            {demo.address}/
What it has mailed:               {demo.address}/demo/mailbox/
Everybody you may sign in as:     {demo.address}/demo/
{sign_ins}
Its logs are in {demo.var / "log"}.
Ctrl-C stops all of it; `make demo-reset` begins anew."""
    )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (DemoError, postgres.PostgresError) as failure:
        sys.exit(str(failure))
