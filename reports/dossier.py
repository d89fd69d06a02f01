"""A report as its team reads it, loaded in a number of queries that does not grow with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict, cast

from django.db import connection, models
from django.db.models import FilteredRelation, Q, QuerySet
from django.utils import timezone

from reports import entries, provenance
from reports import readiness as fix
from reports.enums import Audience, ClockKind
from reports.event_words import WORTH_A_LINE
from reports.flood import likeness
from reports.lifecycle import FIXED_FROM
from reports.models import Clock, Message, OpenPGPKey, Report, Reporter, ReportEvent
from reports.provenance import Told
from reports.readiness import UNKNOWN, Readiness, arguments
from teams.models import User

MOST = 100
"""Messages or events of one page; the earlier ones are a link away."""

KEY = "key_in_force"
"""Under which a reporter's row brings along what their mails are encrypted to; there only if there is one."""


class Part(StrEnum):
    """The parts of the report page, as `?part=` names them."""

    CONVERSATION = "conversation"
    NOTES = "notes"
    ACTIVITY = "activity"
    FILES = "files"
    ORIGINAL = "original"

    @classmethod
    def named(cls, name: str | None) -> "Part":
        """The conversation for everything unknown."""
        return next((part for part in cls if part == name), cls.CONVERSATION)


class SeenOnGitHub(TypedDict):
    """Of a private report there, if it is one. `untold`: what could not be told there so far."""

    ghsa_id: str
    state: str
    is_changed: bool
    untold: int


class ProjectNamed(TypedDict):
    name: str
    repository: str
    archived: bool
    by_reporter: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the side of the page counts and names."""

    projects: Sequence[ProjectNamed]
    duplicates: Sequence[str]
    duplicate_of: str
    notes: int
    files: int
    members: int
    granted: int
    recused: int
    readiness: Readiness
    is_offered: bool
    """Coordination waits for somebody's answer."""
    mails: Sequence[Told]
    """The one that became the report, and those that ask for somebody's attention."""
    on_github: SeenOnGitHub | None
    grouped: Sequence[str]
    """The groups in which it stands or stood with another report that the reader may read, the present one first."""
    beside: int
    """Others in its group that the reader may read."""
    findings: int
    alike: int
    """Others like it that are in no group with it, as far as one looks."""


_FACTS = """
SELECT ARRAY(SELECT json_build_object('name', project.name, 'repository', project.repository,
                                      'archived', project.archived_at IS NOT NULL,
                                      'by_reporter', affected.named_by_reporter)
               FROM reports_affectedproject affected JOIN teams_project project ON project.id = affected.project_id
              WHERE affected.report_id = %(report)s ORDER BY project.name),
       ARRAY(SELECT reference FROM reports_report WHERE duplicate_of_id = %(report)s ORDER BY id LIMIT %(most)s),
       (SELECT reference FROM reports_report WHERE id = %(duplicate_of)s),
       (SELECT count(*) FROM reports_message WHERE report_id = %(report)s AND audience = %(team)s),
       (SELECT count(*) FROM reports_attachment WHERE report_id = %(report)s AND (%(notes)s OR audience <> %(team)s)),
       (SELECT count(*)
          FROM teams_securityteammembership membership JOIN teams_user person ON person.id = membership.user_id
         WHERE person.is_active AND membership.since <= %(now)s
           AND (membership.until IS NULL OR membership.until > %(now)s)
           AND person.id NOT IN (SELECT user_id FROM reports_recusal
                                  WHERE report_id = %(report)s AND lifted_at IS NULL)
           AND (NOT %(restricted)s
                OR person.id IN (SELECT user_id FROM reports_grant
                                  WHERE report_id = %(report)s AND user_id IS NOT NULL AND revoked_at IS NULL
                                    AND (expires_at IS NULL OR expires_at > %(now)s)))),
       (SELECT count(*) FROM reports_grant
         WHERE report_id = %(report)s AND user_id IS NOT NULL
           AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %(now)s)),
       (SELECT count(*) FROM reports_recusal WHERE report_id = %(report)s AND lifted_at IS NULL),
       EXISTS (SELECT FROM reports_handover WHERE report_id = %(report)s AND answer = ''),
       ARRAY(SELECT json_build_object('code', code, 'state', state, 'vouched', vouched, 'opened', opened,
                                      'signed', signed, 'at', arrived_at)
               FROM reports_inboundmail
              WHERE report_id = %(report)s
                AND (state IN ('aside', 'bounce', 'report') OR opened IN ('shut', 'broken'))
              ORDER BY state <> 'report', arrived_at DESC LIMIT 20),
       (SELECT json_build_object('ghsa_id', ghsa_id, 'state', state, 'is_changed', changed_at IS NOT NULL,
                                 'untold', (SELECT count(*) FROM reports_githuberrand
                                             WHERE report_id = %(report)s AND told < wished AND attempts > 0))
          FROM reports_githubreport WHERE report_id = %(report)s),
       ARRAY(SELECT own.group FROM reports_grouping own
              WHERE own.report_id = %(report)s
                AND EXISTS (SELECT FROM reports_grouping other
                             WHERE other.group = own.group AND other.report_id <> own.report_id)),
       (SELECT count(*) FROM reports_grouping own
          JOIN reports_grouping other ON other.group = own.group AND other.report_id <> own.report_id
         WHERE own.report_id = %(report)s AND own.ended_at IS NULL AND other.ended_at IS NULL),
       (SELECT count(*) FROM reports_finding WHERE report_id = %(report)s),
       CASE WHEN %(compares)s THEN (
         SELECT count(*) FROM ("""
_THAT_ARE_ALIKE = """) alike WHERE alike.report_id NOT IN (
           SELECT other.report_id FROM reports_grouping own JOIN reports_grouping other ON other.group = own.group
            WHERE own.report_id = %(report)s AND own.ended_at IS NULL AND other.ended_at IS NULL)) ELSE 0 END,
       CASE WHEN %(asks_for_readiness)s THEN """
"""In SQL, with the question of `likeness` in its middle, since building a dozen subqueries anew took a third of the
page's time. Row-level security keeps the rule.
"""


def facts(report: Report, *, notes: bool = True, compares: bool = False) -> Facts:
    """`notes`: whether the reader may know of the files that came with the team's notes. `compares`: whether they are
    told that others are like it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_FACTS}{likeness.NEAR}{_THAT_ARE_ALIKE}{fix.statement()} END",
            arguments(report, now=timezone.now())
            | likeness.arguments(report)
            | {
                "asks_for_readiness": report.state in FIXED_FROM,
                "duplicate_of": report.duplicate_of_id,
                "team": Audience.TEAM.value,
                "restricted": report.restricted_at is not None,
                "notes": notes,
                "compares": compares,
                "most": MOST,
            },
        )
        row = cursor.fetchone()
    if row is None:
        raise Report.DoesNotExist
    projects, duplicates, duplicate_of, note_count, files, members, granted, recused, is_offered, *others = row
    mails, on_github, grouped, beside, findings, alike, readiness = others
    return Facts(
        projects=cast("list[ProjectNamed]", projects),
        duplicates=duplicates,
        duplicate_of=duplicate_of or "",
        notes=note_count,
        files=files,
        members=members,
        granted=granted,
        recused=recused,
        readiness=Readiness.read(readiness) if readiness else UNKNOWN,
        is_offered=is_offered,
        mails=[provenance.Told.read(mail) for mail in mails],
        on_github=cast("SeenOnGitHub | None", on_github),
        grouped=grouped,
        beside=beside,
        findings=findings,
        alike=alike,
    )


def clocks(report: Report) -> list[Clock]:
    """Those that run, and how the acknowledgement went."""
    return list(Clock.objects.filter(Q(stopped_at=None) | Q(kind=ClockKind.ACKNOWLEDGE), report=report))


def reporters(report: Report) -> list[Reporter]:
    """The finder first, then the co-reporters, with their grants."""
    return list(report.reporters.select_related("grant"))


def reporters_with_keys(report: Report) -> list[tuple[Reporter, OpenPGPKey | None]]:
    """The same, each with the key to which their mails are encrypted, if they gave one."""
    in_force = Q(openpgp_keys__confirmed_at__isnull=False, openpgp_keys__removed_at=None)
    rows = report.reporters.annotate(**{KEY: FilteredRelation("openpgp_keys", condition=in_force)})
    found: list[tuple[Reporter, OpenPGPKey | None]] = [
        (one, getattr(one, KEY, None)) for one in rows.select_related("grant", KEY)
    ]
    for _, key in found:
        if key is not None:
            key.report = report
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch[M: models.Model]:
    """Consecutive rows, oldest first. `earlier`: the id before which the next stretch ends, if there is one."""

    rows: Sequence[M]
    earlier: int | None
    is_latest: bool


def messages(report: Report, *, audience: Audience, before: int | None) -> Stretch[Message]:
    """The latest, or those `before` a message."""
    rows = report.messages.filter(audience=audience).select_related("user", "reporter__grant", "mail")
    return _stretch(rows.defer("mail__text", "mail__html", "mail__file_list"), before=before)


def events(report: Report, *, before: int | None) -> Stretch[ReportEvent]:
    return _stretch(report.events.select_related("user", "reporter__grant"), before=before)


def events_between(report: Report, *, shown: Stretch[Message]) -> list[ReportEvent]:
    """What happened while the `shown` messages were written, and until now if they are the latest."""
    rows = report.events.filter(kind__in=WORTH_A_LINE)
    if shown.earlier is not None:
        rows = rows.filter(at__gte=shown.rows[0].created_at)
    if not shown.is_latest and shown.rows:
        rows = rows.filter(at__lte=shown.rows[-1].created_at)
    return entries.with_reporters(rows.select_related("user", "reporter__grant").order_by("-pk")[: 2 * MOST])[::-1]


def _stretch[M: (Message, ReportEvent)](rows: QuerySet[M], *, before: int | None) -> Stretch[M]:
    page = rows if before is None else rows.filter(pk__lt=before)
    found = entries.with_reporters(page.order_by("-pk")[: MOST + 1])
    shown = found[:MOST][::-1]
    earlier = shown[0].pk if len(found) > MOST else None
    return Stretch(rows=shown, earlier=earlier, is_latest=before is None)


def people(ids: Iterable[int]) -> Mapping[int, str]:
    return {user.pk: str(user) for user in User.objects.filter(pk__in=set(ids))}
