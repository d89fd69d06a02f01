import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path

import psutil
import psycopg
import pytest
from django.conf import settings

from portal import postgres

pytestmark = pytest.mark.failure

ROOT = Path(__file__).parents[2]


class Demo:
    """`make demo` without make: what it says, what it starts, and how it ends."""

    def __init__(self, var: Path, *, port: int) -> None:
        self.port = port
        self.process = subprocess.Popen(
            [sys.executable, "-m", "portal.supervisor"],
            cwd=ROOT,
            env={**os.environ, "PORTAL_VAR": str(var), "PORTAL_PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_until_ready(self) -> str:
        """Read on until everything answers; what was said up to there."""
        assert self.process.stdout
        said = ""
        for line in self.process.stdout:
            said += line
            if line.startswith("Ctrl-C"):
                return said
        pytest.fail(f"The demo ended:\n{said}")

    def status(self, path: str) -> int:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request("GET", path, headers={"Host": "localhost"})
            return connection.getresponse().status

    def processes(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, wish: signal.Signals) -> tuple[int, str]:
        self.process.send_signal(wish)
        said, _ = self.process.communicate(timeout=60)
        return self.process.returncode, said


type Begin = Callable[[Path, int], Demo]


def still_alive(parts: list[psutil.Process]) -> list[psutil.Process]:
    """Those that run. A dead one may keep its number until its new parent takes notice."""
    return [part for part in parts if part.is_running() and part.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """A directory that one demo after the other begins in."""
    directory = settings.VAR / "demo"
    postgres.remove(directory)
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    yield directory
    postgres.remove(directory)


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Start demos; what a failed test leaves running is ended."""
    with ExitStack() as ends:

        def demo(var: Path, port: int) -> Demo:
            begun = Demo(var, port=port)
            ends.callback(begun.process.wait)
            ends.callback(begun.process.terminate)
            return begun

        yield demo


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_ctrl_c_stops_web_server_worker_and_database(begin: Begin, var: Path, port: int) -> None:
    demo = begin(var, port)
    demo.wait_until_ready()
    answered = demo.status("/healthz"), demo.status("/readyz"), demo.status("/")
    parts = demo.processes()

    code, said = demo.end(signal.SIGINT)

    assert answered == (200, 200, 200)
    assert (code, said.strip()) == (0, "Stopped.")
    assert still_alive(parts) == []
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres.addresses(var).application)


def test_a_second_start_prepares_nothing_again(begin: Begin, var: Path, port: int) -> None:
    demo = begin(var, port)

    said = demo.wait_until_ready()

    assert demo.end(signal.SIGTERM)[0] == 0
    assert "Preparing" not in said


def test_when_one_part_dies_the_others_are_stopped_and_the_dead_one_is_named(
    begin: Begin, var: Path, port: int
) -> None:
    demo = begin(var, port)
    demo.wait_until_ready()
    parts = demo.processes()
    worker = next(part for part in parts if part.cmdline()[-1] == "qcluster")

    worker.kill()
    said, _ = demo.process.communicate(timeout=60)

    assert demo.process.returncode == 1
    assert said.strip().startswith("The worker has ended (-9)")
    assert still_alive(parts) == []


def test_a_taken_port_is_said_before_anything_starts(begin: Begin, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = int(other.getsockname()[1])
        demo = begin(tmp_path, port)
        said, _ = demo.process.communicate(timeout=30)

    assert demo.process.returncode == 1
    assert said == (f"Port {port} is taken. Stop what uses it, or choose another: PORTAL_PORT=8001 make demo\n")


def test_one_directory_carries_one_demo(begin: Begin, tmp_path: Path, port: int) -> None:
    with (tmp_path / "demo.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        demo = begin(tmp_path, port)
        said, _ = demo.process.communicate(timeout=30)

    assert demo.process.returncode == 1
    assert said.startswith(f"A demo already runs in {tmp_path}")
