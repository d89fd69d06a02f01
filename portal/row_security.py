"""Migration operations that make PostgreSQL keep the need-to-know rule by itself (DB-02, DB-03).

The rule has two facts: current membership of the security team, unless the report is restricted, or a grant neither
revoked nor expired; and no recusal. It is written once, as SQL functions; each table names only the column that says
which report a row is about.
Functions that must read the protected grants take the viewer as arguments and look as the system while they do;
setting the viewer inside them, rather than in their `SET` clause, needs no right that a hosted PostgreSQL keeps back.
"""

from django.db.migrations import RunSQL

FUNCTIONS = """
CREATE FUNCTION portal_viewer() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('portal.viewer', true), '') $$;

CREATE FUNCTION portal_viewer_number(kind text) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN portal_viewer() ~ ('^' || kind || ':[0-9]{1,18}$')
          THEN split_part(portal_viewer(), ':', 2)::bigint END $$;

CREATE FUNCTION portal_is_system() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT portal_viewer() = 'system' $$;

CREATE FUNCTION portal_is_reporter() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT portal_viewer_number('grant') IS NOT NULL $$;

CREATE FUNCTION portal_is_member() RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT EXISTS (
     SELECT FROM teams_securityteammembership membership JOIN teams_user person ON person.id = membership.user_id
     WHERE person.id = portal_viewer_number('user') AND person.is_active
       AND membership.since <= now() AND (membership.until IS NULL OR membership.until > now())) $$;

CREATE FUNCTION portal_sees_from(viewer_grant bigint) RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT coalesce(max(sees_from), 'infinity') FROM reports_grant WHERE id = viewer_grant $$;
"""

BY_MEMBERSHIP_OR_GRANT = """
CREATE OR REPLACE FUNCTION portal_granted(viewer_user bigint, viewer_grant bigint) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE ROWS 20 SET search_path = public, pg_temp AS $$
DECLARE looking text := current_setting('portal.viewer', true);
BEGIN
  PERFORM set_config('portal.viewer', 'system', true);
  RETURN QUERY SELECT report_id FROM reports_grant
    WHERE (user_id = viewer_user OR id = viewer_grant)
      AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now());
  PERFORM set_config('portal.viewer', looking, true);
END $$;

CREATE OR REPLACE FUNCTION portal_recused(viewer_user bigint) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE ROWS 5 SET search_path = public, pg_temp AS $$
DECLARE looking text := current_setting('portal.viewer', true);
BEGIN
  PERFORM set_config('portal.viewer', 'system', true);
  RETURN QUERY SELECT report_id FROM reports_recusal
    WHERE user_id = viewer_user AND lifted_at IS NULL;
  PERFORM set_config('portal.viewer', looking, true);
END $$;
"""

NO_FUNCTIONS = """
DROP FUNCTION portal_sees_from(bigint);
DROP FUNCTION portal_recused(bigint);
DROP FUNCTION portal_granted(bigint, bigint);
DROP FUNCTION portal_is_member();
DROP FUNCTION portal_is_reporter();
DROP FUNCTION portal_is_system();
DROP FUNCTION portal_viewer_number(text);
DROP FUNCTION portal_viewer();
"""

UNLESS_RESTRICTED_OR_RECUSED = """
CREATE OR REPLACE FUNCTION portal_granted(viewer_user bigint, viewer_grant bigint) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE ROWS 20 SET search_path = public, pg_temp AS $$
DECLARE looking text := current_setting('portal.viewer', true);
BEGIN
  PERFORM set_config('portal.viewer', 'system', true);
  RETURN QUERY SELECT held.report_id FROM reports_grant held
    WHERE (held.user_id = viewer_user AND EXISTS (SELECT FROM teams_user WHERE id = viewer_user AND is_active)
           OR held.id = viewer_grant)
      AND held.revoked_at IS NULL AND (held.expires_at IS NULL OR held.expires_at > now())
      AND NOT EXISTS (SELECT FROM reports_recusal wall
                       WHERE wall.report_id = held.report_id AND wall.user_id = viewer_user AND wall.lifted_at IS NULL);
  PERFORM set_config('portal.viewer', looking, true);
END $$;

CREATE OR REPLACE FUNCTION portal_recused(viewer_user bigint) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE ROWS 5 SET search_path = public, pg_temp AS $$
DECLARE looking text := current_setting('portal.viewer', true);
BEGIN
  PERFORM set_config('portal.viewer', 'system', true);
  RETURN QUERY SELECT report_id FROM reports_recusal WHERE user_id = viewer_user AND lifted_at IS NULL
         UNION SELECT report_id FROM reports_restriction WHERE lifted_at IS NULL;
  PERFORM set_config('portal.viewer', looking, true);
END $$;
"""
"""What membership does not open: `portal_recused` names restricted reports too, and no grant goes through a recusal."""

REPORTER_SIDE = "NOT (SELECT portal_is_reporter())"
OWN_GRANT = "(SELECT portal_viewer_number('grant'))"
OWN_USER = "(SELECT portal_viewer_number('user'))"
SEES_FROM = f"(SELECT portal_sees_from({OWN_GRANT}))"


def rule(column: str) -> str:
    """SQL that is true for rows whose `column` names a report the viewer may read."""
    return f"""(
        (SELECT portal_is_system())
        OR ((SELECT portal_is_member()) AND {column} NOT IN (SELECT portal_recused({OWN_USER})))
        OR {column} IN (SELECT portal_granted({OWN_USER}, {OWN_GRANT})))"""


def rule_or_team(column: str) -> str:
    """The same, and rows that are about no report are the security team's to read."""
    return f"""({column} IS NULL AND ((SELECT portal_is_system()) OR (SELECT portal_is_member()))
        OR {column} IS NOT NULL AND {rule(column)})"""


class NeedToKnowFunctions(RunSQL):
    def __init__(self) -> None:
        super().__init__(FUNCTIONS + BY_MEMBERSHIP_OR_GRANT, NO_FUNCTIONS)

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return type(self).__name__, [], {}


class MembershipMayNotSuffice(RunSQL):
    """Teach the functions of restricted reports, and that a recusal outweighs a grant."""

    def __init__(self) -> None:
        super().__init__(UNLESS_RESTRICTED_OR_RECUSED, BY_MEMBERSHIP_OR_GRANT)

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return type(self).__name__, [], {}


class ProtectRows(RunSQL):
    """Force row-level security on `table`.

    `column` names the report of a row. `reporters_see` narrows that further for the reporter's side: SQL over the
    table's columns, or nothing at all. `instead` replaces the rule for tables that belong to a person, not a report.
    """

    def __init__(
        self, table: str, column: str = "report_id", *, reporters_see: str = "true", instead: str = ""
    ) -> None:
        self.arguments = (table, column)
        self.options = {"reporters_see": reporters_see, "instead": instead}
        self.table = table
        using = instead or rule(column)
        narrower = (
            ""
            if reporters_see == "true"
            else f"CREATE POLICY reporter_side ON {table} AS RESTRICTIVE USING ({REPORTER_SIDE} OR {reporters_see});"
        )
        super().__init__(
            f"""ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
            CREATE POLICY need_to_know ON {table} USING ({using});
            {narrower}""",
            f"""DROP POLICY IF EXISTS reporter_side ON {table};
            DROP POLICY need_to_know ON {table};
            ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
            ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;""",
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return type(self).__name__, list(self.arguments), dict(self.options)

    def describe(self) -> str:
        return f"Force need-to-know on {self.table}"
