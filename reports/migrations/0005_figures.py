from datetime import UTC, datetime

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Coalesce


def make_schedule(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("django_q", "Schedule").objects.update_or_create(
        name="figures", defaults={"func": "reports.tasks.figures", "schedule_type": "H", "repeats": -1}
    )


def remove_schedule(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("django_q", "Schedule").objects.filter(name="figures").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0004_digests"),
        ("django_q", "0019_alter_task_options_alter_ormq_key_alter_ormq_lock_and_more"),
    ]

    operations = [
        migrations.CreateModel(
            name="Figures",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("computed_at", models.DateTimeField()),
                ("since", models.DateTimeField(help_text="The figures count what was promised from then on.")),
                (
                    "acknowledgements",
                    models.PositiveIntegerField(help_text="Promised acknowledgements that were given or are late."),
                ),
                ("acknowledged_in_time", models.PositiveIntegerField()),
                ("median_to_acknowledge", models.DurationField(null=True)),
                ("updates", models.PositiveIntegerField(help_text="Promised updates that were given or are late.")),
                ("updated_in_time", models.PositiveIntegerField()),
                ("open_reports", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name_plural": "figures",
            },
        ),
        migrations.RemoveIndex(
            model_name="report",
            name="report_open_by_coordinator",
        ),
        migrations.RemoveIndex(
            model_name="report",
            name="report_open_by_deadline",
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                models.F("coordinator"),
                Coalesce(
                    "next_due_at",
                    models.Value(
                        datetime(9999, 1, 1, tzinfo=UTC),
                        output_field=models.DateTimeField(),
                    ),
                ),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("state", "closed"), _negated=True),
                name="report_open_by_coordinator",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                Coalesce(
                    "next_due_at",
                    models.Value(
                        datetime(9999, 1, 1, tzinfo=UTC),
                        output_field=models.DateTimeField(),
                    ),
                ),
                models.OrderBy(models.F("id"), descending=True),
                name="report_by_deadline",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                condition=models.Q(("waiting_since__isnull", False)), fields=["waiting_since"], name="report_waiting"
            ),
        ),
        migrations.RunPython(make_schedule, remove_schedule),
        migrations.AddConstraint(
            model_name="figures",
            constraint=models.CheckConstraint(condition=models.Q(("pk", 1)), name="there_is_one_row_of_figures"),
        ),
    ]
