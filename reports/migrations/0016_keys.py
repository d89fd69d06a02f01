from django.db import migrations, models

import portal.sealed.fields
import portal.sealed.keys

HELP = "The master key that wraps it."


class Migration(migrations.Migration):
    """Room for keys, and for what is found by a keyed hash."""

    dependencies = [("reports", "0015_no_log_beside_ours")]

    operations = [
        migrations.AlterModelOptions(name="savedview", options={}),
        migrations.RemoveConstraint(model_name="savedview", name="saved_views_have_own_names"),
        migrations.RemoveIndex(model_name="reporter", name="reporter_email"),
        *(
            operation
            for model in ("report", "stagedfile")
            for operation in (
                migrations.AddField(model, "data_key", portal.sealed.keys.DataKeyField(default=b"")),
                migrations.AddField(
                    model, "data_key_by", models.CharField(default="", editable=False, help_text=HELP, max_length=20)
                ),
            )
        ),
        migrations.AddField(
            "report",
            "erased_at",
            models.DateTimeField(editable=False, help_text="When its key was destroyed.", null=True),
        ),
        migrations.AddField(
            "attachment",
            "secret",
            portal.sealed.fields.SealedCharField(
                blank=True, help_text="Opens the file, and its picture.", max_length=64
            ),
        ),
        migrations.AddField(
            "stagedfile",
            "secret",
            portal.sealed.fields.SealedCharField(default=b"", help_text="Opens the file.", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            "reporter",
            "email_index",
            models.CharField(
                blank=True,
                editable=False,
                help_text="Keyed hash of the address; empty if there is none.",
                max_length=32,
            ),
        ),
        migrations.AddField(
            "savedview",
            "name_index",
            models.BinaryField(
                default=b"", help_text="Keyed hash of person and name: one view of each name.", max_length=16
            ),
            preserve_default=False,
        ),
    ]
