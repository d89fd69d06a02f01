"""The real web server on one of the bench's databases, and what processes weigh."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from portal.bench.databases import ROOT, Database

PATIENCE = 600.0
"""Seconds until it answers. The demo makes its whole sample organisation first."""


@contextlib.contextmanager
def serving(database: Database) -> Iterator[tuple[int, int]]:
    """The id of the server's first process, whose children do the work, and the port."""
    port = free_port()
    environment = {**database.environment, "PORTAL_PORT": str(port)}
    with started(sys.executable, "-m", "portal.serve", environment=environment) as process:
        wait_for("/healthz", port=port)
        yield process, port


@contextlib.contextmanager
def started(*command: str, environment: Mapping[str, str]) -> Iterator[int]:
    process = subprocess.Popen(  # noqa: S603 - our own commands
        command, env={**os.environ, **environment}, cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(PATIENCE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(path: str, *, port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status == http.client.OK:
                return
        time.sleep(0.1)
    raise TimeoutError(f"Nothing answered {path} on port {port} within {PATIENCE:.0f} seconds.")


def megabytes(process: int) -> float:
    """What it and its descendants take of the memory, with shared pages counted once (PSS)."""
    return sum(_proportional(each) for each in _family(process)) / 1024


def _family(process: int) -> list[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    family = [process]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family


def _proportional(process: int) -> int:
    """Kilobytes; none of a process that has just ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
