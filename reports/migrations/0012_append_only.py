import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0011_events_chained")]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="grant",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="18d651d1122340d1205889669fa0bd5a17f74f40",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_db4bd",
                    table="reports_grant",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grant",
            trigger=pgtrigger.compiler.Trigger(
                name="not_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'Rows of % are never taken away.', TG_TABLE_NAME;",
                    hash="34d1b9d47a5d40ea8aad7f15226ff33f0f4549a9",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_not_emptied_edda7",
                    table="reports_grant",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportevent",
            trigger=pgtrigger.compiler.Trigger(
                name="never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="fc61720a40bdfbb921a6a15c4116cff05470269f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_never_changed_efdc5",
                    table="reports_reportevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportevent",
            trigger=pgtrigger.compiler.Trigger(
                name="not_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'Rows of % are never taken away.', TG_TABLE_NAME;",
                    hash="3b4eacc48e17b8c4d64a00c375be657a4700ffea",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_not_emptied_1276f",
                    table="reports_reportevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reportevent",
            constraint=models.UniqueConstraint(fields=("report", "seq"), name="events_of_a_report_follow_each_other"),
        ),
        migrations.AddIndex(
            model_name="reportchain",
            index=models.Index(
                condition=models.Q(("length__gt", models.F("noted_length"))),
                fields=["report"],
                name="reportchain_to_note",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportchain",
            trigger=pgtrigger.compiler.Trigger(
                name="only_grows",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."length" < (OLD."length"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="91c389a676888bf0fc89d7e8ccb710247f4c38ec",
                    operation="UPDATE",
                    pgid="pgtrigger_only_grows_6bc0e",
                    table="reports_reportchain",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportchain",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="eedca83ded3ef313e66469d0a9bb4a3b6e3ad784",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_a2b67",
                    table="reports_reportchain",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportchain",
            trigger=pgtrigger.compiler.Trigger(
                name="not_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'Rows of % are never taken away.', TG_TABLE_NAME;",
                    hash="0eae450459306b5557a3b7c91c1b8d3241390305",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_not_emptied_a0a33",
                    table="reports_reportchain",
                    when="BEFORE",
                ),
            ),
        ),
    ]
