"""Looking with one net alone, the others out of the way."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from portal.viewer import Viewer, acting_as


@contextmanager
def without_row_security(viewer: Viewer) -> Iterator[None]:
    """Look as `viewer` while PostgreSQL takes it for the portal itself: only our own code holds anything back."""
    with acting_as(viewer):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('portal.viewer', 'system', true)")
        yield


def numbers(question: str) -> list[int]:
    """The first column of what PostgreSQL answers, which no code of ours has narrowed."""
    with connection.cursor() as cursor:
        cursor.execute(question)
        return [int(row[0]) for row in cursor.fetchall()]
