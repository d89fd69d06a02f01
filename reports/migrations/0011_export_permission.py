from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0010_append_only"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="report",
            options={
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "ordering": ("-received_at", "-id"),
                "permissions": [
                    ("answer_report", "Can write to the reporter"),
                    ("note_report", "Can write and read team notes"),
                    ("move_report", "Can acknowledge, identify, decline and reopen"),
                    ("assess_report", "Can set projects, severity and weakness"),
                    ("coordinate_report", "Can take or hand over coordination"),
                    ("review_quarantine", "Can look through the quarantine"),
                    ("view_reporter_identity", "Can see the reporter's name and address"),
                    ("export_report", "Can take the case file"),
                ],
            },
        ),
    ]
