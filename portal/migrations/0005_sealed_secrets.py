from django.db import migrations, models

import portal.sealed.keys


class Migration(migrations.Migration):
    dependencies = [("portal", "0004_chains")]

    operations = [
        migrations.CreateModel(
            name="SealedSecret",
            fields=[
                ("data_key", portal.sealed.keys.DataKeyField(default=b"")),
                (
                    "data_key_by",
                    models.CharField(
                        default="", editable=False, help_text="The master key that wraps it.", max_length=20
                    ),
                ),
                ("name", models.CharField(max_length=30, primary_key=True, serialize=False)),
            ],
            options={"abstract": False},
        ),
    ]
