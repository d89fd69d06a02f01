from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone


def confirm_what_was_recorded(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Whoever is recorded as a maintainer was so by somebody's word: it counts as long as any confirmation does."""
    evidence = apps.get_model("teams", "Evidence")
    current = apps.get_model("teams", "Maintainership").objects.filter(until=None)
    evidence.objects.bulk_create(
        evidence(
            user_id=row.user_id,
            project_id=row.project_id,
            sign="confirmed",
            seen_at=timezone.now(),
            reason=row.reason or "Recorded before GitHub was asked.",
        )
        for row in current
    )


class Migration(migrations.Migration):
    dependencies = [("teams", "0003_membership_that_keeps_itself_true")]

    operations = [migrations.RunPython(confirm_what_was_recorded, migrations.RunPython.noop)]
