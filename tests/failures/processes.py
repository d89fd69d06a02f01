"""Real processes of the portal, in sessions of their own, to be killed."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GLANCE = 0.05  # seconds between two looks


def environment(*, database: str, mail_port: int, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.failures.settings",
        "DATABASE_URL": database,
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "EMAIL_TIMEOUT": "2",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "ERROR"),
        **more,
    }


@contextlib.contextmanager
def running(*arguments: str, env: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process and all it starts, gone at the end whatever happens."""
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            [sys.executable, *arguments], cwd=ROOT, env=env, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """As a machine does that has run out of memory: at once, all of it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(GLANCE)
    return True
