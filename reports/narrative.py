"""A report's history in words, for those who work on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.enums import CHANGES_NOTHING, READINGS, ClockKind, DeclineReason, EventKind, NoticeKind, Sight, Work
from reports.models import Reporter, ReportEvent

BY_SOMEBODY = {
    EventKind.RECEIVED: "sent the report",
    EventKind.ACKNOWLEDGED: "acknowledged receipt",
    EventKind.IDENTIFIED: "confirmed the vulnerability",
    EventKind.ASSEMBLED: "completed the patch team and began the fix",
    EventKind.MADE_READY: "marked the fix as ready",
    EventKind.DECLINED: "declined the report",
    EventKind.REOPENED: "reopened the report",
    EventKind.REPORTER_WROTE: "wrote to the team",
    EventKind.TEAM_WROTE: "wrote to the reporter",
    EventKind.NOTE_ADDED: "added a team note",
    EventKind.FILE_ADDED: "added a file",
    EventKind.FILE_DOWNLOADED: "downloaded a file",
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
    EventKind.ASKED: "asked",
    EventKind.AGREED: "joined the patch team",
    EventKind.REFUSED_TO_HELP: "would rather not join the patch team",
    EventKind.NO_LONGER_ASKED: "withdrew the invitation into the patch team of",
    EventKind.LEFT: "left the patch team",
    EventKind.TRUSTED: "trusts that it is handled",
    EventKind.FIX_CHANGED: "changed the plan of the fix",
    EventKind.WORK_DONE: "finished a part of the fix",
    EventKind.WORK_REOPENED: "took a part of the fix up again",
    EventKind.DAY_PLANNED: "planned the release day",
    EventKind.CORRECTED: "corrected the record in the admin",
    EventKind.IDENTITY_REVEALED: "looked at who reported it",
    EventKind.READ: "read the report",
    EventKind.LINK_USED: "came by their link",
    EventKind.CASE_FILE_TAKEN: "took the case file",
    EventKind.ADVISORY_BEGUN: "began an advisory",
    EventKind.ADVISORY_WRITTEN: "changed an advisory",
    EventKind.ADVISORY_COMMENTED: "commented on an advisory",
    EventKind.ADVISORY_APPROVED: "approved an advisory",
    EventKind.APPROVAL_WITHDRAWN: "withdrew the approval of an advisory",
    EventKind.LEAK_WAIVED: "let pass what looked like a leak",
    EventKind.CREDIT_ASKED: "asked how somebody wants to be credited",
    EventKind.CREDIT_ANSWERED: "answered how they want to be credited",
    EventKind.CREDIT_WITHDRAWN: "withdrew the consent to be named",
    EventKind.CREDIT_REMOVED: "took out a name where it had been printed",
    EventKind.CVE_CHANGED: "changed what is known of the CVE ID",
    EventKind.RELEASE_PLANNED: "planned the release of a project",
    EventKind.HEADS_UP_GIVEN: "announced the day of the disclosure",
    EventKind.EXCEPTION_PROPOSED: "proposed an exception to the policy",
    EventKind.EXCEPTION_AGREED: "agreed to an exception to the policy",
    EventKind.EXCEPTION_DROPPED: "dropped an exception to the policy",
    EventKind.STEP_RETRIED: "had a step of the day tried again",
    EventKind.RELEASED: "said that the fix is released",
    EventKind.DISCLOSED: "disclosed the vulnerability",
    EventKind.DISCLOSED_EARLY: "disclosed the vulnerability before its fix",
    EventKind.ADVISORY_WITHDRAWN: "withdrew a published advisory",
    EventKind.CLOSED: "closed the report",
    EventKind.REHEARSED: "rehearsed the day",
    EventKind.MAIL_ACCEPTED: "took in a mail that was put aside",
    EventKind.MAIL_REFUSED: "refused a mail that was put aside",
    EventKind.MAIL_OPENED: "opened a mail that could not be opened before",
    EventKind.SPLIT: "made a part of it a report of its own",
    EventKind.LINKED: "linked it with another report",
    EventKind.UNLINKED: "took away a link with another report",
    EventKind.KEY_GIVEN: "gave an OpenPGP key",
    EventKind.KEY_CONFIRMED: "confirmed an OpenPGP key",
    EventKind.KEY_REMOVED: "took an OpenPGP key away",
    EventKind.GITHUB_CHANGED: "changed it on GitHub",
    EventKind.GROUPED: "grouped it with reports like it",
    EventKind.UNGROUPED: "took it out of its group",
    EventKind.REPRODUCTION_ASKED: "asked how to reproduce it",
    EventKind.PUBLICITY_ASKED: "asked whether it may become public",
    EventKind.PUBLICITY_AGREED: "agreed to its becoming public",
    EventKind.PUBLICITY_REFUSED: "does not want it to become public",
    EventKind.MADE_PUBLIC: "made it an ordinary issue on GitHub",
}
"""What follows a person's name. What the portal did by itself is told by the event's own words."""

WORTH_A_LINE = (
    frozenset(EventKind)
    - CHANGES_NOTHING
    - {
        EventKind.RECEIVED,
        EventKind.REPORTER_WROTE,
        EventKind.TEAM_WROTE,
        EventKind.NOTE_ADDED,
        EventKind.FILE_ADDED,
        EventKind.LINK_SENT,
        EventKind.FACTS_CHANGED,
        EventKind.FIX_CHANGED,
        EventKind.WORK_DONE,
        EventKind.WORK_REOPENED,
        EventKind.TRUSTED,
        EventKind.ADVISORY_BEGUN,
        EventKind.ADVISORY_WRITTEN,
        EventKind.ADVISORY_COMMENTED,
        EventKind.APPROVAL_WITHDRAWN,
        EventKind.LEAK_WAIVED,
        EventKind.STEP_RETRIED,
        EventKind.GROUPED,
        EventKind.UNGROUPED,
    }
)
"""What the conversation shows between messages. The activity shows everything."""

ICONS = {
    EventKind.ACKNOWLEDGED: "check",
    EventKind.IDENTIFIED: "bug-ant",
    EventKind.ASSEMBLED: "wrench-screwdriver",
    EventKind.MADE_READY: "check",
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
    EventKind.ASKED: "user-plus",
    EventKind.AGREED: "user-plus",
    EventKind.REFUSED_TO_HELP: "user-minus",
    EventKind.NO_LONGER_ASKED: "user-minus",
    EventKind.LEFT: "user-minus",
    EventKind.DROPPED: "user-minus",
    EventKind.WORK_DONE: "check",
    EventKind.WORK_REOPENED: "arrow-uturn-left",
    EventKind.DAY_PLANNED: "calendar-days",
    EventKind.TRUSTED: "hand-thumb-up",
    EventKind.GLASS_BROKEN: "fire",
    EventKind.READ: "eye",
    EventKind.LINK_USED: "eye",
    EventKind.NOTIFIED: "bell",
    EventKind.NOT_NOTIFIED: "bell-alert",
    EventKind.CASE_FILE_TAKEN: "arrow-down-tray",
    EventKind.QUARANTINED: "shield-exclamation",
    EventKind.QUARANTINE_LIFTED: "shield-check",
    EventKind.IDENTITY_REVEALED: "eye",
    EventKind.IDENTITY_FORGOTTEN: "user-minus",
    EventKind.ERASED: "trash",
    EventKind.ADVISORY_BEGUN: "document-text",
    EventKind.ADVISORY_WRITTEN: "document-text",
    EventKind.ADVISORY_APPROVED: "check",
    EventKind.CREDIT_ASKED: "heart",
    EventKind.CREDIT_ANSWERED: "heart",
    EventKind.CREDIT_WITHDRAWN: "heart",
    EventKind.CVE_CHANGED: "hashtag",
    EventKind.RELEASE_PLANNED: "calendar-days",
    EventKind.DAY_PASSED: "bell-alert",
    EventKind.EXCEPTION_AGREED: "exclamation-triangle",
    EventKind.RELEASE_SEEN: "rocket-launch",
    EventKind.RELEASE_LOST: "exclamation-triangle",
    EventKind.ADVISORY_PUBLISHED: "megaphone",
    EventKind.PUBLISHED_BY_HAND: "megaphone",
    EventKind.SAME_DAY_MISSED: "exclamation-triangle",
    EventKind.NOTES_LINKED: "link",
    EventKind.PAGE_PUBLISHED: "megaphone",
    EventKind.RELEASED: "rocket-launch",
    EventKind.DISCLOSED: "megaphone",
    EventKind.DISCLOSED_EARLY: "megaphone",
    EventKind.ADVISORY_WITHDRAWN: "archive-box",
    EventKind.CLOSED: "archive-box",
    EventKind.MAIL_QUARANTINED: "shield-exclamation",
    EventKind.MAIL_ACCEPTED: "shield-check",
    EventKind.MAIL_REFUSED: "no-symbol",
    EventKind.MAIL_BOUNCED: "exclamation-triangle",
    EventKind.MAIL_UNOPENED: "lock-closed",
    EventKind.MAIL_OPENED: "lock-open",
    EventKind.SPLIT: "link",
    EventKind.LINKED: "link",
    EventKind.UNLINKED: "link",
    EventKind.KEY_GIVEN: "key",
    EventKind.KEY_CONFIRMED: "key",
    EventKind.KEY_REMOVED: "key",
    EventKind.MADE_PUBLIC: "megaphone",
}


TO_WHOM = {
    EventKind.COORDINATION_OFFERED: " to {}",
    EventKind.COORDINATION_HANDED_OVER: " to {}",
    EventKind.ACCESS_GRANTED: " to {}",
    EventKind.ACCESS_REVOKED: " of {}",
    EventKind.RECUSED: " {}",
    EventKind.RECUSAL_LIFTED: " {}",
    EventKind.ASKED: " {} into the patch team",
    EventKind.NO_LONGER_ASKED: " {}",
    EventKind.DROPPED: ": {}",
}
"""Whom it concerned, by the person's id in the details."""

TONES = {
    EventKind.GLASS_BROKEN: "late",
    EventKind.SAME_DAY_MISSED: "late",
    EventKind.DISCLOSED_EARLY: "late",
    EventKind.RELEASE_LOST: "late",
    EventKind.MAIL_BOUNCED: "late",
}
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


def _addition(event: ReportEvent, kind: EventKind, names: Names) -> str:  # noqa: C901, PLR0911 - one for each kind
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
        case EventKind.READ if details.get("what") in {Sight.PICTURE, Sight.ADMIN}:
            return f": {Sight(details['what']).label}"
        case EventKind.NOTIFIED | EventKind.NOT_NOTIFIED if details.get("notice") in NoticeKind:
            return f" to {_told(details, names)}: {NoticeKind(details['notice']).label}"
        case _ if kind in TO_WHOM:
            return TO_WHOM[kind].format(names.people.get(details.get("to"), "somebody else"))
        case EventKind.WORK_DONE | EventKind.WORK_REOPENED if details.get("work") in Work:
            return f": {Work(details['work']).label}"
        case EventKind.FACTS_CHANGED | EventKind.FIX_CHANGED if details.get("fields"):
            return f": {' and '.join(map(str, details['fields']))}"
        case EventKind.DEADLINE_NEAR | EventKind.DEADLINE_MISSED if details.get("clock") in ClockKind:
            return f": {ClockKind(details['clock']).label}"
    return ""
