from enum import StrEnum

from django.db import models


class State(models.TextChoices):
    """Where a report stands. `reports.lifecycle` holds the table of moves between them."""

    RECEIVED = "received", "received"
    TRIAGE = "triage", "in triage"
    IDENTIFIED = "identified", "identified"
    FIXING = "fixing", "being fixed"
    READY = "ready", "fix ready"
    RELEASED = "released", "released"
    DISCLOSED = "disclosed", "disclosed"
    CLOSED = "closed", "closed"


class Channel(models.TextChoices):
    WEB = "web", "web form"
    MAIL = "mail", "mail"
    GITHUB = "github", "GitHub"
    TEAM = "team", "the team itself"


class DeclineReason(models.TextChoices):
    NOT_REPRODUCIBLE = "not_reproducible", "not reproducible"
    INTENDED = "intended", "intended behaviour"
    ORDINARY_BUG = "ordinary_bug", "an ordinary bug"
    OUT_OF_SCOPE = "out_of_scope", "out of scope"
    DUPLICATE = "duplicate", "duplicate"
    ALREADY_PUBLIC = "already_public", "already public"
    WITHDRAWN = "withdrawn", "withdrawn by the reporter"
    SPAM = "spam", "spam"


class Severity(models.TextChoices):
    """The qualitative ratings of CVSS 3.1 and 4.0."""

    NONE = "none", "none"
    LOW = "low", "low"
    MEDIUM = "medium", "medium"
    HIGH = "high", "high"
    CRITICAL = "critical", "critical"


class Role(models.TextChoices):
    """What a grant makes of somebody on one report."""

    COORDINATOR = "coordinator", "coordinator"
    LEAD = "lead", "lead of the fix"
    DEVELOPER = "developer", "developer"
    REVIEWER = "reviewer", "reviewer"
    RELEASER = "releaser", "releaser"
    OBSERVER = "observer", "observer"
    REPORTER = "reporter", "reporter"
    CO_REPORTER = "co_reporter", "co-reporter"
    BREAK_GLASS = "break_glass", "emergency access"


REPORTER_ROLES = (Role.REPORTER, Role.CO_REPORTER)
WORKING_ROLES = (Role.LEAD, Role.DEVELOPER, Role.REVIEWER, Role.RELEASER)
PATCH_ROLES = (*WORKING_ROLES, Role.OBSERVER)
"""The patch and release team (P26). Who only observes covers no project."""
SHARED_ROLES = (Role.COORDINATOR, *PATCH_ROLES)
"""What a person can be given on a report. The others come about by reporting, or by breaking the glass."""


class Answer(models.TextChoices):
    """What became of an invitation into a patch team."""

    PENDING = "pending", "not answered yet"
    ACCEPTED = "accepted", "accepted"
    DECLINED = "declined", "declined"
    WITHDRAWN = "withdrawn", "withdrawn"


class Work(models.TextChoices):
    """What the patch team does in each affected project."""

    PATCH = "patch", "patch"
    BACKPORTS = "backports", "backports"
    TESTS = "tests", "tests"
    RELEASE_NOTES = "release_notes", "release notes"
    ADVISORY = "advisory", "advisory"


REQUIRED_WORK = (Work.PATCH, Work.TESTS, Work.RELEASE_NOTES, Work.ADVISORY)
"""Without these nothing can be released. Whether older lines get the fix as well is the team's to decide."""


class CreditWish(models.TextChoices):
    YES = "yes", "Yes, name me"
    NO = "no", "No, leave me out"
    ASK = "ask", "Ask me later"


class Audience(models.TextChoices):
    """Who a message or a file is for."""

    REPORTER = "reporter", "the reporter and the team"
    TEAM = "team", "the team only"


class EventKind(models.TextChoices):
    """What happened to a report, in the past tense. The record keeps these; it never keeps what was written."""

    RECEIVED = "received", "The report arrived"
    ACKNOWLEDGED = "acknowledged", "Receipt was acknowledged"
    IDENTIFIED = "identified", "The vulnerability was identified"
    ASSEMBLED = "assembled", "The patch team is complete, and the fix began"
    MADE_READY = "made_ready", "The fix was marked as ready"
    DECLINED = "declined", "The report was declined"
    REOPENED = "reopened", "The report was reopened"
    REPORTER_WROTE = "reporter_wrote", "The reporter wrote"
    TEAM_WROTE = "team_wrote", "The reporter was answered"
    NOTE_ADDED = "note_added", "A team note was added"
    FILE_ADDED = "file_added", "A file was added"
    FILE_DOWNLOADED = "file_downloaded", "A file was downloaded"
    COORDINATION_TAKEN = "coordination_taken", "Coordination was taken"
    COORDINATION_OFFERED = "coordination_offered", "Coordination was offered"
    COORDINATION_DECLINED = "coordination_declined", "Coordination was declined"
    COORDINATION_HANDED_OVER = "coordination_handed_over", "Coordination was handed over"
    COORDINATION_ENDED = "coordination_ended", "The coordinator may not read it any more, so nobody coordinates it"
    FACTS_CHANGED = "facts_changed", "Facts were changed"
    WAITING_STARTED = "waiting_started", "Waiting for the reporter began"
    WAITING_ENDED = "waiting_ended", "Waiting for the reporter ended"
    REPORTER_REMINDED = "reporter_reminded", "The reporter was reminded"
    DEADLINE_NEAR = "deadline_near", "A deadline came near"
    DEADLINE_MISSED = "deadline_missed", "A deadline was missed"
    CO_REPORTER_INVITED = "co_reporter_invited", "A co-reporter was invited"
    CREDIT_WISH_CHANGED = "credit_wish_changed", "The wish for credit was changed"
    CONTACT_CHANGED = "contact_changed", "The reporter's address was changed"
    WITHDRAWAL_REQUESTED = "withdrawal_requested", "The reporter asked to withdraw"
    LINK_RENEWED = "link_renewed", "The reporter's link was renewed"
    LINK_SENT = "link_sent", "The reporter's link was sent again"
    EXPORTED = "exported", "The reporter downloaded everything sent"
    QUARANTINED = "quarantined", "The report was put in quarantine"
    QUARANTINE_LIFTED = "quarantine_lifted", "The report was taken out of quarantine"
    ACCESS_GRANTED = "access_granted", "Access was granted"
    ACCESS_REVOKED = "access_revoked", "Access was revoked"
    LINKS_ENDED = "links_ended", "The links of somebody on the reporter's side were ended"
    RECUSED = "recused", "A member was recused"
    RECUSAL_LIFTED = "recusal_lifted", "A recusal was lifted"
    RESTRICTED = "restricted", "The report was restricted to named people"
    RESTRICTION_LIFTED = "restriction_lifted", "The restriction to named people was lifted"
    GLASS_BROKEN = "glass_broken", "An administrator opened it in an emergency"
    ASKED = "asked", "Somebody was asked into the patch team"
    AGREED = "agreed", "Somebody joined the patch team"
    REFUSED_TO_HELP = "refused_to_help", "Somebody would rather not join the patch team"
    NO_LONGER_ASKED = "no_longer_asked", "An invitation into the patch team was withdrawn"
    LEFT = "left", "Somebody left the patch team"
    FIX_CHANGED = "fix_changed", "The plan of the fix was changed"
    WORK_DONE = "work_done", "A part of the fix was done"
    WORK_REOPENED = "work_reopened", "A part of the fix was taken up again"
    DAY_PLANNED = "day_planned", "A release day was planned"
    TRUSTED = "trusted", "A member trusts that it is handled"
    DROPPED = "dropped", "Somebody maintains no active project any more, and is let in no longer"
    CORRECTED = "corrected", "The record was corrected in the admin"
    IDENTITY_REVEALED = "identity_revealed", "The reporter's identity was shown"
    IDENTITY_FORGOTTEN = "identity_forgotten", "Who reported it was forgotten"
    ERASED = "erased", "What the report said was erased"
    READ = "read", "The report was read"
    LINK_USED = "link_used", "The reporter's link was used"
    NOTIFIED = "notified", "A mail went out"
    NOT_NOTIFIED = "not_notified", "A mail could not be sent"
    CASE_FILE_TAKEN = "case_file_taken", "The case file was taken"
    # towards the day of the release
    ADVISORY_BEGUN = "advisory_begun", "An advisory was begun"
    ADVISORY_WRITTEN = "advisory_written", "An advisory was changed"
    ADVISORY_COMMENTED = "advisory_commented", "An advisory was commented on"
    ADVISORY_APPROVED = "advisory_approved", "An advisory was approved"
    APPROVAL_WITHDRAWN = "approval_withdrawn", "The approval of an advisory was withdrawn"
    LEAK_WAIVED = "leak_waived", "What looked like a leak was let pass"
    CREDIT_ASKED = "credit_asked", "Somebody was asked how they want to be credited"
    CREDIT_ANSWERED = "credit_answered", "A question about credit was answered"
    CREDIT_WITHDRAWN = "credit_withdrawn", "The consent to be named was withdrawn"
    CREDIT_REMOVED = "credit_removed", "A name was taken out where it had been printed"
    CVE_CHANGED = "cve_changed", "Something changed about the CVE ID"
    RELEASE_PLANNED = "release_planned", "The release of a project was planned"
    DAY_PASSED = "day_passed", "A planned release day passed without the release"
    HEADS_UP_GIVEN = "heads_up_given", "The day of the disclosure was announced"
    EXCEPTION_PROPOSED = "exception_proposed", "An exception to the policy was proposed"
    EXCEPTION_AGREED = "exception_agreed", "An exception to the policy was agreed to"
    EXCEPTION_DROPPED = "exception_dropped", "An exception to the policy was dropped"
    # the day itself
    ADVISORY_PUSHED = "advisory_pushed", "The draft advisory was written on GitHub"
    RELEASE_SEEN = "release_seen", "The release was seen"
    RELEASE_LOST = "release_lost", "A release that was there is gone or was changed"
    ADVISORY_PUBLISHED = "advisory_published", "An advisory was published on GitHub"
    PUBLISHED_BY_HAND = "published_by_hand", "Somebody published the advisory on GitHub by hand"
    SAME_DAY_MISSED = "same_day_missed", "The advisory was published on another day than the release"
    NOTES_LINKED = "notes_linked", "The release notes link to the advisory"
    PAGE_PUBLISHED = "page_published", "The advisory was published on our own pages"
    STEP_RETRIED = "step_retried", "A step of the day was tried again"
    RELEASED = "released", "The fix was released"
    DISCLOSED = "disclosed", "The vulnerability was disclosed"
    DISCLOSED_EARLY = "disclosed_early", "The vulnerability was disclosed before its fix"
    ADVISORY_WITHDRAWN = "advisory_withdrawn", "A published advisory was withdrawn"
    CLOSED = "closed", "The report was closed"
    REHEARSED = "rehearsed", "The day was rehearsed"


READINGS = frozenset({EventKind.READ, EventKind.LINK_USED})
"""Kept once an hour for the same person and the same sight."""

CHANGES_NOTHING = READINGS | {
    EventKind.FILE_DOWNLOADED,
    EventKind.EXPORTED,
    EventKind.NOTIFIED,
    EventKind.NOT_NOTIFIED,
    EventKind.CASE_FILE_TAKEN,
    EventKind.IDENTITY_REVEALED,
    EventKind.TRUSTED,
}
"""What leaves a report as it was: it is no news to anybody."""


class Sight(models.TextChoices):
    """What of a report somebody saw."""

    PAGE = "page", "the report"
    PICTURE = "picture", "a picture"
    ADMIN = "admin", "its records in the admin"


class HandOverAnswer(models.TextChoices):
    """What somebody said to a hand-over that was offered to them."""

    ACCEPTED = "accepted", "accepted"
    DECLINED = "declined", "declined"
    OVERTAKEN = "overtaken", "overtaken by another"


class ClockKind(models.TextChoices):
    ACKNOWLEDGE = "acknowledge", "acknowledgement"
    NEXT_UPDATE = "next_update", "next update to the reporter"


class NoticeKind(models.TextChoices):
    """Why somebody gets a mail. `reports.emails` has one message for each."""

    # to the reporter's side
    RECEIPT = "receipt", "receipt to the reporter"
    LINK = "link", "the reporter's link, asked for again"
    INVITATION = "invitation", "invitation of a co-reporter"
    MOVED = "moved", "the report moved on"
    ANSWERED = "answered", "the team wrote"
    REMINDER = "reminder", "we wait for the reporter's answer"
    # to the team, and to whom it let in
    NEW_REPORT = "new_report", "a new report"
    QUARANTINE = "quarantine", "reports wait in quarantine"
    REPORTER_WROTE = "reporter_wrote", "the reporter wrote"
    WITHDRAWAL = "withdrawal", "the reporter asks to withdraw"
    HANDED_OVER = "handed_over", "coordination was handed over"
    UNOWNED = "unowned", "the coordinator left"
    DEADLINE_NEAR = "deadline_near", "a deadline comes near"
    DEADLINE_MISSED = "deadline_missed", "a deadline was missed"
    DIGEST = "digest", "daily digest"
    SHARED = "shared", "a report was shared with somebody"
    ASKED = "asked", "somebody is asked into a patch team"
    TEAM_CHANGED = "team_changed", "somebody joined, declined or left a patch team"
    GLASS_BROKEN = "glass_broken", "an administrator opened a report in an emergency"
    # to whoever keeps the proof elsewhere
    ANCHOR = "anchor", "the head of the ledger"
    OFFERED = "offered", "coordination was offered"
    DECLINED = "declined", "a hand-over was declined"
    # towards the day of the release, and after it
    CREDIT_ASKED = "credit_asked", "they are asked how to be credited"
    CREDIT_AGAIN = "credit_again", "they have not said how to be credited"
    THANKS = "thanks", "thanks to who reported it"
    CVE_CAME = "cve_came", "the CVE ID has come"
    APPROVAL_ASKED = "approval_asked", "an advisory waits for approval"
    SECOND_ASKED = "second_asked", "a decision waits for a second person"
    DAY_PASSED = "day_passed", "a release day passed without the release"
    RELEASE_LOST = "release_lost", "a release that was seen is gone"
    STEP_FAILED = "step_failed", "a step of the day failed"
    DISCLOSED = "disclosed", "a report was disclosed"
    CVE_LATE = "cve_late", "a CVE ID is late"
    BY_HAND = "by_hand", "somebody published an advisory by hand"
    CREDIT_GONE = "credit_gone", "a consent to be named was withdrawn"
    UNANSWERED = "unanswered", "nobody has answered a hand-over"
    ON_DUTY = "on_duty", "a new report, and they are on duty"
    MEMBERSHIP_ENDED = "membership_ended", "their membership of the team ended"
    MEMBER_LEFT = "member_left", "somebody left the team"
    # to those whom the settings name, outside
    HEADS_UP = "heads_up", "a disclosure is told ahead"


CAN_WAIT = frozenset({NoticeKind.NEW_REPORT, NoticeKind.REPORTER_WROTE, NoticeKind.WITHDRAWAL, NoticeKind.QUARANTINE})
"""What a person who chose the daily digest reads there instead of at once."""


OF_THE_TEAM = frozenset({NoticeKind.MEMBERSHIP_ENDED, NoticeKind.MEMBER_LEFT})
"""About the team and no report."""


class NoticeState(models.TextChoices):
    PENDING = "pending", "to be sent"
    SENT = "sent", "sent"
    GATHERED = "gathered", "in a digest"
    DROPPED = "dropped", "no longer for this person"
    FAILED = "failed", "failed"


class Task(StrEnum):
    """Background work, by the name of its function: whoever rings need not import what answers."""

    DELIVER = "reports.tasks.deliver"
    SWEEP = "reports.tasks.sweep"
    TIDY = "reports.tasks.tidy"
    REDRAW = "reports.tasks.redraw"
    FIGURES = "reports.tasks.figures"
    FORGET = "reports.tasks.forget"
