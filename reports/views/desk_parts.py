"""What each part of the report page shows."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from reports import dossier, entries, lifecycle, links, narrative
from reports.access import Permission
from reports.dossier import Facts, Part, Stretch
from reports.entries import Entry, Kept
from reports.enums import Audience, Channel, DeclineReason, EventKind, State
from reports.models import Message, Report, ReportEvent
from reports.narrative import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    label: str
    url: str
    count: int = 0
    is_current: bool = False


OF_GROUPS = {EventKind.GROUPED, EventKind.UNGROUPED}
"""Told only to who may read another report of the group: to all others it would say that there is one."""

OF_LINKS = {EventKind.LINKED, EventKind.UNLINKED}
"""Told only to who may read both reports, for the same reason."""

LABELS = {
    Part.CONVERSATION: "Conversation",
    Part.NOTES: "Team notes",
    Part.ACTIVITY: "Activity",
    Part.FILES: "Files",
    Part.ORIGINAL: "Original report",
}


def tabs(report: Report, part: Part, facts: Facts, *, names: Names) -> list[Tab]:
    counts = {Part.NOTES: facts.notes, Part.FILES: facts.files}
    own = [
        Tab(label=label, url=f"?part={each}", count=counts.get(each, 0), is_current=each is part)
        for each, label in LABELS.items()
        if names.shows_notes or each is not Part.NOTES
    ]
    pages = {"Who can see it": "report-sharing"}
    if report.channel == Channel.GITHUB:
        pages = {"GitHub": "report-github", **pages}
    if facts.findings:
        pages = {"Findings": "report-findings", **pages}
    if report.state != State.RECEIVED:
        work = {"Patch team": "report-patch-team", "Fix": "report-fix", "Advisories": "report-advisories"}
        pages = {**work, **pages}
    if report.state in {State.RECEIVED, State.TRIAGE} or report.decline_reason == DeclineReason.ORDINARY_BUG:
        pages = {**pages, "Make public": "report-make-public"}
    if report.state in lifecycle.FIXED_FROM:
        pages = {**pages, "Release day": "report-day"}
    if _may_thank(report):
        pages = {**pages, "Credit": "report-credit"}
    if not report.decline_reason and report.state not in {State.RECEIVED, State.TRIAGE}:
        pages = {**pages, "CVE": "report-cve"}
    return [*own, *(Tab(label=label, url=reverse(name, args=[report.reference])) for label, name in pages.items())]


def _may_thank(report: Report) -> bool:
    """Once it is confirmed, or known already by another."""
    is_real = report.decline_reason in {"", DeclineReason.DUPLICATE}
    return is_real and report.state not in {State.RECEIVED, State.TRIAGE}


def body(
    report: Report, part: Part, *, names: Names, before: int | None, groups: Sequence[str]
) -> Mapping[str, object]:
    """The part's own share of the page's context. `groups` of which the reader sees that they are some."""
    match part:
        case Part.CONVERSATION:
            return _conversation(report, names=names, before=before)
        case Part.NOTES:
            return _notes(report, names=names, before=before)
        case Part.ACTIVITY:
            return _activity(report, names=names, before=before, groups=groups)
        case Part.FILES:
            return {"files": entries.files(report, names=names)}
        case Part.ORIGINAL:
            return {"files": entries.files(report, of=(), names=names)}


def _conversation(report: Report, *, names: Names, before: int | None) -> Mapping[str, object]:
    stretch = dossier.messages(report, audience=Audience.REPORTER, before=before)
    happened = dossier.events_between(report, shown=stretch)
    files = entries.files(report, of=stretch.rows, names=names)
    known = _knowing(names, happened)
    thread: list[Entry] = [narrative.line(event, names=known) for event in happened]
    thread += _said(stretch, names=names, files=files)
    return {
        "thread": sorted(thread, key=lambda entry: entry.at),  # stable: a move stands before its message
        "files": [file for file in files if file.attachment.message_id is None],
        "stretch": stretch,
    }


def _notes(report: Report, *, names: Names, before: int | None) -> Mapping[str, object]:
    stretch = dossier.messages(report, audience=Audience.TEAM, before=before)
    files = entries.files(report, of=stretch.rows, names=names) if stretch.rows else []
    return {"thread": _said(stretch, names=names, files=files), "stretch": stretch}


def _activity(report: Report, *, names: Names, before: int | None, groups: Sequence[str]) -> Mapping[str, object]:
    stretch = dossier.events(report, before=before)
    files = {file.attachment.pk: file.name for file in entries.files(report, names=names)}
    known = replace(_knowing(names, stretch.rows), files=files)
    linked = links.known(report) if any(event.kind in OF_LINKS for event in stretch.rows) else set()
    told = [event for event in stretch.rows[::-1] if _is_theirs_to_know(event, groups=groups, linked=linked)]
    return {"lines": narrative.lines(told, names=known), "stretch": stretch}


def _is_theirs_to_know(event: ReportEvent, *, groups: Sequence[str], linked: Container[int]) -> bool:
    if event.kind in OF_LINKS:
        return event.details["link"] in linked
    return event.kind not in OF_GROUPS or event.details["group"] in groups


def _knowing(names: Names, happened: Sequence[ReportEvent]) -> Names:
    """With the people to whom something was given, or who were walled off."""
    to = {event.details["to"] for event in happened if isinstance(event.details.get("to"), int)} - names.people.keys()
    return replace(names, people={**names.people, **dossier.people(to)}) if to else names


def _said(stretch: Stretch[Message], *, names: Names, files: list[Kept]) -> list[Entry]:
    return [entries.said(message, names=names, came_with=files) for message in stretch.rows]


def allowed(permissions: frozenset[Permission]) -> Mapping[str, bool]:
    """The permissions by their names, for a template."""
    return {permission.name.lower(): permission in permissions for permission in Permission}
