from enum import StrEnum

from django.db import models


class Delivery(models.TextChoices):
    """How a person wants to hear of what can wait. Warnings and breaches never wait."""

    AT_ONCE = "at_once", "at once, one mail each"
    DAILY = "daily", "once a day, together"


class AccountEventKind(models.TextChoices):
    """What happened to an account, in the past tense."""

    SIGNED_IN = "signed_in", "Signed in"
    SIGNED_OUT = "signed_out", "Signed out"
    SESSIONS_ENDED = "sessions_ended", "Sessions were ended"
    SECOND_FACTOR_ADDED = "second_factor_added", "A second factor was added"
    SECOND_FACTOR_REMOVED = "second_factor_removed", "A second factor was removed"
    MEMBERSHIP_BEGAN = "membership_began", "Membership of the security team began"
    MEMBERSHIP_CHANGED = "membership_changed", "Membership of the security team was changed"
    MEMBERSHIP_ENDED = "membership_ended", "Membership of the security team ended"
    ADMINISTRATOR_MADE = "administrator_made", "Made an administrator"
    ADMINISTRATOR_UNMADE = "administrator_unmade", "Is no administrator any more"
    SWITCHED_OFF = "switched_off", "The account was switched off"
    SWITCHED_ON = "switched_on", "The account was switched on"
    KEY_SET = "key_set", "An OpenPGP key was set"
    KEY_REMOVED = "key_removed", "The OpenPGP key was taken away"
    SEARCHED = "searched", "Searched the reports"
    RECORDS_LISTED = "records_listed", "Listed records of reports in the admin"
    QUARANTINE_READ = "quarantine_read", "Looked over the quarantine"
    MAIL_READ = "mail_read", "Read a mail that is about no report"
    MAIL_TAKEN = "mail_taken", "Took the source of a mail that is about no report"


class Inactive(models.TextChoices):
    """Why GitHub says that a project is maintained no more."""

    ARCHIVED = "archived", "archived on GitHub"
    GONE = "gone", "not in the organisation any more"


class Sign(models.TextChoices):
    """What was seen of a person, on one project or in the organisation."""

    ROLE = "role", "a role on the repository"
    TEAM = "team", "a GitHub team that maintains it"
    CONFIRMED = "confirmed", "confirmed by hand"
    COUNTED = "counted", "contributions so far"
    CONTRIBUTED = "contributed", "contributed"
    RELEASED = "released", "published a release"
    SECURITY_MANAGER = "manager", "security manager of the organisation"
    IN_ORGANISATION = "belongs", "belongs to the organisation"


class Outcome(models.TextChoices):
    """What became of a sync."""

    DONE = "done", "done"
    FAILED = "failed", "failed, nothing changed"
    HELD = "held", "waits for a person"
    AGREED = "agreed", "agreed to, due with the next one"
    CARRIED_OUT = "carried_out", "agreed to and carried out"
    DISCARDED = "discarded", "discarded"
    SUPERSEDED = "superseded", "replaced by a later one"


class Leaving(models.TextChoices):
    """Why a membership of the security team ends."""

    STEPPED_DOWN = "own_will", "stepped down"
    NOT_ELIGIBLE = "not_eligible", "no longer an active maintainer of an active project"
    ENDED_BY_HAND = "by_hand", "ended in the administration"


class AppealState(models.TextChoices):
    OPEN = "open", "waits for an answer"
    UPHELD = "upheld", "upheld"
    REJECTED = "rejected", "rejected"


class Task(StrEnum):
    """Background work, by the name of its function: whoever rings need not import what answers."""

    SYNC = "teams.tasks.sync"
    SWEEP = "reports.tasks.sweep"
