"""The only way to start background work: ring the bell after the commit, with nothing but ids (TSK-01, TSK-07)."""

from collections.abc import Callable

from django.db import transaction
from django_q.tasks import async_task

type Task = Callable[..., None]


def enqueue(task: Task, *ids: int) -> None:
    """Run `task(*ids)` in a worker once the current transaction is committed.

    A bell that is never heard loses nothing: the rows say what is left to do, and the sweep reads them.
    """
    name = f"{task.__module__}.{task.__qualname__}"
    transaction.on_commit(lambda: _ring(name, *ids))


def _ring(name: str, *ids: int) -> None:
    async_task(name, *ids)
