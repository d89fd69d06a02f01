"""Wrapping every key under the current master key, so that an older one can go.

What the keys have sealed stays as it is: only the wrapping of each changes. It may run while the portal is in use, may
be killed, and continues where it was. Nothing is held longer than one batch.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from portal.sealed.keys import KeyHolder
from portal.viewer import SYSTEM, acting_as

BATCH = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """So many keys of this kind of row were wrapped anew, in all so far."""

    kind: str
    done: int


def holders() -> list[type[KeyHolder]]:
    return [model for model in apps.get_models() if issubclass(model, KeyHolder)]


def names_in_use() -> set[str]:
    """The master keys under which something lies, as the current viewer sees it."""
    names: set[str] = set()
    with connection.cursor() as cursor:
        for model in holders():
            table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001 - Django's documented model API
            cursor.execute(f"SELECT DISTINCT data_key_by FROM {table} WHERE data_key_by <> ''")  # noqa: S608 - our table
            names |= {name for (name,) in cursor.fetchall()}
    return names


def rotate(*, batch: int = BATCH) -> Iterator[Progress]:
    """One transaction for each batch."""
    for model in holders():
        done = 0
        while count := _rotate_some(model, batch):
            done += count
            yield Progress(str(model._meta.verbose_name_plural), done)  # noqa: SLF001 - as above


def _rotate_some(model: type[KeyHolder], batch: int) -> int:
    with transaction.atomic(), acting_as(SYSTEM):
        rows = model._base_manager.exclude(data_key_by__in=["", settings.MASTER_KEYS.current])  # noqa: SLF001 - as above
        needed = rows.only("pk", "data_key", "data_key_by", model.key_named_by)
        waiting = list(needed.select_for_update(no_key=True, of=("self",)).order_by("pk")[:batch])
        for row in waiting:
            row.wrap_anew()
        _save(model, waiting)
    return len(waiting)


def _save(model: type[KeyHolder], rows: list[KeyHolder]) -> None:
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001 - as above
    column = connection.ops.quote_name(model._meta.pk.attname)  # noqa: SLF001 - as above
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET data_key = %s, data_key_by = %s WHERE {column} = %s",  # noqa: S608 - our own table
            [(row.data_key, row.data_key_by, row.pk) for row in rows],
        )
