"""A report may be assessed by CVSS 3.1, by 4.0, or by both: each has its column, and what was assessed by 4.0 moves."""

from django.db import migrations, models
from django.db.models import Q

MOVE = """
ALTER TABLE reports_report NO FORCE ROW LEVEL SECURITY;
UPDATE reports_report SET cvss40_vector = cvss_vector, cvss_vector = '' WHERE cvss_vector LIKE 'CVSS:4.0/%';
ALTER TABLE reports_report FORCE ROW LEVEL SECURITY;
"""
BACK = """
ALTER TABLE reports_report NO FORCE ROW LEVEL SECURITY;
UPDATE reports_report SET cvss_vector = cvss40_vector WHERE cvss_vector = '' AND cvss40_vector <> '';
ALTER TABLE reports_report FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0046_mail_files"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="report", name="severity_comes_with_its_vector"),
        migrations.AlterField(
            model_name="report",
            name="cvss_vector",
            field=models.CharField("CVSS 3.1 vector", max_length=300, blank=True, db_column="cvss_vector"),
        ),
        migrations.RenameField(model_name="report", old_name="cvss_vector", new_name="cvss31_vector"),
        migrations.AddField(
            model_name="report",
            name="cvss40_vector",
            field=models.CharField("CVSS 4.0 vector", max_length=300, blank=True, default=""),
        ),
        migrations.RunSQL(MOVE, BACK),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                name="severity_comes_with_its_vector",
                condition=Q(cvss31_vector="", cvss40_vector="", severity="", cvss_score__isnull=True)
                | ~Q(cvss31_vector="", cvss40_vector="") & ~Q(severity="") & Q(cvss_score__isnull=False),
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                name="vectors_are_of_their_version",
                condition=(Q(cvss31_vector="") | Q(cvss31_vector__startswith="CVSS:3.1/"))
                & (Q(cvss40_vector="") | Q(cvss40_vector__startswith="CVSS:4.0/")),
            ),
        ),
    ]
