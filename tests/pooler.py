"""PgBouncer in transaction mode before the tests' server, so that several clients share one of its connections.

It answers in the server's own directory of sockets, which only one account may enter, on a port of its own.
"""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from portal import postgres
from portal.postgres.place import Place, place_under

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
FIRST_PORT = 20_000
"""A port is but a part of the socket's name here. Each test process has its own."""
PATIENCE = 10.0  # seconds
ACCOUNTS = "".join(f'"{role}" ""\n' for role in (postgres.APPLICATION_ROLE, postgres.OWNER_ROLE))
SETTINGS = """
[databases]
* = host={sockets}

[pgbouncer]
unix_socket_dir = {sockets}
unix_socket_mode = 0700
listen_addr =
listen_port = {port}
pool_mode = transaction
default_pool_size = {connections}
auth_type = trust
auth_file = {accounts}
ignore_startup_parameters = extra_float_digits
log_connections = 0
log_disconnections = 0
log_stats = 0
"""


@contextlib.contextmanager
def pooling(var: Path, *, connections: int = 1) -> Iterator[int]:
    """The port at which the server under `var`, which runs already, is reached through so many connections."""
    assert PROGRAM, "PgBouncer is missing; on Debian: apt-get install pgbouncer"
    place, port = place_under(var), FIRST_PORT + os.getpid() % 40_000
    files = [_written(place, name, text) for name, text in _files(place, port=port, connections=connections).items()]
    with (place.home / f"pooler-{port}.log").open("w") as log:
        process = subprocess.Popen(  # noqa: S603 - the program of Debian's package, fixed arguments
            [PROGRAM, "-q", *(["-u", place.account.pw_name] if place.account else []), files[0]],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_for(place, port, process)
        yield port
    finally:
        process.kill()
        process.wait()
        for file in (*files, Path(log.name), place.sockets / f".s.PGSQL.{port}"):
            file.unlink(missing_ok=True)


def _files(place: Place, *, port: int, connections: int) -> dict[str, str]:
    accounts = f"pooler-{port}.txt"
    settings = SETTINGS.format(
        sockets=place.sockets, port=port, connections=connections, accounts=place.home / accounts
    )
    return {f"pooler-{port}.ini": settings, accounts: ACCOUNTS}


def _written(place: Place, name: str, text: str) -> Path:
    file = place.home / name
    file.write_text(text)
    place.give(file)
    return file


def _wait_for(place: Place, port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    url = place.url(postgres.APPLICATION_ROLE, database=postgres.DATABASE)
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url, port=port):
            return
        time.sleep(0.05)
    raise AssertionError((place.home / f"pooler-{port}.log").read_text())
