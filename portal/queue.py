"""The only way to start background work: ring the bell after the commit, with nothing but ids (TSK-01, TSK-07)."""

import functools
import traceback
from collections.abc import Callable

from django.db import transaction
from django_q.tasks import async_task


class TaskFailed(Exception):
    """A task did not finish. It says what kind of mistake happened where, and no value: the worker keeps the words."""


def enqueue(task: str, *ids: int) -> None:
    """Run the function named `task` with `ids` in a worker, once the current transaction is committed.

    A bell that is never heard loses nothing: the rows say what is left to do, and the sweep reads them.
    """
    transaction.on_commit(lambda: _ring(task, *ids))


def discreet[**P](task: Callable[P, None]) -> Callable[P, None]:
    """Keep the values out of what the worker stores and logs of a failure: a database error quotes the row (CAP-05)."""

    @functools.wraps(task)
    def quietly(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            task(*args, **kwargs)
        except Exception as mistake:  # noqa: BLE001 - it goes on at once, without its words
            last = traceback.extract_tb(mistake.__traceback__)[-1]
            raise TaskFailed(f"{type(mistake).__name__} at {last.name}, line {last.lineno}") from None

    return quietly


def _ring(task: str, *ids: int) -> None:
    async_task(task, *ids)
