import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_schedules")]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="digest",
            field=models.ForeignKey(
                blank=True,
                help_text="The daily digest that tells it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gathered",
                to="reports.notification",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("kind__in", ["receipt", "link", "invitation"]), ("sent_at__isnull", False)),
                fields=["sent_at"],
                name="notification_automatic",
            ),
        ),
    ]
