"""What the world has been told: in the open, apart from the reports, and there for good.

Nothing here leads to a report: erasing one takes nothing back, and reading this needs no key and no viewer.
"""

import gzip
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from disclosures.enums import TimeToFix
from reports.enums import Severity


class PublishedAdvisory(models.Model):
    """The newest public revision of an advisory, and what lists need of it."""

    identifier = models.CharField(max_length=24, unique=True)
    title = models.CharField(max_length=250)
    severity = models.CharField(max_length=8, choices=Severity, blank=True)
    cve_ids = ArrayField(models.CharField(max_length=20), default=list)
    ghsa_ids = ArrayField(models.CharField(max_length=19), default=list)
    projects = ArrayField(models.CharField(max_length=200), default=list)
    published_at = models.DateTimeField()
    modified_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    thanked = ArrayField(models.CharField(max_length=500), default=list, help_text="Who agreed to be named.")
    time_to_fix = models.CharField(
        max_length=7, choices=TimeToFix, blank=True, help_text="From report to publication, and no closer."
    )
    revision = models.PositiveIntegerField()
    snapshot = models.TextField(help_text="As `disclosures.snapshot` writes it.")
    words = SearchVectorField(null=True, editable=False)

    objects: ClassVar[models.Manager["PublishedAdvisory"]] = models.Manager()

    class Meta:
        ordering = ("-published_at", "-id")
        verbose_name_plural = "published advisories"
        indexes = (
            models.Index(name="published_newest", fields=["-published_at", "-id"]),
            models.Index(name="published_modified", fields=["-modified_at", "-id"]),
            models.Index(name="published_severity", fields=["severity", "-published_at", "-id"]),
            GinIndex(name="published_words", fields=["words"]),
            GinIndex(name="published_projects", fields=["projects"]),
            GinIndex(name="published_cves", fields=["cve_ids"]),
            GinIndex(name="published_ghsas", fields=["ghsa_ids"]),
        )

    def __str__(self) -> str:
        return self.identifier


class PublishedRevision(models.Model):
    """One public revision, whole."""

    advisory = models.ForeignKey(PublishedAdvisory, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    summary = models.CharField(max_length=300, blank=True)
    snapshot = models.TextField()

    objects: ClassVar[models.Manager["PublishedRevision"]] = models.Manager()

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(name="public_revisions_are_numbered", fields=["advisory", "number"]),)

    def __str__(self) -> str:
        return f"{self.advisory} revision {self.number}"


class PublishedFile(models.Model):
    """A document for programs, made with what it tells of, so that handing it out works nothing out."""

    path = models.CharField(max_length=120, unique=True, help_text="As addresses of the portal go on.")
    advisory = models.ForeignKey(
        PublishedAdvisory, on_delete=models.PROTECT, null=True, blank=True, related_name="files"
    )
    """None: it tells of all of them."""
    content = models.BinaryField()
    is_packed = models.BooleanField(default=False, help_text="By gzip, as it goes out to whoever takes that.")
    sha256 = models.CharField(max_length=64)
    signature = models.TextField(blank=True, help_text="Detached, in ASCII armour.")
    modified_at = models.DateTimeField()
    made_by = models.CharField(max_length=64, help_text="Another code, address or key makes it anew.")

    objects: ClassVar[models.Manager["PublishedFile"]] = models.Manager()

    class Meta:
        ordering = ("path",)

    def __str__(self) -> str:
        return self.path

    @property
    def whole(self) -> bytes:
        return gzip.decompress(self.content) if self.is_packed else bytes(self.content)


class PublicStatistics(models.Model):
    """How many advisories had been published by a day, and how soon: one row, counted in the background."""

    until = models.DateTimeField(help_text="What was published later is in none of the figures.")
    published = models.PositiveIntegerField()
    known = models.PositiveIntegerField(help_text="Of how many it is known how long they took.")
    within_month = models.PositiveIntegerField()
    within_quarter = models.PositiveIntegerField()

    objects: ClassVar[models.Manager["PublicStatistics"]] = models.Manager()

    class Meta:
        verbose_name_plural = "public statistics"
        constraints = (models.CheckConstraint(name="there_is_one_row_of_public_statistics", condition=models.Q(pk=1)),)

    def __str__(self) -> str:
        return "how disclosures go, as everybody may know"
