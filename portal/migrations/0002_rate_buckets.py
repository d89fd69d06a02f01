from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_heartbeat")]

    operations = [
        migrations.CreateModel(
            name="RateBucket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True)),
                ("full_at", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
