"""A report as its team reads it, loaded in a number of queries that does not grow with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict, cast

from django.db import connection, models
from django.db.models import FilteredRelation, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from reports import provenance
from reports import readiness as fix
from reports.enums import Audience, ClockKind
from reports.event_words import WORTH_A_LINE
from reports.flood import likeness
from reports.lifecycle import FIXED_FROM
from reports.models import Attachment, Clock, InboundMail, Message, OpenPGPKey, Report, Reporter, ReportEvent
from reports.narrative import Line, Names
from reports.provenance import ByMail, Told
from reports.readiness import UNKNOWN, Readiness, arguments
from teams.models import User

MOST = 100
"""Messages or events of one page; the earlier ones are a link away."""

KEY = "key_in_force"
"""Under which a reporter's row brings along what their mails are encrypted to; there only if there is one."""

INERT = frozenset(
    ("txt", "log", "md", "diff", "patch", "json", "toml", "yaml", "yml", "png", "jpg", "jpeg", "gif", "webp")
)
"""Kinds of files that a careless double click does not run, render as a page or unpack (UP-06)."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file as a page shows it."""

    attachment: Attachment
    name: str
    size: int
    url: str
    preview_url: str
    warns: bool
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message of the conversation, or a note."""

    at: datetime
    anchor: str
    role: str
    who: str
    via: str
    body: str
    is_plain: bool
    by_mail: ByMail | None
    files: Sequence[Kept]


type Entry = Said | Line


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
    return with_reporters(rows.select_related("user", "reporter__grant").order_by("-pk")[: 2 * MOST])[::-1]


def _stretch[M: (Message, ReportEvent)](rows: QuerySet[M], *, before: int | None) -> Stretch[M]:
    page = rows if before is None else rows.filter(pk__lt=before)
    found = with_reporters(page.order_by("-pk")[: MOST + 1])
    shown = found[:MOST][::-1]
    earlier = shown[0].pk if len(found) > MOST else None
    return Stretch(rows=shown, earlier=earlier, is_latest=before is None)


def with_reporters[M: (Message, ReportEvent, Attachment)](rows: QuerySet[M]) -> list[M]:
    """Rows of one report, whose reporters then know it too: what they are called opens only with its key."""
    found = list(rows)
    for row in found:
        reporter = getattr(row, "reporter", None)
        if reporter is not None:
            reporter.report = row.report
    return found


def files(report: Report, *, of: Iterable[Message] | None = None, names: Names) -> list[Kept]:
    """All files, or those that came with the report itself and with the messages in `of`."""
    rows = readable_files(report, notes=names.shows_notes).select_related("user", "reporter__grant")
    if of is not None:
        rows = rows.filter(Q(message=None) | Q(message__in=[message.pk for message in of]))
    return [kept(attachment, reference=report.reference, names=names) for attachment in with_reporters(rows)]


def readable_files(report: Report, *, notes: bool) -> QuerySet[Attachment]:
    """The report's files; those of the team's notes only for who reads `notes`."""
    rows = report.attachments.all()
    return rows if notes else rows.exclude(audience=Audience.TEAM)


def kept(attachment: Attachment, *, reference: str, names: Names) -> Kept:
    place = [reference, attachment.pk]
    reporter = attachment.reporter
    return Kept(
        attachment=attachment,
        name=attachment.name,
        size=attachment.size,
        url=reverse("report-file", args=place),
        preview_url=reverse("report-picture", args=place) if attachment.picture_key else "",
        warns=may_harm(attachment.name),
        who=names.of_reporter(reporter, at=attachment.created_at) if reporter else str(attachment.user or ""),
    )


def may_harm(name: str) -> bool:
    """Whether opening a file of this name could run, render or unpack something."""
    return name.rpartition(".")[2].lower() not in INERT


def said(message: Message, *, names: Names, came_with: Sequence[Kept]) -> Said:
    reporter = message.reporter
    is_note = message.audience == Audience.TEAM
    via = f"by {message.get_channel_display()}" if reporter and message.channel != "web" else ""
    return Said(
        at=message.created_at,
        anchor=f"message-{message.pk}",
        role="note" if is_note else "reporter" if reporter else "team",
        who=names.of_reporter(reporter, at=message.created_at) if reporter else str(message.user or ""),
        via=via,
        body=message.body,
        is_plain=message.is_plain_text,
        by_mail=_by_mail(message, names=names),
        files=[file for file in came_with if file.attachment.message_id == message.pk],
    )


def _by_mail(message: Message, *, names: Names) -> ByMail | None:
    """Of a mail that joined several reports, only the first one keeps the mail."""
    mail: InboundMail | None = getattr(message, "mail", None)
    if mail is None:
        return None
    return provenance.by_mail(mail, knows_mails=names.knows_mails, shows_people=names.shows_reporters)


def people(ids: Iterable[int]) -> Mapping[int, str]:
    return {user.pk: str(user) for user in User.objects.filter(pk__in=set(ids))}
