"""Grants and recusals, and the rule that follows from them. `portal.row_security` says the same to PostgreSQL."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import F, Q
from django.db.models.sql import Query
from django.utils import timezone

from portal.audit.chain import NEVER_DELETED
from portal.sealed.fields import SealedCharField, SequencedKey
from portal.sealed.keys import KeyHolder
from portal.viewer import Anonymous, ReportKey, System, UserViewer, Viewer, current_viewer
from reports.enums import REPORTER_ROLES, Role


def readable(viewer: Viewer, report: str) -> Q:
    """Rows whose path `report` (a report's id) leads to something that `viewer` may read."""
    match viewer:
        case System():
            return Q()
        case Anonymous():
            return Q(pk__in=[])
        case ReportKey(report_id=number):
            return Q(**{report: number})
        case UserViewer(user_id=number, is_member=is_member):
            recused = _among(report, Recusal.objects_unrestricted.filter(user_id=number, lifted_at=None))
            granted = _among(report, Grant.objects_unrestricted.in_force().filter(user_id=number))
            if not is_member:
                return granted & ~recused
            restricted = _among(report, Restriction.objects_unrestricted.filter(lifted_at=None))
            return (granted | ~restricted) & ~recused


def _among(report: str, rows: models.QuerySet[Any]) -> Q:
    """That the report is one of those which `rows` are about."""
    return Q(**{f"{report}__in": rows.values("report_id")})


type ReportersSee = Callable[[ReportKey], Q]
type UsersSeeToo = Callable[[UserViewer], Q]


def everything(viewer: ReportKey) -> Q:  # noqa: ARG001 - one of several rules of the same shape
    return Q()


def nothing(viewer: ReportKey) -> Q:  # noqa: ARG001 - one of several rules of the same shape
    return Q(pk__in=[])


class NeedToKnowManager[M: models.Model](models.Manager[M]):
    """Shows what the current viewer may read, and raises `NoViewer` when nobody has said who is looking.

    `reporters_see` narrows it further for the reporter's side; `users_see_too` adds rows that are about a person.
    """

    def __init__(
        self,
        *,
        report: str = "report_id",
        reporters_see: ReportersSee = everything,
        users_see_too: UsersSeeToo | None = None,
    ) -> None:
        super().__init__()
        self._report = report
        self._reporters_see = reporters_see
        self._users_see_too = users_see_too

    def get_queryset(self) -> models.QuerySet[M]:
        rows = super().get_queryset()
        rows.query = _restricted(
            self.model, current_viewer(), self._report, self._reporters_see, self._users_see_too
        ).chain()
        return rows


@lru_cache(maxsize=1024)
def _restricted(
    model: type[models.Model],
    viewer: Viewer,
    report: str,
    reporters_see: ReportersSee,
    users_see_too: UsersSeeToo | None,
) -> Query:
    """The question alone, kept as each look begins with it: it follows from who is looking, never from the rows."""
    rule = readable(viewer, report)
    if isinstance(viewer, ReportKey):
        rule &= reporters_see(viewer)
    if isinstance(viewer, UserViewer) and users_see_too is not None:
        rule |= users_see_too(viewer)
    return models.QuerySet(model).filter(rule).query


class NeedToKnow(models.Model):
    """Base of everything that belongs to a report: related managers and saves go through the restricted manager too."""

    objects: NeedToKnowManager[Self] = NeedToKnowManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"

    @property
    def sealed_as(self) -> str:
        return str(self.pk)

    def sealing_key(self) -> bytes:
        """The report's, for its own rows and for all that belongs to it."""
        report: KeyHolder = getattr(self, "report")  # noqa: B009 - each of these models has one, and says so itself
        return report.data_key_opened()


class GrantQuerySet(models.QuerySet["Grant"]):
    def in_force(self) -> "GrantQuerySet":
        """By the database's clock, as row-level security goes by it; so a question that is kept never grows old."""
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=TransactionNow()), revoked_at=None)

    def of_reporters(self) -> "GrantQuerySet":
        return self.filter(role__in=REPORTER_ROLES)


GrantManager = NeedToKnowManager.from_queryset(GrantQuerySet)


class Grant(NeedToKnow):
    """Lets somebody see one report, in a role and for a reason. Revoked, never deleted (P8).

    On the reporter's side there is no account: `user` is empty and a secret link leads to the grant.
    """

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey("reports.Report", on_delete=models.PROTECT, related_name="grants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="grants"
    )
    role = models.CharField(max_length=12, choices=Role)
    reason = SealedCharField(max_length=500, help_text="Why fixing needs this person.")
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="grants_given"
    )
    granted_at = models.DateTimeField(default=timezone.now)
    sees_from = models.DateTimeField(
        null=True,
        blank=True,
        help_text="What was written earlier stays hidden. Empty: nothing of the conversation.",
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="grants_revoked",
    )

    objects = GrantManager(reporters_see=lambda viewer: Q(user=None) & Q(report_id=viewer.report_id))
    objects_unrestricted: ClassVar[models.Manager["Grant"]] = models.Manager.from_queryset(GrantQuerySet)()

    class Meta(NeedToKnow.Meta):
        triggers = NEVER_DELETED
        constraints = (
            models.CheckConstraint(
                name="reporters_have_links_and_others_accounts",
                condition=Q(user__isnull=True, role__in=REPORTER_ROLES)
                | Q(user__isnull=False) & ~Q(role__in=REPORTER_ROLES),
                violation_error_message="The reporter's side has a link and no account; everybody else has an account.",
            ),
            models.UniqueConstraint(
                name="one_grant_in_force_each_role",
                fields=["report", "user", "role"],
                condition=Q(revoked_at__isnull=True, user__isnull=False),
            ),
            models.CheckConstraint(
                name="grant_expires_after_it_began",
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("granted_at")),
                violation_error_message="It must expire after it began.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()} of a report"

    @property
    def is_in_force(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())


class Recusal(NeedToKnow):
    """Walls a member of the security team off from one report. The reason is not required."""

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey("reports.Report", on_delete=models.PROTECT, related_name="recusals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="recusals")
    reason = SealedCharField(max_length=500, blank=True)
    recused_at = models.DateTimeField(default=timezone.now)
    recused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="recusals_made"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="recusals_lifted"
    )

    objects = NeedToKnowManager["Recusal"](reporters_see=nothing)
    objects_unrestricted: ClassVar[models.Manager["Recusal"]] = models.Manager()

    class Meta(NeedToKnow.Meta):
        constraints = (
            models.UniqueConstraint(
                name="one_recusal_in_force_each",
                fields=["report", "user"],
                condition=Q(lifted_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} is recused from a report"


class Restriction(NeedToKnow):
    """Closes a report to the team as such: while it lasts, membership does not suffice and only grants count.

    `Report.restricted_at` repeats the one in force, for those who have the report in hand.
    """

    id = SequencedKey(primary_key=True)
    report = models.ForeignKey("reports.Report", on_delete=models.PROTECT, related_name="restrictions")
    reason = SealedCharField(max_length=500)
    restricted_at = models.DateTimeField(default=timezone.now)
    restricted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="restrictions_made"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="restrictions_lifted"
    )

    objects = NeedToKnowManager["Restriction"](reporters_see=nothing)
    objects_unrestricted: ClassVar[models.Manager["Restriction"]] = models.Manager()

    class Meta(NeedToKnow.Meta):
        constraints = (
            models.UniqueConstraint(
                name="one_restriction_in_force", fields=["report"], condition=Q(lifted_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return "a restriction to named people"
