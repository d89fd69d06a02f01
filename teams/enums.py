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
    SEARCHED = "searched", "Searched the reports"
    RECORDS_LISTED = "records_listed", "Listed records of reports in the admin"
