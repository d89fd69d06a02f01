"""Who there is to release a fix, and when they are away: what plan and advice ask of the patch team, in one query."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import connection

from portal.policy.slots import Away
from reports.enums import Role
from reports.models import Report
from reports.readiness import TEAM_AND_AFFECTED, arguments
from teams.membership import CAN_RELEASE


@dataclass(frozen=True, slots=True)
class Person:
    pk: int
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """`releasers`: who may release which affected project; `versions`: the first with the fix. By the projects' ids."""

    releasers: Mapping[int, Sequence[Person]]
    versions: Mapping[int, str]
    working: frozenset[int]
    leads: frozenset[int]
    absences: Sequence[Away]
    """Of anybody, from today on."""


CREW = f"""
  WITH {TEAM_AND_AFFECTED}
  SELECT json_build_object(
    'releasers', ARRAY(SELECT DISTINCT jsonb_build_array(team.name, team.user_id, affected.id) FROM affected, team
        WHERE team.role = ANY(%(working)s) AND {CAN_RELEASE.format(person="team.user_id", project="affected.id")}),
    'roles', ARRAY(SELECT json_build_array(user_id, role) FROM team WHERE role = ANY(%(working)s)),
    'versions', ARRAY(SELECT json_build_array(project_id, fixed_version) FROM reports_projectfix
        WHERE report_id = %(report)s),
    'absences', ARRAY(SELECT json_build_array(user_id, first_day, last_day) FROM teams_absence
        WHERE last_day >= %(today)s))::text"""  # noqa: S608 - our own words alone


def crew_of(report: Report, *, now: datetime) -> Crew:
    today = settings.POLICY.calendar.day_of(now)
    with connection.cursor() as cursor:
        cursor.execute(CREW, {**arguments(report, now=now), "today": today})
        (text,) = cursor.fetchone() or ("{}",)
    found = json.loads(text)
    releasers: dict[int, list[Person]] = {}
    for name, user, project in sorted(found["releasers"]):
        releasers.setdefault(project, []).append(Person(user, name))
    return Crew(
        releasers=releasers,
        versions=dict(found["versions"]),
        working=frozenset(user for user, _ in found["roles"]),
        leads=frozenset(user for user, role in found["roles"] if role == Role.LEAD),
        absences=[
            Away(person=user, first_day=date.fromisoformat(first), last_day=date.fromisoformat(last))
            for user, first, last in found["absences"]
        ],
    )
