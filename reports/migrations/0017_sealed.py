"""Everything that people wrote is sealed where it stands, files included.

There is no way back: it would write all of it into the open again. Whoever must go back restores the backup that they
made before.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper

from portal.file_store import NoSuchFile, Store
from portal.sealed import box, secrets
from portal.sealed.fields import (
    SealedCharField,
    SealedEmailField,
    SealedField,
    SealedTextField,
    SequencedKey,
    place,
)
from portal.sealed.keys import key_place
from portal.sealed.secrets import Secret, address_index, index_of, secret

BATCH = 500

SEALED: dict[str, dict[str, SealedField]] = {
    "report": {
        "summary": SealedCharField(max_length=300),
        "description": SealedTextField(),
        "affected_versions": SealedTextField(blank=True),
        "reproduction": SealedTextField(blank=True, verbose_name="how to reproduce"),
        "impact": SealedTextField(blank=True),
        "dependency_name": SealedCharField(blank=True, max_length=200),
        "dependency_version": SealedCharField(blank=True, max_length=200),
        "public_where": SealedTextField(blank=True),
        "exploit_evidence": SealedTextField(blank=True),
    },
    "message": {"body": SealedTextField()},
    "attachment": {
        "name": SealedCharField(max_length=255),
        "sha256": SealedCharField(max_length=64, verbose_name="SHA-256"),
    },
    "reporter": {
        "name": SealedCharField(blank=True, max_length=200),
        "email": SealedEmailField(blank=True, max_length=254, verbose_name="e-mail"),
        "credit_name": SealedCharField(blank=True, help_text="How they want to be named.", max_length=200),
    },
    "grant": {"reason": SealedCharField(help_text="Why fixing needs this person.", max_length=500)},
    "recusal": {"reason": SealedCharField(blank=True, max_length=500)},
    "stagedfile": {"name": SealedCharField(max_length=255), "sha256": SealedCharField(max_length=64)},
    "savedview": {
        "name": SealedCharField(max_length=60),
        "query": SealedCharField(blank=True, help_text="The queue's query string.", max_length=1000),
    },
}
OF_A_REPORT = ("message", "attachment", "reporter", "grant", "recusal")
NUMBERED_BEFORE = (*OF_A_REPORT, "savedview")

type Row = tuple[Any, ...]


def seal_everything(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portal.viewer', 'system', true)")
        cursor.execute("DELETE FROM django_session")
        secrets.make_missing()
        seal_reports(cursor)
        seal_staged_files(cursor)
        seal_saved_views(cursor)
        hide_words(cursor)


def batches(cursor: CursorWrapper, table: str, columns: str) -> Iterator[list[Row]]:
    last = 0
    while True:
        cursor.execute(f"SELECT id, {columns} FROM {table} WHERE id > %s ORDER BY id LIMIT %s", [last, BATCH])  # noqa: S608 - our own names
        rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def seal_reports(cursor: CursorWrapper) -> None:
    own = list(SEALED["report"])
    for rows in batches(cursor, "reports_report", ", ".join(["reference", *own])):
        keys = {number: box.new_key() for number, *_ in rows}
        update(
            cursor,
            "reports_report",
            ["data_key", "data_key_by", *own],
            [
                (
                    *wrapped("reports_report", reference, keys[number]),
                    *sealed("reports_report", own, texts, key=keys[number], identity=reference),
                    number,
                )
                for number, reference, *texts in rows
            ],
        )
        for model in OF_A_REPORT:
            seal_belongings(cursor, model, keys)


def seal_belongings(cursor: CursorWrapper, model: str, keys: dict[int, bytes]) -> None:
    table, own = f"reports_{model}", list(SEALED[model])
    extra = {"attachment": "storage_key, picture_key", "reporter": "convert_from(email, 'UTF8'), ''"}.get(
        model, "'', ''"
    )
    columns = ", ".join(["id", "report_id", extra, *own])
    cursor.execute(f"SELECT {columns} FROM {table} WHERE report_id = ANY(%s)", [list(keys)])  # noqa: S608 - as above
    changes = []
    for number, report, first, second, *texts in cursor.fetchall():
        values = sealed(table, own, texts, key=keys[report], identity=str(number))
        match model:
            case "attachment":
                names, opened_by = adopted(first, second)
                values += [
                    *names,
                    box.seal(opened_by.encode(), key=keys[report], place=place(table, "secret", str(number))),
                ]
            case "reporter":
                values.append(address_index(first))
        changes.append((*values, number))
    added = {"attachment": ["storage_key", "picture_key", "secret"], "reporter": ["email_index"]}.get(model, [])
    update(cursor, table, [*own, *added], changes)


def seal_staged_files(cursor: CursorWrapper) -> None:
    table, own = "reports_stagedfile", list(SEALED["stagedfile"])
    for rows in batches(cursor, table, ", ".join(["token_hash", "storage_key", *own])):
        changes = []
        for number, token, storage_key, *texts in rows:
            key = box.new_key()
            (name, _), opened_by = adopted(storage_key, "")
            changes.append(
                (
                    *wrapped(table, token, key),
                    *sealed(table, own, texts, key=key, identity=token),
                    name,
                    box.seal(opened_by.encode(), key=key, place=place(table, "secret", token)),
                    number,
                )
            )
        update(cursor, table, ["data_key", "data_key_by", *own, "storage_key", "secret"], changes)


def seal_saved_views(cursor: CursorWrapper) -> None:
    table, own = "reports_savedview", list(SEALED["savedview"])
    for rows in batches(cursor, table, ", ".join(["user_id", *own])):
        key = secret(Secret.SAVED_VIEWS)
        changes = [
            (
                index_of(f"{user} {bytes(texts[0]).decode()}", by=Secret.SAVED_VIEWS),
                *sealed(table, own, texts, key=key, identity=str(number)),
                number,
            )
            for number, user, *texts in rows
        ]
        update(cursor, table, ["name_index", *own], changes)


def hide_words(cursor: CursorWrapper) -> None:
    for rows in batches(cursor, "reports_searchword", "convert_from(word, 'UTF8')"):
        hidden = [(index_of(word, by=Secret.SEARCH), number) for number, word in rows]
        update(cursor, "reports_searchword", ["word"], hidden)


def wrapped(table: str, identity: str, key: bytes) -> tuple[bytes, str]:
    under = settings.MASTER_KEYS.wrap(key, place=key_place(table, identity))
    return under.sealed, under.by


def sealed(
    table: str, columns: Sequence[str], texts: Sequence[bytes], *, key: bytes, identity: str
) -> list[bytes | str]:
    return [
        box.seal(bytes(text), key=key, place=place(table, column, identity))
        for column, text in zip(columns, texts, strict=True)
    ]


def adopted(name: str, picture: str) -> tuple[tuple[str, str], str]:
    """The new names of a file and its picture, and what opens them. The old ones go once all of this is committed."""
    store = Store(settings.FILES_ROOT)
    new, opened_by = [], ""
    for old in (name, picture):
        try:
            stored = store.adopt(old, secret=opened_by)
        except NoSuchFile:
            new.append(old)
            continue
        transaction.on_commit(partial(store.delete, old))
        new.append(stored.key)
        opened_by = stored.secret
    return (new[0], new[1]), opened_by or box.new_key().hex()


def update(cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    settings_of = ", ".join(f"{column} = %s" for column in columns)
    cursor.executemany(f"UPDATE {table} SET {settings_of} WHERE id = %s", rows)  # noqa: S608 - as above


def as_bytes(model: str, column: str, field: "models.Field[Any, Any]") -> migrations.SeparateDatabaseAndState:
    """`convert_to`, not a cast: a cast would take backslashes for escapes."""
    return migrations.SeparateDatabaseAndState(
        [
            migrations.RunSQL(
                f"ALTER TABLE reports_{model} ALTER {column} TYPE bytea USING convert_to({column}, 'UTF8')"
            )
        ],
        [migrations.AlterField(model, column, field)],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0016_keys"),
        ("portal", "0005_sealed_secrets"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        *(as_bytes(model, column, field) for model, fields in SEALED.items() for column, field in fields.items()),
        as_bytes("searchword", "word", models.BinaryField(max_length=16)),
        migrations.RunPython(seal_everything),
        migrations.SeparateDatabaseAndState(
            [],
            [
                migrations.AlterField(model, "id", SequencedKey(primary_key=True, serialize=False))
                for model in NUMBERED_BEFORE
            ],
        ),
    ]
