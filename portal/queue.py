"""The only way to start background work: ring the bell after the commit, with nothing but ids (TSK-01, TSK-07)."""

from django.db import transaction
from django_q.tasks import async_task


def enqueue(task: str, *ids: int) -> None:
    """Run the function named `task` with `ids` in a worker, once the current transaction is committed.

    A bell that is never heard loses nothing: the rows say what is left to do, and the sweep reads them.
    """
    transaction.on_commit(lambda: _ring(task, *ids))


def _ring(task: str, *ids: int) -> None:
    async_task(task, *ids)
