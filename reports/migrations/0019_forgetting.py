from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def make_schedule(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schedules = apps.get_model("django_q", "Schedule").objects
    schedules.update_or_create(
        name="forget", defaults={"func": "reports.tasks.forget", "schedule_type": "H", "minutes": None, "repeats": -1}
    )


def remove_schedule(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("django_q", "Schedule").objects.filter(name="forget").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0018_nothing_left_behind"),
        ("django_q", "0019_alter_task_options_alter_ormq_key_alter_ormq_lock_and_more"),
    ]

    operations = [
        migrations.AddField(
            "report",
            "forgotten_at",
            models.DateTimeField(
                editable=False,
                help_text="When names and addresses on the reporter's side were destroyed.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="reportevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("received", "The report arrived"),
                    ("acknowledged", "Receipt was acknowledged"),
                    ("identified", "The vulnerability was identified"),
                    ("declined", "The report was declined"),
                    ("reopened", "The report was reopened"),
                    ("reporter_wrote", "The reporter wrote"),
                    ("team_wrote", "The reporter was answered"),
                    ("note_added", "A team note was added"),
                    ("file_added", "A file was added"),
                    ("file_downloaded", "A file was downloaded"),
                    ("coordination_taken", "Coordination was taken"),
                    ("coordination_handed_over", "Coordination was handed over"),
                    ("coordination_ended", "The coordinator may not read it any more, so nobody coordinates it"),
                    ("facts_changed", "Facts were changed"),
                    ("waiting_started", "Waiting for the reporter began"),
                    ("waiting_ended", "Waiting for the reporter ended"),
                    ("reporter_reminded", "The reporter was reminded"),
                    ("deadline_near", "A deadline came near"),
                    ("deadline_missed", "A deadline was missed"),
                    ("co_reporter_invited", "A co-reporter was invited"),
                    ("credit_wish_changed", "The wish for credit was changed"),
                    ("contact_changed", "The reporter's address was changed"),
                    ("withdrawal_requested", "The reporter asked to withdraw"),
                    ("link_renewed", "The reporter's link was renewed"),
                    ("link_sent", "The reporter's link was sent again"),
                    ("exported", "The reporter downloaded everything sent"),
                    ("quarantined", "The report was put in quarantine"),
                    ("quarantine_lifted", "The report was taken out of quarantine"),
                    ("access_granted", "Access was granted"),
                    ("access_revoked", "Access was revoked"),
                    ("corrected", "The record was corrected in the admin"),
                    ("identity_forgotten", "Who reported it was forgotten"),
                    ("erased", "What the report said was erased"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddConstraint(
            "report",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("erased_at__isnull", True), models.Q(("data_key_by", ""), _negated=True)),
                    models.Q(("data_key_by", ""), ("erased_at__isnull", False), ("state", "closed")),
                    _connector="OR",
                ),
                name="only_erased_reports_have_no_key",
            ),
        ),
        migrations.RunPython(make_schedule, remove_schedule),
    ]
