"""What was said and handed in, as a page shows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from reports import provenance
from reports.enums import Audience
from reports.models import Attachment, InboundMail, Message, Report, ReportEvent
from reports.narrative import Line, Names
from reports.provenance import ByMail

INERT = frozenset(
    ("txt", "log", "md", "diff", "patch", "json", "toml", "yaml", "yml", "png", "jpg", "jpeg", "gif", "webp")
)
"""Kinds of files that a careless double click does not run, render as a page or unpack (UP-06)."""


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
