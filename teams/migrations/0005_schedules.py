from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SYNC = "follow GitHub"


def make_schedules(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Longer than other tasks may take, and shorter than after which it would be given to a second worker."""
    apps.get_model("django_q", "Schedule").objects.update_or_create(
        name=SYNC,
        defaults={
            "func": "teams.tasks.sync",
            "kwargs": "{'q_options': {'timeout': 110}}",
            "schedule_type": "H",
            "repeats": -1,
        },
    )


def remove_schedules(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("django_q", "Schedule").objects.filter(name=SYNC).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("teams", "0004_confirmed_so_far"),
        ("django_q", "0019_alter_task_options_alter_ormq_key_alter_ormq_lock_and_more"),
    ]

    operations = [migrations.RunPython(make_schedules, remove_schedules)]
