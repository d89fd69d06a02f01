from django.db import migrations


class Migration(migrations.Migration):
    """What corrections in the administration left in Django's own log, which row-level security does not guard."""

    dependencies = [
        ("reports", "0014_export_permission"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunSQL(
            """DELETE FROM django_admin_log WHERE content_type_id IN
               (SELECT id FROM django_content_type WHERE app_label = 'reports')""",
            migrations.RunSQL.noop,
        ),
    ]
