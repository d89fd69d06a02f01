"""`python -m portal.postgres run COMMAND…`, `start`, `stop` or `remove`, for the directory in PORTAL_VAR."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from portal import postgres

_VAR = Path(os.environ.get("PORTAL_VAR") or Path(__file__).parent.parent.parent / "var")


def main(arguments: list[str]) -> int:
    match arguments:
        case ["start"]:
            postgres.start(_VAR)
        case ["stop"]:
            postgres.stop(_VAR)
        case ["remove"]:
            postgres.remove(_VAR)
        case ["run", *command] if command:
            return _run(command)
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2
    return 0


def _run(command: list[str]) -> int:
    """Run a command while the server answers; a server of one's own (DATABASE_URL) needs none of ours."""
    if os.environ.get("DATABASE_URL"):
        return subprocess.call(command)  # noqa: S603 - the developer's own command
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for the command; we wait for its end
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with postgres.running(_VAR):
        return subprocess.call(command)  # noqa: S603 - the developer's own command


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except postgres.PostgresError as failure:
        sys.exit(f"{failure}")
