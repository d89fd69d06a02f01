"""The people and the projects. Who may see a report follows from memberships and grants, not from flags on a person."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Protocol, Self, runtime_checkable

from django.conf import settings
from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property

from portal.audit.chain import APPEND_ONLY, GREW, ONLY_GROWS, ChainedEvent, ChainHead
from teams.enums import AccountEventKind, Delivery, Inactive


@runtime_checkable
class ModulePermissions(Protocol):
    def has_module_perms(self, user_obj: "User", app_label: str) -> bool: ...


class UserManager(BaseUserManager["User"]):
    def known(self, *, github_id: int, github_login: str, name: str = "", email: str = "") -> "User":
        """Create the account of a GitHub identity. Nobody has a password here."""
        user = self.model(github_id=github_id, github_login=github_login, name=name, email=email)
        user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A GitHub identity, by its numeric id: logins are renamed and registered again by others (AUT-04).

    There is no superuser. An administrator puts the portal's own records straight and sees no report for it.
    """

    github_id = models.BigIntegerField("GitHub id", unique=True)
    github_login = models.CharField("GitHub login", max_length=100, db_index=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField("e-mail", blank=True)
    is_administrator = models.BooleanField(
        "administrator",
        default=False,
        help_text="Edits people, projects and the portal's own records. Sees no report.",
    )
    is_active = models.BooleanField("active", default=True, help_text="Switch off instead of deleting.")
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    delivery = models.CharField("mail", max_length=10, choices=Delivery, default=Delivery.AT_ONCE)
    looked_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Everything before this moment has been seen."
    )

    USERNAME_FIELD = "github_id"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["github_login"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        ordering = ("github_login",)

    def __str__(self) -> str:
        return self.name or f"@{self.github_login}"

    @property
    def handle(self) -> str:
        return f"@{self.github_login}"

    def get_short_name(self) -> str:
        return self.handle

    def get_full_name(self) -> str:
        """Beside the numeric id in the administration's histories, where nobody knows people by their numbers."""
        return str(self)

    @property
    def is_staff(self) -> bool:
        """May open the admin, where need-to-know decides again what is in it."""
        return self.is_active and (self.is_administrator or self.membership is not None)

    @property
    def may_break_glass(self) -> bool:
        """Whether the installation names this administrator for emergencies: being made one does not suffice."""
        return self.is_active and self.is_administrator and self.github_id in settings.BREAK_GLASS_GITHUB_IDS

    @cached_property
    def membership(self) -> "SecurityTeamMembership | None":
        """The current membership of the security team."""
        return self.security_team_memberships.current().first()

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        return self.is_active and any(backend.has_perm(self, perm, obj) for backend in get_backends())

    def has_perms(self, perms: Iterable[str], obj: models.Model | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and any(
            backend.has_module_perms(self, app_label)
            for backend in get_backends()
            if isinstance(backend, ModulePermissions)
        )


class Project(models.Model):
    """A repository of the organisation (P5)."""

    name = models.CharField(max_length=100, unique=True)
    repository = models.CharField(max_length=200, unique=True, help_text="owner/name on GitHub")
    github_id = models.BigIntegerField("GitHub id", null=True, blank=True, unique=True)
    description = models.CharField(max_length=300, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True, help_text="Since when it is not maintained any more.")
    inactive = models.CharField(
        "why not",
        max_length=8,
        choices=Inactive,
        blank=True,
        help_text="What GitHub said about it. Empty: somebody here declared it deprecated, and only they take it back.",
    )
    seen_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When GitHub first told of it.")
    private_reporting = models.BooleanField(null=True, editable=False, help_text="Unknown until GitHub tells.")
    private_reporting_asked_at = models.DateTimeField(
        null=True, editable=False, help_text="When GitHub was last asked."
    )

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.archived_at is None

    @property
    def why_inactive(self) -> str:
        return Inactive(self.inactive).label if self.inactive else "declared deprecated here"


class TermQuerySet[T: "Term"](models.QuerySet[T]):
    def current(self, *, at: datetime | None = None) -> Self:
        """Those in force at the moment `at`; now, if not said."""
        moment = at or timezone.now()
        return self.filter(Q(until__isnull=True) | Q(until__gt=moment), since__lte=moment)


class Term(models.Model):
    """Something a person is from one moment until another. Rows end; they are never deleted."""

    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, help_text="Why it began.")
    ended_reason = models.CharField(max_length=500, blank=True, help_text="Why it ended.")

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_ends_after_it_began",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                violation_error_message="It cannot end before it began.",
            ),
        )

    @property
    def is_current(self) -> bool:
        now = timezone.now()
        return self.since <= now and (self.until is None or self.until > now)


class Maintainership(Term):
    """A person maintains a project (P20, P28)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="maintainerships")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="maintainerships")

    objects = models.Manager.from_queryset(TermQuerySet["Maintainership"])()

    class Meta:
        ordering = ("project__name", "since")
        constraints = (
            *Term.Meta.constraints,
            models.UniqueConstraint(
                name="one_current_maintainership_each",
                fields=["user", "project"],
                condition=Q(until__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} maintains {self.project}"


class SecurityTeamMembership(Term):
    """A person belongs to the security team (P19)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="security_team_memberships")
    is_lead = models.BooleanField("lead", default=False, help_text="Answers for the promises being kept.")

    objects = models.Manager.from_queryset(TermQuerySet["SecurityTeamMembership"])()

    class Meta:
        ordering = ("since",)
        constraints = (
            *Term.Meta.constraints,
            models.UniqueConstraint(
                name="one_current_membership_each", fields=["user"], condition=Q(until__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}, security team{' lead' if self.is_lead else ''}"


class AccountChain(ChainHead):
    """Where the record of an account ends."""

    family = "account"
    named_by = "user_id"

    user = models.OneToOneField(User, on_delete=models.PROTECT, primary_key=True, related_name="chain")

    objects: ClassVar[models.Manager["AccountChain"]] = models.Manager()

    class Meta:
        indexes = (models.Index(name="accountchain_to_note", fields=["user"], condition=GREW),)
        triggers = ONLY_GROWS

    def __str__(self) -> str:
        return self.chain

    @property
    def chain(self) -> str:
        return f"{self.family}:{self.user_id}"


class AccountEvent(ChainedEvent):
    """What happened to the account of `user`, by `by`: themselves, an administrator, or nobody but the portal.

    Row-level security shows it to the person, and to leads and administrators. `details` carries ids and keyed hashes.
    """

    heads = AccountChain
    owned_by = "user_id"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="account_events")
    kind = models.CharField(max_length=24, choices=AccountEventKind)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="account_events_caused")

    objects: ClassVar[models.Manager["AccountEvent"]] = models.Manager()

    class Meta:
        ordering = ("-at", "-id")
        constraints = (models.UniqueConstraint(name="events_of_an_account_follow_each_other", fields=["user", "seq"]),)
        indexes = (
            models.Index(name="account_event_by_user", fields=["user", "at"]),
            models.Index(name="account_event_newest", fields=["-at", "-id"]),
        )
        triggers = APPEND_ONLY

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def chain(self) -> str:
        return f"{AccountChain.family}:{self.user_id}"

    @property
    def who(self) -> str:
        return f"user:{self.by_id}" if self.by_id else ""
