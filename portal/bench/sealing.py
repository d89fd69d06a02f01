"""Seals what `filling.sql` left in the open, some two million values, and makes the words by which it is found.

As the database's superuser: nobody else may copy past row-level security.
"""

import contextlib
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import batched
from typing import Any, Final

import psycopg
from django.conf import settings
from django.db import connection, transaction
from psycopg import sql
from psycopg.rows import dict_row

from portal.sealed import box
from portal.sealed.fields import place, sealed_fields
from portal.sealed.keys import key_place
from portal.sealed.secrets import Secret, address_index, index_of, secret
from reports.models import Grant, Message, NeedToKnow, Report, Reporter
from reports.search import words_of

BATCH: Final = 5_000

type Values = dict[str, Any]
"""A row by its columns."""
type Keys = dict[int, bytes]
"""Of the reports, by their numbers."""


def seal_everything() -> None:
    keys: Keys = {}
    for name in (Secret.SEARCH, Secret.ADDRESSES):
        secret(name)  # read now: while COPY has the connection, nothing else can be asked
    with transaction.atomic():
        connection.connection.execute("SET LOCAL session_replication_role = replica")
        connection.connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
        _copy("reports_searchword", ["report_id", "word"], _hidden_words())
        _move(Report, partial(_with_its_key, keys=keys))
        _move(Grant, partial(_sealed, model=Grant, keys=keys))
        _move(Reporter, partial(_found_by_address, keys=keys))
        _move(Message, partial(_sealed, model=Message, keys=keys))


def _with_its_key(row: Values, *, keys: Keys) -> Values:
    key = keys[row["id"]] = box.new_key()
    wrapped = settings.MASTER_KEYS.wrap(key, place=key_place("reports_report", row["reference"]))
    texts = _boxes(row, Report, key=key, identity=row["reference"])
    return row | texts | {"data_key": wrapped.sealed, "data_key_by": wrapped.by}


def _sealed(row: Values, *, model: type[NeedToKnow], keys: Keys) -> Values:
    return row | _boxes(row, model, key=keys[row["report_id"]], identity=str(row["id"]))


def _found_by_address(row: Values, *, keys: Keys) -> Values:
    index = _address_index(bytes(row["email"]).decode())
    return _sealed(row, model=Reporter, keys=keys) | {"email_index": index}


_address_index = cache(address_index)


def _boxes(row: Values, model: type[NeedToKnow], *, key: bytes, identity: str) -> Values:
    return {
        column: box.seal(row[column], key=key, place=place(_table(model), column, identity))
        for column in _sealed_columns(model)
    }


@cache
def _sealed_columns(model: type[NeedToKnow]) -> list[str]:
    return [field.attname for field in sealed_fields(model)]


def _table(model: type[NeedToKnow]) -> str:
    return model._meta.db_table  # noqa: SLF001 - Django's documented model API


def _hidden_words() -> Iterator[tuple[int, bytes]]:
    """In this filling a reporter has the number of the report."""
    hidden = cache(partial(index_of, by=Secret.SEARCH))
    for report, reporter in zip(_open_rows(Report), _open_rows(Reporter), strict=True):
        texts = [report["reference"], *(bytes(text).decode() for text in _findable(report, reporter))]
        for word in sorted({hidden(word) for text in texts for word in words_of(text)}):
            yield report["id"], word


def _findable(report: Values, reporter: Values) -> tuple[bytes, bytes, bytes]:
    return report["summary"], reporter["name"], reporter["email"]


def _move(model: type[NeedToKnow], seal: Callable[[Values], Values]) -> None:
    """From the open table into the real one, and leave nothing behind."""
    columns = [str(field.column) for field in model._meta.local_concrete_fields]  # noqa: SLF001 - as above
    _copy(_table(model), columns, ([row[column] for column in columns] for row in map(seal, _open_rows(model))))
    connection.connection.execute(sql.SQL("DROP TABLE {}").format(_open_table(model)))


def _open_rows(model: type[NeedToKnow]) -> Iterator[Values]:
    """By their numbers, some at a time."""
    query = sql.SQL("SELECT * FROM {} WHERE id > %s ORDER BY id LIMIT %s").format(_open_table(model))
    last = 0
    while True:
        rows = connection.connection.cursor(row_factory=dict_row).execute(query, [last, BATCH]).fetchall()
        if not rows:
            return
        yield from rows
        last = rows[-1]["id"]


def _open_table(model: type[NeedToKnow]) -> sql.Identifier:
    return sql.Identifier(f"open_{_table(model)}")


# What keeps a table's unique constraints and other indexes, but for its primary key.
INDEXES: Final = """
    SELECT CASE WHEN held.oid IS NULL THEN format('DROP INDEX %%s', index.indexrelid::regclass)
                ELSE format('ALTER TABLE %%s DROP CONSTRAINT %%I', index.indrelid::regclass, held.conname) END,
           CASE WHEN held.oid IS NULL THEN pg_get_indexdef(index.indexrelid)
                ELSE format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s',
                            index.indrelid::regclass, held.conname, pg_get_constraintdef(held.oid)) END
      FROM pg_index index
      LEFT JOIN pg_constraint held ON held.conindid = index.indexrelid AND held.conrelid = index.indrelid
     WHERE index.indrelid = %s::regclass AND NOT index.indisprimary
"""


@contextlib.contextmanager
def _without_indexes(table: str) -> Iterator[None]:
    """They are made at once in the end: keeping them row by row takes several times as long."""
    indexes = connection.connection.execute(INDEXES, [table]).fetchall()
    for drop, _ in indexes:
        connection.connection.execute(drop)
    yield
    for _, create in indexes:
        connection.connection.execute(create)


def _copy(table: str, columns: list[str], rows: Iterator[Any]) -> None:
    with _without_indexes(table):
        _copy_into(table, columns, rows)


def _copy_into(table: str, columns: list[str], rows: Iterator[Any]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    cursor: psycopg.Cursor[Any] = connection.connection.cursor()
    for some in batched(rows, BATCH, strict=False):  # read before COPY has the connection to itself
        with cursor.copy(statement) as copy:
            for row in some:
                copy.write_row(row)
