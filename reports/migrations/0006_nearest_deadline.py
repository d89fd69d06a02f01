from datetime import UTC, datetime

from django.db import migrations, models
from django.db.models import Case, F, Q, Value, When

NEAREST_DEADLINE = Case(
    When(next_due_at__isnull=True, then=Value(datetime(9999, 1, 1, tzinfo=UTC))),
    default=F("next_due_at"),
    output_field=models.DateTimeField(),
)


class Migration(migrations.Migration):
    """The order by deadline, in words that row-level security lets an index serve."""

    dependencies = [("reports", "0005_figures")]

    operations = [
        migrations.RemoveIndex(model_name="report", name="report_open_by_coordinator"),
        migrations.RemoveIndex(model_name="report", name="report_by_deadline"),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                F("coordinator"),
                NEAREST_DEADLINE,
                F("id").desc(),
                name="report_open_by_coordinator",
                condition=~Q(state="closed"),
            ),
        ),
        migrations.AddIndex(
            model_name="report", index=models.Index(NEAREST_DEADLINE, F("id").desc(), name="report_by_deadline")
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                NEAREST_DEADLINE,
                F("id").desc(),
                name="report_unowned",
                condition=Q(coordinator__isnull=True) & ~Q(state="closed"),
            ),
        ),
    ]
