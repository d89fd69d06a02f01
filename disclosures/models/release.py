"""The day itself: the plan, what GitHub shows of it, and what was decided against the rules (P12-P14, P31, P32)."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from disclosures.enums import (
    ExceptionKind,
    ReleaseState,
    RepositoryAdvisoryState,
    StepKind,
    StepState,
)
from disclosures.models.advisory import Advisory
from portal.audit.chain import NEVER_DELETED
from portal.sealed.fields import SealedCharField, SealedTextField, SequencedKey
from reports.models import NeedToKnow, NeedToKnowManager, Report
from reports.models.grants import nothing
from teams.models import Project


class Release(NeedToKnow):
    """The release that brings the fix to one affected project: as planned, and as last seen."""

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="releases")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="releases")
    tag = SealedCharField(max_length=120, blank=True)
    releaser = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="releases_planned"
    )
    planned_on = models.DateField(null=True, blank=True)
    day_reason = SealedCharField(max_length=300, blank=True, help_text="Why this day, against the advice.")

    state = models.CharField(max_length=10, choices=ReleaseState, default=ReleaseState.PLANNED)
    github_id = models.BigIntegerField(null=True, blank=True)
    html_url = SealedCharField("URL", max_length=300, blank=True)
    commit = models.CharField(
        max_length=64, blank=True, help_text="What the tag named when the release was first seen."
    )
    published_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_as = models.CharField(max_length=120, blank=True, help_text="Which release at which commit was last seen.")
    vouched_for = models.CharField(max_length=120, blank=True, help_text="What somebody said is the right one.")
    turned_away = ArrayField(
        models.CharField(max_length=120), default=list, blank=True, help_text="What somebody said is the wrong one."
    )
    looked_at = models.DateTimeField(null=True, blank=True, help_text="When GitHub was last asked about it.")
    asked_after = models.DateField(null=True, blank=True, help_text="The day that passed and was asked about.")

    objects = NeedToKnowManager["Release"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("project__name",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_release_each_project", fields=["report", "project"]),
            models.CheckConstraint(
                name="published_releases_have_their_moment",
                condition=~Q(state=ReleaseState.PUBLISHED) | Q(published_at__isnull=False, github_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"the release of {self.project}"


class RepositoryAdvisory(NeedToKnow):
    """An advisory in one repository on GitHub (P29)."""

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="repository_advisories")
    advisory = models.ForeignKey(Advisory, on_delete=models.PROTECT, related_name="repository_advisories")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="repository_advisories")
    state = models.CharField(max_length=9, choices=RepositoryAdvisoryState, default=RepositoryAdvisoryState.ABSENT)
    ghsa_id = models.CharField("GHSA ID", max_length=19, unique=True, null=True, blank=True)
    claimed_id = models.CharField(
        "GHSA ID as named",
        max_length=19,
        blank=True,
        help_text="What somebody says that it is called there. It counts once it was found in that repository.",
    )
    html_url = SealedCharField("URL", max_length=300, blank=True)
    fork = SealedCharField("private fork", max_length=200, blank=True)
    written_revision = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Which revision of the advisory was last written there; 0 for words that are not ours.",
    )
    published_at = models.DateTimeField(null=True, blank=True)
    was_by_hand = models.BooleanField(default=False, help_text="Somebody published it on GitHub, and not the portal.")
    kept_the_day = models.BooleanField(
        null=True,
        editable=False,
        help_text="Whether it followed its release on the same day: unknown until both were seen.",
    )
    linked_at = models.DateTimeField(
        null=True, blank=True, help_text="When the link to it was first read in the release notes."
    )
    visible_at = models.DateTimeField(null=True, blank=True, help_text="When its public page was read.")
    checked_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(
        null=True, blank=True, help_text="When GitHub was last asked about it, whatever it answered."
    )
    let_in = ArrayField(
        models.BigIntegerField(),
        null=True,
        blank=True,
        editable=False,
        help_text="Whom the draft was shared with.",
    )

    objects = NeedToKnowManager["RepositoryAdvisory"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("project__name", "id")
        verbose_name_plural = "repository advisories"
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_advisory_each_repository", fields=["advisory", "project"]),
            models.CheckConstraint(
                name="repository_advisories_are_named_by_github",
                condition=Q(state=RepositoryAdvisoryState.ABSENT) | Q(ghsa_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.ghsa_id or "an advisory to be"


class RuleException(NeedToKnow):
    """A decision not to keep a rule this once. Some take a second person before they count; all stay on record."""

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="rule_exceptions")
    kind = models.CharField(max_length=12, choices=ExceptionKind)
    reason = SealedTextField()
    mitigation = SealedTextField(blank=True, help_text="What people can do until there is a release.")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="exceptions_proposed"
    )
    proposed_at = models.DateTimeField(default=timezone.now)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="exceptions_agreed"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = NeedToKnowManager["RuleException"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("proposed_at", "id")
        triggers = NEVER_DELETED
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_exception_of_a_kind", fields=["report", "kind"], condition=Q(dropped_at__isnull=True)
            ),
            models.CheckConstraint(
                name="two_people_make_an_exception",
                condition=Q(agreed_by__isnull=True, agreed_at__isnull=True)
                | Q(agreed_at__isnull=False) & ~Q(agreed_by=F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_agreed(self) -> bool:
        return self.agreed_at is not None and self.dropped_at is None


class Conduct(NeedToKnow):
    """Somebody set the day going: what the portal does on it, it does in their name."""

    id = SequencedKey(primary_key=True)
    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="conduct")
    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conducts_started")
    message = SealedTextField(help_text="What the reporter is told once the fix is released.")
    stopped_at = models.DateTimeField(null=True, blank=True, help_text="Since when no further step is taken.")
    looked_at = models.DateTimeField(null=True, blank=True, help_text="When GitHub was last asked what became of it.")

    objects = NeedToKnowManager["Conduct"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        pass

    def __str__(self) -> str:
        return "the day of a release"


class Step(NeedToKnow):
    """One thing that the conductor does, once: claimed by a conditional update, tried again until it is done.

    `project` and `advisory` say for which repository; neither where it is the report's as a whole.
    """

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=13, choices=StepKind)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, blank=True, related_name="steps")
    advisory = models.ForeignKey(Advisory, on_delete=models.PROTECT, null=True, blank=True, related_name="steps")
    state = models.CharField(max_length=7, choices=StepState, default=StepState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = SealedCharField(max_length=300, blank=True, help_text="Why it waits, or why it failed last.")
    next_attempt_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    set_out_at = models.DateTimeField(
        null=True, blank=True, help_text="When it last began to change something on GitHub, whatever came of it."
    )
    done_at = models.DateTimeField(null=True, blank=True)

    objects = NeedToKnowManager["Step"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="each_step_once", fields=["report", "kind", "project", "advisory"], nulls_distinct=False
            ),
            models.CheckConstraint(
                name="steps_that_are_done_have_their_moment",
                condition=Q(state__in=[StepState.DONE, StepState.SKIPPED], done_at__isnull=False)
                | ~Q(state__in=[StepState.DONE, StepState.SKIPPED]) & Q(done_at__isnull=True),
            ),
        ]
        indexes = (
            models.Index(
                name="step_to_take",
                fields=["next_attempt_at"],
                condition=Q(state__in=[StepState.WAITING, StepState.RUNNING, StepState.FAILED]),
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()
