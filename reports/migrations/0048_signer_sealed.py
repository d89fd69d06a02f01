"""Which key signed a mail is sealed with the rest of it: beside the number of a report it would name the reporter.

The way back forgets it: otherwise all of it would be written into the open again.
"""

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper

from portal.sealed import box
from portal.sealed.fields import SealedCharField, place
from portal.sealed.keys import key_place
from portal.sealed.master import WrappedKey

TABLE = "reports_inboundmail"
BATCH = 500


def seal_signers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT set_config('portal.viewer', 'system', true)")
        cursor.execute(f"UPDATE {TABLE} SET signer = '' WHERE data_key = ''")  # noqa: S608 - our own name
        last = 0
        while last := seal_batch(cursor, last):
            pass


def seal_batch(cursor: CursorWrapper, last: int) -> int:
    """Seal the next ones; the number of the last of them, or 0."""
    cursor.execute(
        f"""SELECT id, code, data_key_by, data_key, signer FROM {TABLE}
            WHERE id > %s AND data_key <> '' ORDER BY id LIMIT %s""",  # noqa: S608 - as above
        [last, BATCH],
    )
    changes = []
    for number, code, by, wrapped, signer in cursor.fetchall():
        key = settings.MASTER_KEYS.unwrap(WrappedKey(by=by, sealed=bytes(wrapped)), place=key_place(TABLE, code))
        changes.append((box.seal(bytes(signer), key=key, place=place(TABLE, "signer", code)), number))
    cursor.executemany(f"UPDATE {TABLE} SET signer = %s WHERE id = %s", changes)  # noqa: S608 - as above
    return changes[-1][1] if changes else 0


class Migration(migrations.Migration):
    dependencies = [("reports", "0047_two_vectors")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    f"ALTER TABLE {TABLE} ALTER signer TYPE bytea USING convert_to(signer, 'UTF8')",
                    f"ALTER TABLE {TABLE} ALTER signer TYPE varchar(64) USING ''",
                )
            ],
            [
                migrations.AlterField(
                    "inboundmail",
                    "signer",
                    SealedCharField(blank=True, help_text="Fingerprint of the key that signed it.", max_length=64),
                )
            ],
        ),
        migrations.RunPython(seal_signers, migrations.RunPython.noop),
    ]
