import re
import secrets
from datetime import UTC, datetime
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils import timezone

from portal.sealed.fields import SealedCharField, SealedTextField
from portal.sealed.keys import KeyHolder
from reports.enums import Channel, DeclineReason, Severity, State
from reports.models.grants import NeedToKnow, NeedToKnowManager
from teams.models import Project

REFERENCE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is easily taken for another."""


def new_reference() -> str:
    """A random public reference such as `WSC-7K3M-9QXD`: 40 bits that count nothing (AZ-10)."""
    code = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(8))
    return f"{settings.POLICY.organisation.reference_prefix}-{code[:4]}-{code[4:]}"


NO_DEADLINE = datetime(9999, 1, 1, tzinfo=UTC)
NEAREST_DEADLINE = Case(
    When(next_due_at__isnull=True, then=Value(NO_DEADLINE)),
    default=F("next_due_at"),
    output_field=models.DateTimeField(),
)
"""Never empty, so that one index gives the order and the place in it. PostgreSQL takes CASE for leakproof and COALESCE
not: only with the first does it look into the index before it has asked who may see a row.
"""

LISTED = (
    "reference", "data_key", "data_key_by", "summary", "state", "severity", "received_at", "changed_at", "next_due_at",
    "waiting_since", "quarantined_at", "withdrawal_requested_at", "exploited", "already_public", "dependency_name",
    "project_unknown", "decline_reason", "erased_at", "channel",
)  # fmt: skip


FIRST_REPORTS = (1, 2, 3)
"""Numbers of rows that are there as soon as there is anything to keep secret."""


class ReportQuerySet(models.QuerySet["Report"]):
    def named(self, reference: str) -> "ReportQuerySet":
        """The one with this reference, looked up beside the first ones: a forbidden one takes as long as a missing one.

        PostgreSQL works out what the viewer may read once it has a row to ask about, in a tenth of a millisecond. So
        there always is one. The pattern is matched after row-level security, as it could leak, and drops it again.
        """
        exactly = f"^{re.escape(reference)}$"
        return self.filter(Q(reference=reference) | Q(pk__in=FIRST_REPORTS), reference__regex=exactly)

    def open(self) -> "ReportQuerySet":
        return self.exclude(state=State.CLOSED)

    def in_queue(self) -> "ReportQuerySet":
        """Without those that wait in quarantine for somebody to look at them, and those that were made up."""
        return self.filter(quarantined_at=None, is_rehearsal=False)

    def in_quarantine(self) -> "ReportQuerySet":
        return self.filter(quarantined_at__isnull=False)

    def awaiting_acknowledgement(self) -> "ReportQuerySet":
        return self.filter(state=State.RECEIVED)

    def unowned(self) -> "ReportQuerySet":
        return self.filter(coordinator=None)

    def by_nearest_deadline(self) -> "ReportQuerySet":
        return self.order_by(NEAREST_DEADLINE, "-id")

    def due_by(self, moment: datetime) -> "ReportQuerySet":
        """With a promise that falls due until then, or is overdue; by the expression that the index knows."""
        return self.alias(nearest=NEAREST_DEADLINE).filter(nearest__lte=moment)

    def due_after(self, moment: datetime) -> "ReportQuerySet":
        """The others: due later, or without any promise."""
        return self.alias(nearest=NEAREST_DEADLINE).filter(nearest__gt=moment)

    def for_lists(self) -> "ReportQuerySet":
        """Without the long texts, which no list shows."""
        return self.select_related("coordinator").only(*LISTED, "coordinator__name", "coordinator__github_login")

    def oldest_first(self) -> "ReportQuerySet":
        return self.order_by("received_at", "id")


ReportManager = NeedToKnowManager.from_queryset(ReportQuerySet)


class Report(NeedToKnow, KeyHolder):
    """What somebody told us, and where it stands. Its key seals all that is written on it; without the key it is
    erased.
    """

    key_named_by = "reference"

    reference = models.CharField(max_length=16, unique=True, default=new_reference, editable=False)
    submission = models.CharField(
        max_length=64,
        unique=True,
        null=True,
        editable=False,
        help_text="Hash of the form's own key: sent twice, kept once.",
    )
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.WEB)
    received_at = models.DateTimeField(default=timezone.now, editable=False)

    # What the reporter said. Nobody edits it.
    summary = SealedCharField(max_length=300)
    description = SealedTextField()
    affected_versions = SealedTextField(blank=True)
    reproduction = SealedTextField("how to reproduce", blank=True)
    impact = SealedTextField(blank=True)
    project_unknown = models.BooleanField(default=False)
    dependency_name = SealedCharField(max_length=200, blank=True)
    dependency_version = SealedCharField(max_length=200, blank=True)
    already_public = models.BooleanField(default=False)
    public_where = SealedTextField(blank=True)
    exploited = models.BooleanField("being exploited", default=False)
    exploit_evidence = SealedTextField(blank=True)
    reporter_discloses_on = models.DateField("the reporter's own disclosure date", null=True, blank=True)

    # Where it stands. Only `reports.lifecycle.move` writes the state.
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED, editable=False)
    state_since = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    next_due_at = models.DateTimeField(
        null=True, editable=False, help_text="The nearest open clock; `reports.clocks` keeps it."
    )
    quarantined_at = models.DateTimeField(null=True, editable=False)
    restricted_at = models.DateTimeField(
        null=True, editable=False, help_text="Since when only grants count; `reports.walls` keeps it."
    )
    waiting_since = models.DateTimeField("waiting for the reporter since", null=True, editable=False)
    next_reminder_at = models.DateTimeField(
        null=True, editable=False, help_text="When the reporter is next reminded that we wait for an answer."
    )
    withdrawal_requested_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    is_rehearsal = models.BooleanField(
        default=False,
        editable=False,
        help_text="Made up, to try out the day of release: in no figure, told to nobody outside.",
    )
    forgotten_at = models.DateTimeField(
        null=True, editable=False, help_text="When names and addresses on the reporter's side were destroyed."
    )
    erased_at = models.DateTimeField(null=True, editable=False, help_text="When its key was destroyed.")
    decline_reason = models.CharField(max_length=20, choices=DeclineReason, blank=True, editable=False)
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="duplicates"
    )

    # What the team found.
    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="coordinated_reports",
    )
    cvss31_vector = models.CharField("CVSS 3.1 vector", max_length=300, blank=True, db_column="cvss_vector")
    cvss40_vector = models.CharField("CVSS 4.0 vector", max_length=300, blank=True, default="")
    cvss_score = models.DecimalField("CVSS score", max_digits=3, decimal_places=1, null=True, blank=True)
    severity = models.CharField(max_length=8, choices=Severity, blank=True)
    cwe_ids = ArrayField(models.CharField(max_length=10), verbose_name="CWE", default=list, blank=True)
    release_planned_on = models.DateField(
        null=True, editable=False, help_text="The day on which its fix is to be released; `reports.checklist` keeps it."
    )
    projects: "models.ManyToManyField[Project, AffectedProject]" = models.ManyToManyField(
        Project, through="AffectedProject", related_name="reports"
    )

    objects = ReportManager(report="pk")

    class Meta(NeedToKnow.Meta):
        ordering = ("-received_at", "-id")
        permissions: ClassVar = [
            ("answer_report", "Can write to the reporter"),
            ("note_report", "Can write and read team notes"),
            ("move_report", "Can acknowledge, identify, decline and reopen"),
            ("assess_report", "Can set projects, severity and weakness"),
            ("coordinate_report", "Can take or hand over coordination"),
            ("review_quarantine", "Can look through the quarantine"),
            ("view_reporter_identity", "Can see the reporter's name and address"),
            ("share_report", "Can let people in, shut them out and restrict the report"),
            ("correct_report", "Can correct the record in the admin"),
            ("export_report", "Can take the case file"),
            ("assemble_report", "Can put the patch team together, and say that the fix is ready"),
            ("fix_report", "Can keep the checklist of the fix"),
            ("advise_report", "Can write its advisories"),
            ("approve_report", "Can approve advisories that others wrote"),
            ("credit_report", "Can ask for credit and see the answers"),
            ("publish_report", "Can plan releases, publish advisories, and see to their CVE IDs"),
        ]
        indexes = (
            models.Index(name="report_key", fields=["data_key_by", "id"]),
            models.Index(name="report_newest", fields=["-received_at", "-id"]),
            models.Index(name="report_changed", fields=["-changed_at", "-id"]),
            models.Index(name="report_state_newest", fields=["state", "-received_at", "-id"]),
            models.Index(
                F("coordinator"),
                NEAREST_DEADLINE,
                F("id").desc(),
                name="report_open_by_coordinator",
                condition=~Q(state="closed"),
            ),
            models.Index(NEAREST_DEADLINE, F("id").desc(), name="report_by_deadline"),
            models.Index(F("coordinator"), NEAREST_DEADLINE, F("id").desc(), name="report_by_coordinator"),
            models.Index(F("severity"), NEAREST_DEADLINE, F("id").desc(), name="report_by_severity"),
            models.Index(
                F("decline_reason"),
                NEAREST_DEADLINE,
                F("id").desc(),
                name="report_by_decline_reason",
                condition=~Q(decline_reason=""),
            ),
            models.Index(
                NEAREST_DEADLINE,
                F("id").desc(),
                name="report_unowned",
                condition=Q(coordinator__isnull=True) & ~Q(state="closed"),
            ),
            models.Index(name="report_waiting", fields=["waiting_since"], condition=Q(waiting_since__isnull=False)),
            models.Index(
                name="report_quarantine", fields=["quarantined_at"], condition=Q(quarantined_at__isnull=False)
            ),
            models.Index(name="report_open_oldest", fields=["received_at", "id"], condition=~Q(state="closed")),
            models.Index(
                name="report_to_remind", fields=["next_reminder_at"], condition=Q(next_reminder_at__isnull=False)
            ),
        )
        constraints = (
            models.CheckConstraint(
                name="closed_has_its_moment",
                condition=Q(state="closed", closed_at__isnull=False) | ~Q(state="closed") & Q(closed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="only_erased_reports_have_no_key",
                condition=Q(erased_at__isnull=True) & ~Q(data_key_by="")
                | Q(erased_at__isnull=False, data_key_by="", state="closed"),
            ),
            models.CheckConstraint(
                name="duplicates_name_the_other",
                condition=Q(duplicate_of__isnull=True) | Q(decline_reason=DeclineReason.DUPLICATE),
            ),
            models.CheckConstraint(name="no_duplicate_of_itself", condition=~Q(duplicate_of=F("id"))),
            models.CheckConstraint(
                name="severity_comes_with_its_vector",
                condition=Q(cvss31_vector="", cvss40_vector="", severity="", cvss_score__isnull=True)
                | ~Q(cvss31_vector="", cvss40_vector="") & ~Q(severity="") & Q(cvss_score__isnull=False),
            ),
            models.CheckConstraint(
                name="vectors_are_of_their_version",
                condition=(Q(cvss31_vector="") | Q(cvss31_vector__startswith="CVSS:3.1/"))
                & (Q(cvss40_vector="") | Q(cvss40_vector__startswith="CVSS:4.0/")),
            ),
        )

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.reference])

    @property
    def sealed_as(self) -> str:
        return self.reference

    def sealing_key(self) -> bytes:
        return self.data_key_opened()

    @property
    def is_closed(self) -> bool:
        return self.state == State.CLOSED

    @property
    def is_plain_text(self) -> bool:
        """A mail is shown as it is, and never taken for Markdown."""
        return self.channel == Channel.MAIL

    @property
    def is_dependency(self) -> bool:
        return bool(self.dependency_name)

    def assess(self, *, cvss31: str, cvss40: str, score: Decimal | None, severity: str) -> None:
        """Set what belongs together: the graver of the vectors gives score and severity. All empty: not assessed."""
        self.cvss31_vector, self.cvss40_vector = cvss31, cvss40
        self.cvss_score, self.severity = score, severity

    @property
    def cvss_vectors(self) -> list[str]:
        return [vector for vector in (self.cvss31_vector, self.cvss40_vector) if vector]


class AffectedProject(NeedToKnow):
    """A project that the report concerns: as the reporter said, or as the team found."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="affected_projects")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="affected_by")
    named_by_reporter = models.BooleanField(default=False)

    objects = NeedToKnowManager["AffectedProject"]()

    class Meta(NeedToKnow.Meta):
        ordering = ("project__name",)
        constraints = (models.UniqueConstraint(name="project_named_once_each_report", fields=["report", "project"]),)

    def __str__(self) -> str:
        return f"{self.project}"
