from django.db import migrations, models

WROTE_IN_THE_OPEN = (
    "report", "message", "attachment", "reporter", "grant", "recusal", "stagedfile", "savedview", "searchword",
)  # fmt: skip


class Migration(migrations.Migration):
    """Rewrites the tables, so that no row as it was before lies about in their files, and indexes what is new."""

    dependencies = [("reports", "0017_sealed")]

    operations = [
        *(
            migrations.RunSQL(f"CLUSTER reports_{model} USING reports_{model}_pkey", migrations.RunSQL.noop)
            for model in WROTE_IN_THE_OPEN
        ),
        migrations.AddIndex("report", models.Index(fields=["data_key_by", "id"], name="report_key")),
        migrations.AddIndex("reporter", models.Index(fields=["email_index"], name="reporter_email")),
        migrations.AddConstraint(
            "savedview", models.UniqueConstraint(fields=("name_index",), name="saved_views_have_own_names")
        ),
    ]
