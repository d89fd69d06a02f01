"""Release notes link to each advisory by itself; and whether each followed its release on the same day is kept."""

from django.db import migrations, models

TABLES = ("disclosures_release", "disclosures_repositoryadvisory")
OPEN = [f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY" for table in TABLES]
SHUT = [f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY" for table in TABLES]
MOVE = """
UPDATE disclosures_repositoryadvisory SET linked_at = release.linked_at FROM disclosures_release release
 WHERE release.report_id = disclosures_repositoryadvisory.report_id
   AND release.project_id = disclosures_repositoryadvisory.project_id
   AND disclosures_repositoryadvisory.state IN ('published', 'withdrawn', 'closed')
"""
BACK = """
UPDATE disclosures_release SET linked_at = (
  SELECT CASE WHEN bool_and(linked_at IS NOT NULL) THEN max(linked_at) END FROM disclosures_repositoryadvisory
   WHERE report_id = disclosures_release.report_id AND project_id = disclosures_release.project_id)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("disclosures", "0019_named_there"),
    ]

    operations = [
        migrations.AddField(
            model_name="repositoryadvisory",
            name="kept_the_day",
            field=models.BooleanField(
                editable=False,
                help_text="Whether it followed its release on the same day: unknown until both were seen.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="repositoryadvisory",
            name="linked_at",
            field=models.DateTimeField(
                blank=True, help_text="When the link to it was first read in the release notes.", null=True
            ),
        ),
        migrations.RunSQL([*OPEN, MOVE, *SHUT], [*OPEN, BACK, *SHUT]),
        migrations.RemoveField(
            model_name="release",
            name="linked_at",
        ),
    ]
