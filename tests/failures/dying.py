"""Work that dies at one of the moments that it passes by: as the machine takes it, and no handler sees it coming."""

import enum
import os
import signal
from collections.abc import Callable

from django.db import connection


class Ending(enum.IntEnum):
    """How a process ended; the numbers are what it exits with."""

    DONE = 0
    BROKE = 1
    FOUND_NOTHING_TO_DO = 2
    WAS_KILLED = 3


class Moments:
    """Counts the moments at which somebody could be killed, and strikes at one of them.

    `has_begun`: whoever is watched says that there was something to do.
    """

    def __init__(self, *, strike_at: int) -> None:
        self._passed, self._strike_at = 0, strike_at
        self.has_begun = False

    def pass_by(self) -> None:
        if self._passed == self._strike_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self._passed += 1


def end_of(work: Callable[[], None], moments: Moments) -> Ending:
    """In a process of its own, which gets its own connection to the database, and touches none of ours."""
    pid = os.fork()
    if pid == 0:
        connection.connection = None
        try:
            work()
        except BaseException:  # noqa: BLE001 - nothing of the test's may run on in here
            os._exit(Ending.BROKE)
        os._exit(Ending.DONE if moments.has_begun else Ending.FOUND_NOTHING_TO_DO)
    _, status = os.waitpid(pid, 0)
    ending = Ending.WAS_KILLED if os.WIFSIGNALED(status) else Ending(os.WEXITSTATUS(status))
    assert ending is not Ending.BROKE
    return ending
