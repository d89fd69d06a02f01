from enum import StrEnum

from django.db import models


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
    KEY_CHANGED = "key_changed", "their OpenPGP key was changed"
    PUBLICITY_ASKED = "publicity_asked", "they are asked whether it may become public"
    FINDER = "finder", "receipt to the finder, whose report somebody else passed on"
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
    CVE_NEEDED = "cve_needed", "a published advisory still needs its CVE ID"
    BY_HAND = "by_hand", "somebody published an advisory by hand"
    WITHDRAWN = "withdrawn", "a published advisory was withdrawn"
    WITHDRAWN_THERE = "withdrawn_there", "an advisory was withdrawn on GitHub alone"
    TAKEN_BACK = "taken_back", "the advisory on what they reported was withdrawn"
    UNKNOWN_ADVISORY = "unknown_advisory", "an advisory that the portal does not know was published"
    CREDIT_GONE = "credit_gone", "a consent to be named was withdrawn"
    UNANSWERED = "unanswered", "nobody has answered a hand-over"
    ON_DUTY = "on_duty", "a new report, and they are on duty"
    MEMBERSHIP_ENDED = "membership_ended", "their membership of the team ended"
    MEMBER_LEFT = "member_left", "somebody left the team"
    CREDIT_OF_WORK = "credit_of_work", "they are asked how their work is credited"
    # about mail, and about GitHub
    MAIL_WAITS = "mail_waits", "a mail was put aside"
    BOUNCED = "bounced", "a mail to the reporter came back"
    UNOPENED = "unopened", "a mail could not be opened"
    GITHUB_CHANGED = "github_changed", "a report was changed on GitHub"
    KEY_EXPIRES = "key_expires", "the team's OpenPGP key expires soon"
    # to those whom the settings name, outside
    HEADS_UP = "heads_up", "a disclosure is told ahead"


CAN_WAIT = frozenset({NoticeKind.NEW_REPORT, NoticeKind.REPORTER_WROTE, NoticeKind.WITHDRAWAL, NoticeKind.QUARANTINE})
"""What a person who chose the daily digest reads there instead of at once."""


OF_THE_TEAM = frozenset(
    {NoticeKind.MEMBERSHIP_ENDED, NoticeKind.MEMBER_LEFT, NoticeKind.KEY_EXPIRES, NoticeKind.CREDIT_OF_WORK}
)
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
    TELL_GITHUB = "reports.tasks.tell_github"
