from django.db import migrations

from portal.row_security import OWN_GRANT, OWN_USER, SEES_FROM, NeedToKnowFunctions, ProtectRows

MEANT_FOR_REPORTER = f"(audience = 'reporter' AND created_at >= {SEES_FROM})"


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("teams", "0001_initial")]

    operations = [
        NeedToKnowFunctions(),
        ProtectRows("reports_report", "id"),
        ProtectRows("reports_affectedproject"),
        ProtectRows("reports_grant", reporters_see="user_id IS NULL"),
        ProtectRows("reports_recusal", reporters_see="false"),
        ProtectRows(
            "reports_reporter",
            reporters_see=f"(grant_id = {OWN_GRANT} OR invited_by_id IS NOT NULL)",
        ),
        ProtectRows("reports_accesskey", reporters_see="false"),
        ProtectRows("reports_message", reporters_see=MEANT_FOR_REPORTER),
        ProtectRows("reports_attachment", reporters_see=MEANT_FOR_REPORTER),
        ProtectRows("reports_searchword", reporters_see="false"),
        ProtectRows("reports_reportevent", reporters_see="false"),
        ProtectRows("reports_clock"),
        ProtectRows("reports_notification", reporters_see="false"),
        ProtectRows("reports_stagedfile", instead="(SELECT portal_is_system())"),
        ProtectRows("reports_savedview", instead=f"user_id = {OWN_USER} OR (SELECT portal_is_system())"),
    ]
