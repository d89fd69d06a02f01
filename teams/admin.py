"""Putting right who the people are, what they maintain and who belongs to the security team."""

from typing import ClassVar

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from portal.corrections import KeptAdmin, ReadOnlyAdmin, changed_fields
from portal.queue import enqueue
from teams import confirming, consequences, leaving, record, sessions
from teams.admin_forms import MaintainershipForm, MembershipForm, TermForm, UserForm
from teams.enums import AccountEventKind, Task
from teams.models import (
    Absence,
    AccountEvent,
    Appeal,
    Departure,
    DutyWeek,
    Evidence,
    Maintainership,
    Project,
    SecurityTeamMembership,
    SyncRun,
    TermsAcceptance,
    User,
)
from teams.sign_in import signed_in

SWITCHES = {
    "is_administrator": {True: AccountEventKind.ADMINISTRATOR_MADE, False: AccountEventKind.ADMINISTRATOR_UNMADE},
    "is_active": {True: AccountEventKind.SWITCHED_ON, False: AccountEventKind.SWITCHED_OFF},
}
"""What the record of an account keeps of its switches."""


@admin.register(User)
class UserAdmin(KeptAdmin[User]):
    form = UserForm
    list_display = ("github_login", "name", "is_administrator", "is_active", "date_joined")
    list_filter = ("is_administrator", "is_active")
    search_fields = ("github_login", "name")
    fields = (
        "github_id", "github_login", "name", "email", "is_administrator", "is_active", "delivery",
        "date_joined", "last_login",
    )  # fmt: skip
    readonly_fields = ("date_joined", "last_login")
    kept = ("github_id",)
    actions = ("sign_out",)

    def save_model(self, request: HttpRequest, obj: User, form: UserForm, change: bool) -> None:  # noqa: FBT001
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        for field, kinds in SWITCHES.items():
            if field in form.changed_data:
                record.append(obj, kinds[getattr(obj, field)], by=signed_in(request), now=timezone.now())
        if change and (not obj.is_active or "is_administrator" in form.changed_data):
            sessions.end_all(obj, by=signed_in(request))
        if "is_active" in form.changed_data:
            consequences.draw([obj.pk], policy=settings.POLICY.team, now=timezone.now())
            enqueue(Task.SWEEP)

    @admin.action(description="Sign out everywhere", permissions=["change"])
    def sign_out(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        ended = sum(sessions.end_all(user, by=signed_in(request)) for user in chosen)
        messages.success(request, f"{ended} session{'s' * (ended != 1)} ended.")


@admin.register(Project)
class ProjectAdmin(KeptAdmin[Project]):
    list_display = ("name", "repository", "archived_at")
    list_filter = (("archived_at", admin.EmptyFieldListFilter),)
    search_fields = ("name", "repository")
    fields = ("name", "repository", "github_id", "description", "archived_at", "inactive")


class TermAdmin[T: (Maintainership, SecurityTeamMembership)](KeptAdmin[T]):
    """Ended by a moment and a reason; the row stays."""

    form: type[TermForm]
    list_filter = (("until", admin.EmptyFieldListFilter),)
    search_fields: ClassVar[tuple[str, ...]] = ("user__github_login", "user__name")
    list_select_related: ClassVar[tuple[str, ...]] = ("user",)


@admin.register(Maintainership)
class MaintainershipAdmin(TermAdmin[Maintainership]):
    form = MaintainershipForm
    list_display = ("user", "project", "since", "until")
    list_select_related = ("user", "project")
    search_fields = ("user__github_login", "user__name", "project__name")
    kept = ("user", "project")

    def save_model(
        self,
        request: HttpRequest,
        obj: Maintainership,
        form: MaintainershipForm,
        change: bool,  # noqa: FBT001 - the signature is Django's
    ) -> None:
        """What is recorded here is somebody's word, and what follows from it follows at once."""
        super().save_model(request, obj, form, change)
        holds = obj.until is None
        confirming.record(
            obj.user,
            on=obj.project,
            holds=holds,
            reason=obj.reason if holds else obj.ended_reason,
            by=signed_in(request),
            now=timezone.now(),
        )


@admin.register(SecurityTeamMembership)
class SecurityTeamMembershipAdmin(TermAdmin[SecurityTeamMembership]):
    form = MembershipForm
    list_display = ("user", "is_lead", "since", "until")
    kept = ("user",)

    def save_model(
        self,
        request: HttpRequest,
        obj: SecurityTeamMembership,
        form: MembershipForm,
        change: bool,  # noqa: FBT001 - the signature is Django's
    ) -> None:
        """Whoever joins or leaves signs in anew. What they looked after changes hands in the sweep, which also ends
        what ends later (`sessions.end_after_changes`).
        """
        super().save_model(request, obj, form, change)
        joined, left = obj.is_current and not change, change and not obj.is_current
        if joined or left:
            sessions.end_all(obj.user, by=signed_in(request))
        if left:
            leaving.announce_end(obj, now=timezone.now())
            enqueue(Task.SWEEP)
        if not form.changed_data:
            return
        kind = AccountEventKind.MEMBERSHIP_CHANGED if change else AccountEventKind.MEMBERSHIP_BEGAN
        if obj.until is not None and "until" in form.changed_data:
            kind = AccountEventKind.MEMBERSHIP_ENDED
        fields = changed_fields(form)
        record.append(obj.user, kind, by=signed_in(request), now=timezone.now(), fields=fields, lead=obj.is_lead)


@admin.register(AccountEvent)
class AccountEventAdmin(ReadOnlyAdmin[AccountEvent]):
    """Row-level security decides which of them somebody sees: their own, or as a lead or an administrator all."""

    list_display = ("at", "user", "kind", "by")
    list_select_related = ("user", "by")
    list_filter = ("kind",)
    search_fields = ("user__github_login", "user__name")
    fields = ("at", "user", "kind", "by", "details")


@admin.register(DutyWeek)
class DutyWeekAdmin(KeptAdmin[DutyWeek]):
    list_display = ("monday", "user", "chosen_by")
    list_select_related = ("user", "chosen_by")
    fields = ("monday", "user")


@admin.register(Absence)
class AbsenceAdmin(KeptAdmin[Absence]):
    list_display = ("user", "first_day", "last_day")
    list_select_related = ("user",)


@admin.register(Evidence)
class EvidenceAdmin(ReadOnlyAdmin[Evidence]):
    list_display = ("user", "project", "sign", "holds", "value", "seen_at")
    list_filter = ("sign", "holds")
    list_select_related = ("user", "project")
    search_fields = ("user__github_login", "project__name")


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin[SyncRun]):
    list_display = ("started_at", "outcome", "trouble", "decided_by")
    list_filter = ("outcome",)
    list_select_related = ("decided_by",)


@admin.register(Departure)
class DepartureAdmin(ReadOnlyAdmin[Departure]):
    list_display = ("membership", "why", "announced_at", "ended_at")
    list_select_related = ("membership__user",)


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin[Appeal]):
    list_display = ("departure", "state", "written_at", "answered_by")
    list_select_related = ("departure__membership__user", "answered_by")


@admin.register(TermsAcceptance)
class TermsAcceptanceAdmin(ReadOnlyAdmin[TermsAcceptance]):
    list_display = ("user", "version", "accepted_at")
    list_select_related = ("user",)
