"""A report's conversation as its reporter's side may read it: their own words, the team's answers, and files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from reports.models import Attachment, Message, Report, Reporter
from reports.narrative import PASSED_IT_ON


@dataclass(frozen=True, slots=True)
class ShownFile:
    name: str
    size: int
    url: str
    preview_url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One message: `role` is "reporter" or "team"."""

    who: str
    role: str
    at: datetime
    body: str
    is_plain: bool
    files: Sequence[ShownFile]
    anchor: str


@dataclass(frozen=True, slots=True)
class Thread:
    """`sees_report`: whether the report's own text is theirs to read; a co-reporter's may begin later (trap 16)."""

    sees_report: bool
    report_files: Sequence[ShownFile]
    entries: Sequence[Entry]


def thread_of(reporter: Reporter) -> Thread:
    """What the current viewer, this reporter, may read."""
    report = reporter.report
    by_message: dict[int | None, list[ShownFile]] = {}
    for attachment in report.attachments.all():
        by_message.setdefault(attachment.message_id, []).append(_shown(attachment, report))
    written = report.messages.select_related("user")
    names = {each.pk: each.name for each in report.reporters.all()}
    return Thread(
        sees_report=reporter.sees_report,
        report_files=by_message.get(None, []),
        entries=list(_entries(written, by_message, names=names, reporter=reporter)),
    )


def _entries(
    written: Iterable[Message], files: dict[int | None, list[ShownFile]], *, names: dict[int, str], reporter: Reporter
) -> Iterable[Entry]:
    for message in written:
        yield Entry(
            who=_who(message, names=names, reporter=reporter),
            role="team" if message.user_id else "reporter",
            at=message.created_at,
            body=message.body,
            is_plain=message.is_plain_text,
            files=files.get(message.pk, []),
            anchor=f"message-{message.pk}",
        )


def _who(message: Message, *, names: dict[int, str], reporter: Reporter) -> str:
    if message.user:
        return f"{message.user}, security team"
    if message.reporter_id == reporter.pk:
        return "You" if message.created_at >= reporter.grant.granted_at else PASSED_IT_ON
    other = "The reporter" if reporter.is_co_reporter else "A co-reporter"
    return names.get(message.reporter_id or 0) or other


def _shown(attachment: Attachment, report: Report) -> ShownFile:
    place = [report.reference, attachment.pk]
    return ShownFile(
        name=attachment.name,
        size=attachment.size,
        url=reverse("track-file", args=place),
        preview_url=reverse("track-picture", args=place) if attachment.picture_key else "",
    )
