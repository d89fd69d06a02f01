"""A report's history in words, for those who work on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from reports.enums import READINGS, ClockKind, DeclineReason, Errand, EventKind, NoticeKind, Sight, Vouched, Work
from reports.event_words import BY_SOMEBODY, CVE_DEEDS, ICONS, TO_WHOM, TONES
from reports.models import Reporter, ReportEvent

PASSED_IT_ON: Final = "Whoever passed it on"
"""Who was taken for the finder, until somebody said who really is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something that happened. `who` is empty when the portal did it; then `words` are a whole sentence."""

    at: datetime
    who: str
    words: str
    icon: str
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the reader may know of people and files, these by their ids. `shows_notes`: and of what the team keeps."""

    shows_reporters: bool
    shows_notes: bool
    people: Mapping[int, str]
    files: Mapping[int, str]
    knows_mails: bool = False
    """Whether they may open the mails by which the reporter's side wrote."""

    def of_reporter(self, reporter: Reporter, *, at: datetime | None = None) -> str:
        """`at`: when they did it. What was done before they were let in is another's, whose place they took."""
        if at is not None and at < reporter.grant.granted_at:
            return PASSED_IT_ON
        if self.shows_reporters and reporter.name:
            return reporter.name
        return "Co-reporter" if reporter.is_co_reporter else "Reporter"

    def of_author(self, event: ReportEvent) -> str:
        if event.reporter:
            return self.of_reporter(event.reporter, at=event.at)
        return str(event.user) if event.user else ""


def line(event: ReportEvent, *, names: Names) -> Line:
    kind = EventKind(event.kind)
    who = names.of_author(event)
    said = BY_SOMEBODY.get(kind, kind.label.lower()) if who else kind.label
    return Line(
        at=event.at,
        who=who,
        words=f"{said}{_addition(event, kind, names)}",
        icon=ICONS[kind],
        tone=TONES.get(kind, ""),
    )


def lines(events: Sequence[ReportEvent], *, names: Names) -> list[Line]:
    """One line for each event; of what nobody decided, one for each stretch of the same."""
    told: list[Line] = []
    for event in events:
        said = line(event, names=names)
        last = told[-1] if told else None
        if event.kind in READINGS and last and (last.who, last.words) == (said.who, said.words):
            continue
        told.append(said)
    return told


def _told(details: Mapping[str, object], names: Names) -> str:
    to = details.get("to")
    if isinstance(to, int):
        return names.people.get(to, "somebody of the team")
    if details.get("address") == "ahead":
        return "somebody who is told ahead"
    return "the reporter's side" if "reporter" in details else "the address for escalations"


def _addition(event: ReportEvent, kind: EventKind, names: Names) -> str:  # noqa: C901, PLR0911, PLR0912 - one for each kind
    details = event.details
    match kind:
        case EventKind.DECLINED if details.get("reason") in DeclineReason:
            return f": {DeclineReason(details['reason']).label}"
        case EventKind.IDENTIFIED if details.get("waiver"):
            return ", without a message to the reporter"
        case EventKind.FILE_ADDED if isinstance(details.get("files"), int) and details["files"] > 1:
            return f" and {details['files'] - 1} more"
        case EventKind.FILE_DOWNLOADED if details.get("file") in names.files:
            return f": {names.files[details['file']]}"
        case EventKind.READ if details.get("what") in {Sight.PICTURE, Sight.ADMIN, Sight.MAIL}:
            return f": {Sight(details['what']).label}"
        case EventKind.NOTIFIED | EventKind.NOT_NOTIFIED if details.get("notice") in NoticeKind:
            return f" to {_told(details, names)}: {NoticeKind(details['notice']).label}"
        case _ if kind in TO_WHOM:
            return TO_WHOM[kind].format(names.people.get(details.get("to"), "somebody else"))
        case EventKind.CVE_CHANGED if details.get("deed") in CVE_DEEDS:
            return f": {CVE_DEEDS[details['deed']]}"
        case EventKind.WORK_DONE | EventKind.WORK_REOPENED if details.get("work") in Work:
            return f": {Work(details['work']).label}"
        case EventKind.MAIL_ACCEPTED if details.get("vouched") in Vouched:
            return f": it came again, and {Vouched(details['vouched']).label} vouches for its sender"
        case EventKind.MAIL_REFUSED if details.get("moved"):
            return ": it belongs elsewhere"
        case EventKind.GITHUB_TOLD if details.get("what") in Errand:
            return f": {Errand(details['what']).label}"
        case EventKind.FACTS_CHANGED | EventKind.FIX_CHANGED | EventKind.GITHUB_CHANGED if details.get("fields"):
            return f": {' and '.join(map(str, details['fields']))}"
        case EventKind.DEADLINE_NEAR | EventKind.DEADLINE_MISSED if details.get("clock") in ClockKind:
            return f": {ClockKind(details['clock']).label}"
    return ""
