from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q


class Figures(models.Model):
    """How well the promises are kept: one row of sums, worked out in the background. It says nothing of any report."""

    computed_at = models.DateTimeField()
    since = models.DateTimeField(help_text="The figures count what was promised from then on.")
    acknowledgements = models.PositiveIntegerField(help_text="Promised acknowledgements that were given or are late.")
    acknowledged_in_time = models.PositiveIntegerField()
    median_to_acknowledge = models.DurationField(null=True)
    updates = models.PositiveIntegerField(help_text="Promised updates that were given or are late.")
    updated_in_time = models.PositiveIntegerField()
    open_reports = models.PositiveIntegerField()
    published = models.PositiveIntegerField(
        default=0, help_text="Advisories that are public, and so are their releases."
    )
    published_on_the_day = models.PositiveIntegerField(default=0, help_text="Those that followed on the same day.")

    objects: "models.Manager[Figures]" = models.Manager()

    class Meta:
        verbose_name_plural = "figures"
        constraints = (models.CheckConstraint(name="there_is_one_row_of_figures", condition=Q(pk=1)),)

    def __str__(self) -> str:
        return "how well the promises are kept"

    @property
    def median_hours(self) -> int | None:
        """Whole hours, at least one."""
        if self.median_to_acknowledge is None:
            return None
        return max(1, round(self.median_to_acknowledge / timedelta(hours=1)))

    def is_stale(self, *, now: datetime) -> bool:
        """Whether the background work that renews them seems to have stopped."""
        return now - self.computed_at > timedelta(hours=3)


class PublicFigures(models.Model):
    """What everybody may know of how the promises were kept: one row of sums over reports that had ended by a day."""

    until = models.DateTimeField(help_text="What ended later is in none of the figures.")
    acknowledgements = models.PositiveIntegerField()
    acknowledged_in_time = models.PositiveIntegerField()
    median_to_acknowledge = models.DurationField(null=True)
    updates = models.PositiveIntegerField()
    updated_in_time = models.PositiveIntegerField()

    objects: ClassVar[models.Manager["PublicFigures"]] = models.Manager()

    class Meta:
        verbose_name_plural = "public figures"
        constraints = (models.CheckConstraint(name="there_is_one_row_of_public_figures", condition=Q(pk=1)),)

    def __str__(self) -> str:
        return "how well the promises were kept, as everybody may know"
