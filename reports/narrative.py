"""A report's history in words, for those who work on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reports.enums import ClockKind, DeclineReason, EventKind
from reports.models import Reporter, ReportEvent

BY_SOMEBODY = {
    EventKind.RECEIVED: "sent the report",
    EventKind.ACKNOWLEDGED: "acknowledged receipt",
    EventKind.IDENTIFIED: "confirmed the vulnerability",
    EventKind.DECLINED: "declined the report",
    EventKind.REOPENED: "reopened the report",
    EventKind.REPORTER_WROTE: "wrote to the team",
    EventKind.TEAM_WROTE: "wrote to the reporter",
    EventKind.NOTE_ADDED: "added a team note",
    EventKind.FILE_ADDED: "added a file",
    EventKind.FILE_DOWNLOADED: "downloaded a file",
    EventKind.READ: "read the report",
    EventKind.LINK_USED: "opened it by a link",
    EventKind.COORDINATION_TAKEN: "took coordination",
    EventKind.COORDINATION_OFFERED: "offered coordination",
    EventKind.COORDINATION_DECLINED: "declined coordination",
    EventKind.COORDINATION_HANDED_OVER: "handed coordination over",
    EventKind.FACTS_CHANGED: "changed the facts",
    EventKind.WAITING_STARTED: "began to wait for the reporter",
    EventKind.WAITING_ENDED: "ended the waiting",
    EventKind.CO_REPORTER_INVITED: "invited a co-reporter",
    EventKind.CREDIT_WISH_CHANGED: "changed the wish for credit",
    EventKind.CONTACT_CHANGED: "changed the reporter's address",
    EventKind.WITHDRAWAL_REQUESTED: "asked to withdraw the report",
    EventKind.LINK_RENEWED: "renewed the reporter's link",
    EventKind.LINK_SENT: "had the reporter's link sent again",
    EventKind.EXPORTED: "downloaded everything they sent",
    EventKind.QUARANTINED: "put the report in quarantine",
    EventKind.QUARANTINE_LIFTED: "took the report out of quarantine",
    EventKind.ACCESS_GRANTED: "granted access",
    EventKind.ACCESS_REVOKED: "revoked access",
    EventKind.LINKS_ENDED: "ended the links of somebody on the reporter's side",
    EventKind.RECUSED: "recused",
    EventKind.RECUSAL_LIFTED: "lifted the recusal of",
    EventKind.RESTRICTED: "restricted the report to named people",
    EventKind.RESTRICTION_LIFTED: "opened the report to the whole team again",
    EventKind.GLASS_BROKEN: "opened it in an emergency, for one hour",
    EventKind.CORRECTED: "corrected the record in the admin",
    EventKind.IDENTITY_REVEALED: "looked at who reported it",
}
"""What follows a person's name. What the portal did by itself is told by the event's own words."""

WORTH_A_LINE = frozenset(EventKind) - {
    EventKind.RECEIVED,
    EventKind.REPORTER_WROTE,
    EventKind.TEAM_WROTE,
    EventKind.NOTE_ADDED,
    EventKind.FILE_ADDED,
    EventKind.FILE_DOWNLOADED,
    EventKind.READ,
    EventKind.LINK_USED,
    EventKind.LINK_SENT,
    EventKind.EXPORTED,
    EventKind.FACTS_CHANGED,
    EventKind.IDENTITY_REVEALED,
}
"""What the conversation shows between messages. The activity shows everything."""

ICONS = {
    EventKind.ACKNOWLEDGED: "check",
    EventKind.IDENTIFIED: "bug-ant",
    EventKind.DECLINED: "archive-box",
    EventKind.REOPENED: "arrow-uturn-left",
    EventKind.COORDINATION_TAKEN: "user",
    EventKind.COORDINATION_OFFERED: "user",
    EventKind.COORDINATION_DECLINED: "user",
    EventKind.COORDINATION_HANDED_OVER: "user",
    EventKind.COORDINATION_ENDED: "user",
    EventKind.FILE_ADDED: "paper-clip",
    EventKind.FILE_DOWNLOADED: "arrow-down-tray",
    EventKind.WAITING_STARTED: "pause",
    EventKind.WAITING_ENDED: "play",
    EventKind.REPORTER_REMINDED: "bell",
    EventKind.DEADLINE_NEAR: "bell-alert",
    EventKind.DEADLINE_MISSED: "exclamation-triangle",
    EventKind.WITHDRAWAL_REQUESTED: "arrow-uturn-left",
    EventKind.ACCESS_GRANTED: "key",
    EventKind.ACCESS_REVOKED: "no-symbol",
    EventKind.LINKS_ENDED: "no-symbol",
    EventKind.RECUSED: "eye-slash",
    EventKind.RECUSAL_LIFTED: "eye",
    EventKind.RESTRICTED: "lock-closed",
    EventKind.RESTRICTION_LIFTED: "lock-open",
    EventKind.GLASS_BROKEN: "fire",
    EventKind.QUARANTINED: "shield-exclamation",
    EventKind.QUARANTINE_LIFTED: "shield-check",
    EventKind.IDENTITY_REVEALED: "eye",
}


TONES = {EventKind.GLASS_BROKEN: "late"}
"""What stands in red, so that nobody overlooks it."""


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

    def of_reporter(self, reporter: Reporter) -> str:
        if self.shows_reporters and reporter.name:
            return reporter.name
        return "Co-reporter" if reporter.is_co_reporter else "Reporter"

    def of_author(self, event: ReportEvent) -> str:
        if event.reporter:
            return self.of_reporter(event.reporter)
        return str(event.user) if event.user else ""


def line(event: ReportEvent, *, names: Names) -> Line:
    kind = EventKind(event.kind)
    who = names.of_author(event)
    said = BY_SOMEBODY.get(kind, kind.label.lower()) if who else kind.label
    return Line(
        at=event.at,
        who=who,
        words=f"{said}{_addition(event, kind, names)}",
        icon=ICONS.get(kind, "minus"),
        tone=TONES.get(kind, ""),
    )


def _addition(event: ReportEvent, kind: EventKind, names: Names) -> str:  # noqa: PLR0911 - one for each kind
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
        case EventKind.COORDINATION_OFFERED | EventKind.COORDINATION_HANDED_OVER | EventKind.ACCESS_GRANTED:
            return f" to {names.people.get(details.get('to'), 'somebody else')}"
        case EventKind.ACCESS_REVOKED:
            return f" of {names.people.get(details.get('to'), 'somebody')}"
        case EventKind.RECUSED | EventKind.RECUSAL_LIFTED:
            return f" {names.people.get(details.get('to'), 'somebody')}"
        case EventKind.FACTS_CHANGED if details.get("fields"):
            return f": {' and '.join(map(str, details['fields']))}"
        case EventKind.DEADLINE_NEAR | EventKind.DEADLINE_MISSED if details.get("clock") in ClockKind:
            return f": {ClockKind(details['clock']).label}"
    return ""
