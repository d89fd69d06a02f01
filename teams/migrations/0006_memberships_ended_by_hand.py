from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("teams", "0005_schedules")]

    operations = [
        migrations.AlterField(
            model_name="departure",
            name="why",
            field=models.CharField(
                choices=[
                    ("own_will", "stepped down"),
                    ("not_eligible", "no longer an active maintainer of an active project"),
                    ("by_hand", "ended in the administration"),
                ],
                max_length=12,
            ),
        )
    ]
