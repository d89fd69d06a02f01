"""How far a fix is: what its patch team still lacks before it can begin, be called ready, and be told (P26, P27).

In SQL, so that the report page learns it with its other facts. It only names people and projects of a report that the
restricted manager has let through; row-level security holds it as everything else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import connection

from reports import disclosing
from reports.disclosing import Disclosure
from reports.enums import PATCH_ROLES, REQUIRED_WORK, WORKING_ROLES, Role, Work
from reports.models import Report
from teams.membership import CAN_RELEASE, MAINTAINS


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Projects and people by their names. Archived projects need nobody: nothing is released there."""

    projects: int = 0
    """How many are affected, archived ones too."""
    has_lead: bool = False
    without_maintainer: Sequence[str] = ()
    without_releaser: Sequence[str] = ()
    outsiders: Sequence[str] = ()
    without_version: Sequence[str] = ()
    undone: Sequence[tuple[str, Work]] = ()
    """What is required and not done, with the project's name first."""
    disclosure: Disclosure = disclosing.UNKNOWN

    @classmethod
    def read(cls, found: Mapping[str, object]) -> "Readiness":
        """From what the statement answers."""
        return cls(
            projects=cast("int", found["projects"]),
            has_lead=bool(found["has_lead"]),
            without_maintainer=cast("list[str]", found["without_maintainer"]),
            without_releaser=cast("list[str]", found["without_releaser"]),
            outsiders=cast("list[str]", found["outsiders"]),
            without_version=cast("list[str]", found["without_version"]),
            undone=[(name, Work(work)) for name, work in cast("list[tuple[str, str]]", found["undone"])],
            disclosure=Disclosure.read(cast("Mapping[str, object]", found["disclosure"])),
        )


UNKNOWN = Readiness()
"""Where no guard asks."""

TEAM_AND_AFFECTED = """
  team AS (
    SELECT held.user_id, held.role, coalesce(nullif(person.name, ''), '@' || person.github_login) AS name
      FROM reports_grant held JOIN teams_user person ON person.id = held.user_id
     WHERE held.report_id = %(report)s AND held.role = ANY(%(on_the_team)s) AND person.is_active
       AND held.revoked_at IS NULL AND (held.expires_at IS NULL OR held.expires_at > %(now)s)
       AND NOT EXISTS (SELECT FROM reports_recusal wall WHERE wall.report_id = held.report_id
                          AND wall.user_id = held.user_id AND wall.lifted_at IS NULL)),
  affected AS (
    SELECT project.id, project.name
      FROM reports_affectedproject named JOIN teams_project project ON project.id = named.project_id
     WHERE named.report_id = %(report)s AND project.archived_at IS NULL)"""
"""Who is on the patch team, once for each role, and what is affected and not archived. `arguments` fills it in."""

_COVERED = "SELECT FROM team WHERE team.role = ANY(%(working)s) AND "
_READINESS = f"""(
  WITH {TEAM_AND_AFFECTED}
  SELECT json_build_object(
    'projects', (SELECT count(*) FROM reports_affectedproject WHERE report_id = %(report)s),
    'disclosure', (%%s),
    'has_lead', EXISTS (SELECT FROM team WHERE role = %(lead)s),
    'without_maintainer', ARRAY(SELECT name FROM affected WHERE NOT EXISTS (
        {_COVERED} {MAINTAINS.format(person="team.user_id", project="affected.id")}) ORDER BY name),
    'without_releaser', ARRAY(SELECT name FROM affected WHERE NOT EXISTS (
        {_COVERED} {CAN_RELEASE.format(person="team.user_id", project="affected.id")}) ORDER BY name),
    'outsiders', ARRAY(SELECT DISTINCT name FROM team
        WHERE NOT EXISTS (SELECT FROM teams_project WHERE archived_at IS NULL
                             AND {MAINTAINS.format(person="team.user_id", project="teams_project.id")})
          AND NOT EXISTS (SELECT FROM teams_securityteammembership
                           WHERE user_id = team.user_id
                             AND since <= %(now)s AND (until IS NULL OR until > %(now)s)) ORDER BY name),
    'without_version', ARRAY(SELECT name FROM affected
        WHERE NOT EXISTS (SELECT FROM reports_projectfix
                           WHERE report_id = %(report)s AND project_id = affected.id AND fixed_version <> '')
        ORDER BY name),
    'undone', ARRAY(SELECT json_build_array(name, work)
          FROM affected CROSS JOIN unnest(%(required)s::text[]) WITH ORDINALITY required(work, place)
         WHERE NOT EXISTS (SELECT FROM reports_checklistitem item
                            WHERE item.report_id = %(report)s AND item.project_id = affected.id
                              AND item.work = required.work AND item.done_at IS NOT NULL) ORDER BY name, place)))"""  # noqa: S608 - our own words alone


def statement() -> str:
    """A value, for a place among others after SELECT. `arguments` fills it in."""
    return _READINESS.replace("%%s", disclosing.statement())


def arguments(report: Report, *, now: datetime) -> dict[str, int | str | datetime | list[str]]:
    return {
        "report": report.pk,
        "now": now,
        "lead": Role.LEAD.value,
        "working": [role.value for role in WORKING_ROLES],
        "required": [work.value for work in REQUIRED_WORK],
        "on_the_team": [role.value for role in PATCH_ROLES],
    }


def readiness_of(report: Report, *, now: datetime) -> Readiness:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {statement()}", arguments(report, now=now))
        row = cursor.fetchone()
    return Readiness.read(row[0]) if row else UNKNOWN
