"""Joining the team, being on duty or away, leaving it, and objecting to having had to."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.openpgp.certificates import in_groups
from teams.enums import AppealState, Leaving
from teams.models.evidence import SyncRun
from teams.models.people import SecurityTeamMembership, User


class TermsAcceptance(models.Model):
    """A person agreed to one version of the terms (P22)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="terms_accepted")
    version = models.CharField(max_length=200)
    accepted_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["TermsAcceptance"]] = models.Manager()
    append_only = True

    class Meta:
        ordering = ("-accepted_at",)
        constraints = (models.UniqueConstraint(name="each_version_is_accepted_once", fields=["user", "version"]),)

    def __str__(self) -> str:
        return f"{self.user} agreed to the terms of {self.version}"


class PersonalKey(models.Model):
    """The OpenPGP key to which mails to a person are encrypted. It is public by nature."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="openpgp_key")
    certificate = models.TextField(help_text="In ASCII armour.")
    fingerprint = models.CharField(max_length=64)
    given_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="As it says of itself.")

    objects: ClassVar[models.Manager["PersonalKey"]] = models.Manager()

    class Meta:
        verbose_name = "personal OpenPGP key"

    def __str__(self) -> str:
        return f"the OpenPGP key of {self.user}"

    @property
    def in_groups(self) -> str:
        return in_groups(self.fingerprint)


class Departure(models.Model):
    """A membership that is to end, or did. Announced first, so that what the person looks after changes hands."""

    membership = models.OneToOneField(SecurityTeamMembership, on_delete=models.PROTECT, related_name="departure")
    why = models.CharField(max_length=12, choices=Leaving)
    reason = models.CharField(max_length=500)
    announced_at = models.DateTimeField(default=timezone.now)
    run = models.ForeignKey(SyncRun, on_delete=models.PROTECT, null=True, blank=True, related_name="departures")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When access ended.")

    objects: ClassVar[models.Manager["Departure"]] = models.Manager()

    class Meta:
        ordering = ("-announced_at", "-pk")

    def __str__(self) -> str:
        return f"{self.membership.user} leaves the team"


class Appeal(models.Model):
    """What somebody says against the end of their membership, and what a lead answers."""

    departure = models.OneToOneField(Departure, on_delete=models.PROTECT, related_name="appeal")
    text = models.TextField(max_length=4000)
    written_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=AppealState, default=AppealState.OPEN)
    answer = models.TextField(max_length=4000, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="appeals_answered"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Appeal"]] = models.Manager()

    class Meta:
        ordering = ("-written_at",)

    def __str__(self) -> str:
        return f"appeal of {self.departure.membership.user}"


class DutyWeek(models.Model):
    """Who is on duty in the week that begins on a Monday."""

    monday = models.DateField(unique=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="duty_weeks")
    chosen_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="duty_weeks_chosen", editable=False
    )

    objects: ClassVar[models.Manager["DutyWeek"]] = models.Manager()

    class Meta:
        ordering = ("monday",)
        constraints = (
            models.CheckConstraint(
                name="duty_begins_on_a_monday",
                condition=Q(monday__iso_week_day=1),
                violation_error_message="Duty changes on Mondays.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}, week of {self.monday}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def on(self, day: date) -> "AbsenceQuerySet":
        return self.filter(first_day__lte=day, last_day__gte=day)


class Absence(models.Model):
    """Days on which a member cannot be counted on."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="absences")
    first_day = models.DateField()
    last_day = models.DateField()

    objects = models.Manager.from_queryset(AbsenceQuerySet)()

    class Meta:
        ordering = ("first_day",)
        constraints = (
            models.CheckConstraint(
                name="absence_ends_after_it_began",
                condition=Q(last_day__gte=F("first_day")),
                violation_error_message="It cannot end before it began.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} is away"
