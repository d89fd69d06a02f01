"""What the world will read, before and after it may (P29, P30)."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from disclosures.enums import AdvisoryState, ReferenceKind
from portal.audit.chain import NEVER_DELETED
from portal.sealed.fields import SealedCharField, SealedTextField, SequencedKey
from reports.enums import Severity
from reports.models import NeedToKnow, NeedToKnowManager, Report
from reports.models.grants import nothing
from reports.models.report import REFERENCE_ALPHABET
from teams.models import Project


def new_identifier() -> str:
    """A random name such as `WSC-SA-7K3M-9QXD`, for the public page: it counts nothing and names no report."""
    code = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(8))
    return f"{settings.POLICY.organisation.reference_prefix}-SA-{code[:4]}-{code[4:]}"


class AdvisoryManager(NeedToKnowManager["Advisory"]):
    """Without drafts that were dropped: they are no advisories any more, and only the record knows of them."""

    def get_queryset(self) -> models.QuerySet["Advisory"]:
        return super().get_queryset().filter(dropped_at=None)


class Advisory(NeedToKnow):
    """One vulnerability, as it will be told, in the team's own words: nothing of the conversation gets in by itself."""

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="advisories")
    identifier = models.CharField(max_length=24, unique=True, default=new_identifier, editable=False)
    state = models.CharField(max_length=9, choices=AdvisoryState, default=AdvisoryState.DRAFT, editable=False)

    title = SealedCharField(max_length=250, blank=True)
    overview = SealedTextField(blank=True)
    details = SealedTextField(blank=True)
    fix = SealedTextField(blank=True)
    workaround = SealedTextField(blank=True)
    has_no_workaround = models.BooleanField("no workaround is known", default=False)
    is_mitigation_only = models.BooleanField(
        default=False, help_text="There is no release yet: the workaround is what people can do."
    )

    cvss31_vector = models.CharField("CVSS 3.1 vector", max_length=120, blank=True)
    cvss40_vector = models.CharField("CVSS 4.0 vector", max_length=300, blank=True)
    severity = models.CharField(max_length=8, choices=Severity, blank=True)
    cwe_ids = ArrayField(models.CharField(max_length=10), verbose_name="CWE", default=list, blank=True)

    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        help_text="The earlier advisory whose fix was incomplete.",
    )
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="advisories_begun"
    )
    changed_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_reason = SealedTextField(blank=True)
    dropped_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When a draft was given up, which nobody outside ever saw."
    )

    objects = AdvisoryManager(reporters_see=nothing)
    with_dropped = NeedToKnowManager["Advisory"](reporters_see=nothing)
    """What leads to an advisory from its revisions and comments."""

    class Meta(NeedToKnow.Meta):
        base_manager_name = "with_dropped"
        default_manager_name = "objects"
        ordering = ("created_at", "id")
        verbose_name_plural = "advisories"
        triggers = NEVER_DELETED
        constraints: ClassVar = [
            models.CheckConstraint(
                name="published_advisories_have_their_moment",
                condition=Q(state=AdvisoryState.DRAFT, published_at__isnull=True, withdrawn_at__isnull=True)
                | Q(state=AdvisoryState.PUBLISHED, published_at__isnull=False, withdrawn_at__isnull=True)
                | Q(state=AdvisoryState.WITHDRAWN, published_at__isnull=False, withdrawn_at__isnull=False),
            ),
            models.CheckConstraint(
                name="only_drafts_are_dropped", condition=Q(dropped_at=None) | Q(state=AdvisoryState.DRAFT)
            ),
            models.CheckConstraint(name="no_advisory_follows_itself", condition=~Q(follows=F("id"))),
        ]

    def __str__(self) -> str:
        return self.identifier


class AffectedProduct(NeedToKnow):
    """A package that has the vulnerability, as its ecosystem names it."""

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="affected_products")
    advisory = models.ForeignKey(Advisory, on_delete=models.CASCADE, related_name="products")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="affected_products")
    ecosystem = models.CharField(max_length=12, help_text="As `disclosures.snapshot.Ecosystem` spells it.")
    package = SealedCharField(max_length=200)
    place = models.PositiveSmallIntegerField(default=0, help_text="Where it stands among the others.")

    objects = NeedToKnowManager["AffectedProduct"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("place", "id")

    def __str__(self) -> str:
        return "an affected product"


class AffectedRange(NeedToKnow):
    """Versions of a product that have the vulnerability. All empty: every version has it.

    `last_affected` is the last one known to have it, `fixed_in` the first one that has not.
    """

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="affected_ranges")
    product = models.ForeignKey(AffectedProduct, on_delete=models.CASCADE, related_name="ranges")
    introduced = SealedCharField(max_length=80, blank=True)
    last_affected = SealedCharField(max_length=80, blank=True)
    fixed_in = SealedCharField(max_length=80, blank=True)
    place = models.PositiveSmallIntegerField(default=0)

    objects = NeedToKnowManager["AffectedRange"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("place", "id")

    def __str__(self) -> str:
        return "a range of affected versions"


class Reference(NeedToKnow):
    """Where more can be read."""

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="advisory_references")
    advisory = models.ForeignKey(Advisory, on_delete=models.CASCADE, related_name="references")
    kind = models.CharField(max_length=8, choices=ReferenceKind, default=ReferenceKind.WEB)
    url = SealedCharField("URL", max_length=500)
    place = models.PositiveSmallIntegerField(default=0)

    objects = NeedToKnowManager["Reference"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("place", "id")

    def __str__(self) -> str:
        return "a reference"


class Revision(NeedToKnow):
    """What an advisory said at one moment, whole. Each change makes another; none is changed itself."""

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="advisory_revisions")
    advisory = models.ForeignKey(Advisory, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    content = SealedTextField(help_text="The advisory's own words and facts, as JSON.")
    summary = SealedCharField("what changed", max_length=300, blank=True)
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="revisions_written"
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = NeedToKnowManager["Revision"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("number",)
        triggers = NEVER_DELETED
        constraints = (models.UniqueConstraint(name="revisions_are_numbered", fields=["advisory", "number"]),)

    def __str__(self) -> str:
        return f"revision {self.number}"


class Approval(NeedToKnow):
    """Somebody else than its authors says that a revision may go out. It is worth nothing for the next one."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="approvals")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="approvals")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="approvals_given")
    approved_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = NeedToKnowManager["Approval"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("approved_at", "id")
        triggers = NEVER_DELETED
        constraints = (
            models.UniqueConstraint(
                name="one_approval_each",
                fields=["revision", "approved_by"],
                condition=Q(withdrawn_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return "an approval"


class Comment(NeedToKnow):
    """What somebody remarks about a draft."""

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="advisory_comments")
    advisory = models.ForeignKey(Advisory, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="advisory_comments")
    body = SealedTextField()
    at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = NeedToKnowManager["Comment"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        ordering = ("at", "id")

    def __str__(self) -> str:
        return "a comment"


class LeakWaiver(NeedToKnow):
    """Somebody looked at what seemed to give a secret away, and says why it does not."""

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="leak_waivers")
    advisory = models.ForeignKey(Advisory, on_delete=models.PROTECT, related_name="leak_waivers")
    finding = models.CharField(max_length=64, help_text="Keyed hash of what was found, and of what kind it is.")
    reason = SealedCharField(max_length=300)
    waived_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="leak_waivers")
    waived_at = models.DateTimeField(default=timezone.now)

    objects = NeedToKnowManager["LeakWaiver"](reporters_see=nothing)

    class Meta(NeedToKnow.Meta):
        constraints = (models.UniqueConstraint(name="waived_once", fields=["advisory", "finding"]),)

    def __str__(self) -> str:
        return "a waiver"
