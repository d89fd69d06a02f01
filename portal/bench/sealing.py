"""Seals what `filling.sql` wrote in the open, some two million values, and makes the words by which it is found."""

from collections.abc import Iterator
from functools import cache, partial
from itertools import batched
from typing import Any, Final

import psycopg
from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from portal.sealed import box
from portal.sealed.fields import place, sealed_fields
from portal.sealed.keys import key_place
from portal.sealed.secrets import Secret, address_index, index_of, secret
from reports.models import Grant, Message, NeedToKnow, Report, Reporter
from reports.search import words_of

BATCH: Final = 5_000
OF_A_REPORT: Final[tuple[type[NeedToKnow], ...]] = (Grant, Reporter, Message)

type Row = tuple[Any, ...]
"""As the database gives it, its number first."""


def seal_everything() -> None:
    keys: dict[int, bytes] = {}
    for name in (Secret.SEARCH, Secret.ADDRESSES):
        secret(name)  # read now: while COPY has the connection, nothing else can be asked
    with transaction.atomic():
        raw = connection.connection.cursor()
        raw.execute("SELECT set_config('portal.viewer', 'system', true)")
        _hide_words(raw)
        _hide_addresses(raw)
        _exchange(raw, "reports_report", ["data_key", "data_key_by", *_columns(Report)], _reports(keys))
        for model in OF_A_REPORT:
            table = model._meta.db_table  # noqa: SLF001 - Django's documented model API
            _exchange(raw, table, _columns(model), _belongings(table, _columns(model), keys))
        raw.execute("UPDATE reports_reporter one SET email_index = index FROM addresses WHERE addresses.id = one.id")


def _hide_words(cursor: psycopg.Cursor[Row]) -> None:
    hidden = cache(partial(index_of, by=Secret.SEARCH))
    cursor.execute("CREATE TEMPORARY TABLE words (report_id bigint, word bytea) ON COMMIT DROP")
    for some in batched(_found_by(), BATCH, strict=False):
        with cursor.copy("COPY words FROM STDIN") as copy:
            for number, *texts in some:
                for word in sorted({hidden(word) for text in texts for word in words_of(bytes(text).decode())}):
                    copy.write_row((number, word))
    cursor.execute("INSERT INTO reports_searchword (report_id, word) SELECT report_id, word FROM words")


def _hide_addresses(cursor: psycopg.Cursor[Row]) -> None:
    hidden = cache(address_index)
    cursor.execute("CREATE TEMPORARY TABLE addresses (id bigint, index text) ON COMMIT DROP")
    for some in batched(_rows("reports_reporter", ["email"]), BATCH, strict=False):
        with cursor.copy("COPY addresses FROM STDIN") as copy:
            for number, address in some:
                copy.write_row((number, hidden(bytes(address).decode())))


def _found_by() -> Iterator[Row]:
    """In this filling a reporter has the number of the report."""
    for report, reporter in zip(
        _rows("reports_report", ["reference", "summary"]), _rows("reports_reporter", ["name", "email"]), strict=True
    ):
        number, reference, summary = report
        yield number, reference.encode(), summary, *reporter[1:]


def _columns(model: type[NeedToKnow]) -> list[str]:
    return [field.attname for field in sealed_fields(model)]


def _reports(keys: dict[int, bytes]) -> Iterator[Row]:
    columns = _columns(Report)
    for number, reference, *texts in _rows("reports_report", ["reference", *columns]):
        key = keys[number] = box.new_key()
        wrapped = settings.MASTER_KEYS.wrap(key, place=key_place("reports_report", reference))
        yield (
            number,
            wrapped.sealed,
            wrapped.by,
            *(
                box.seal(text, key=key, place=place("reports_report", column, reference))
                for column, text in zip(columns, texts, strict=True)
            ),
        )


def _belongings(table: str, columns: list[str], keys: dict[int, bytes]) -> Iterator[Row]:
    for number, report, *texts in _rows(table, ["report_id", *columns]):
        yield (
            number,
            *(
                box.seal(text, key=keys[report], place=place(table, column, str(number)))
                for column, text in zip(columns, texts, strict=True)
            ),
        )


def _rows(table: str, columns: list[str]) -> Iterator[Row]:
    """By their numbers, some at a time."""
    last = 0
    query = sql.SQL("SELECT id, {} FROM {} WHERE id > %s ORDER BY id LIMIT %s").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table)
    )
    while True:
        rows = connection.connection.execute(query, [last, BATCH]).fetchall()
        if not rows:
            return
        yield from rows
        last = rows[-1][0]


def _exchange(cursor: psycopg.Cursor[Row], table: str, columns: list[str], rows: Iterator[Row]) -> None:
    """Copy the sealed values beside the table, and put them in with one statement."""
    into, names = sql.Identifier(table), [sql.Identifier(column) for column in columns]
    cursor.execute(
        sql.SQL("CREATE TEMPORARY TABLE sealed ON COMMIT DROP AS SELECT id, {} FROM {} WHERE false").format(
            sql.SQL(", ").join(names), into
        )
    )
    for some in batched(rows, BATCH, strict=False):  # read before COPY has the connection to itself
        with cursor.copy("COPY sealed FROM STDIN") as copy:
            for row in some:
                copy.write_row(row)
    cursor.execute(
        sql.SQL("UPDATE {} SET {} FROM sealed WHERE {}.id = sealed.id").format(
            into, sql.SQL(", ").join(sql.SQL("{} = sealed.{}").format(name, name) for name in names), into
        )
    )
    cursor.execute("DROP TABLE sealed")
