"""Who may do what on a report: one dictionary from roles to permissions, asked through one backend.

Seeing a report is decided by the rows (`reports.models.grants.readable`); this decides what a seen report lets one do.
"""

from enum import StrEnum

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from portal.policy import Clause, enforces
from portal.viewer import NoViewer, UserViewer, current_viewer
from reports.enums import Role
from reports.models import Grant, Report, Reporter
from teams.membership import standing_of
from teams.models import User


class Permission(StrEnum):
    """The vocabulary, as Django's model permissions."""

    SEE = "reports.view_report"
    ANSWER = "reports.answer_report"
    NOTE = "reports.note_report"
    MOVE = "reports.move_report"
    ASSESS = "reports.assess_report"
    COORDINATE = "reports.coordinate_report"
    REVIEW_QUARANTINE = "reports.review_quarantine"
    SEE_REPORTER = "reports.view_reporter_identity"
    SHARE = "reports.share_report"
    CORRECT = "reports.correct_report"
    EXPORT = "reports.export_report"
    ASSEMBLE = "reports.assemble_report"
    FIX = "reports.fix_report"
    ADVISE = "reports.advise_report"
    APPROVE = "reports.approve_report"
    CREDIT = "reports.credit_report"
    PUBLISH = "reports.publish_report"


MEMBER = frozenset(Permission)
"""A member of the security team who is not recused, on a report that is not restricted."""

WORKING = frozenset({Permission.SEE, Permission.NOTE, Permission.FIX, Permission.ADVISE, Permission.APPROVE})
"""Whoever works on the fix. They write the advisories, and approve what others wrote (P27)."""

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.COORDINATOR: MEMBER - {Permission.REVIEW_QUARANTINE},
    Role.LEAD: WORKING | {Permission.ASSESS, Permission.ASSEMBLE, Permission.PUBLISH},
    Role.DEVELOPER: WORKING | {Permission.ASSESS},
    Role.REVIEWER: WORKING,
    Role.RELEASER: WORKING | {Permission.PUBLISH},
    Role.OBSERVER: frozenset({Permission.SEE}),
    Role.REPORTER: frozenset(),
    Role.CO_REPORTER: frozenset(),
    Role.BREAK_GLASS: frozenset({Permission.SEE, Permission.NOTE}),
}

LEFT_OF_AN_ERASED_REPORT = frozenset({Permission.SEE, Permission.SEE_REPORTER})
"""It can be looked at, and nothing else: no key is left to write with."""

CORRECTABLE = frozenset({"report", "affectedproject", "reporter", "grant", "recusal", "clock", "notification"})
"""Models of this app whose rows a member may put straight in the admin. The rest can only be read there."""

NEEDED_FOR = {"view": Permission.SEE, "change": Permission.CORRECT}
"""What the admin's verbs ask of a person on the report to which a row belongs."""

OF_REPORTS = frozenset({"reports", "disclosures"})
"""Whose rows belong to reports."""

TEAM_APPS = frozenset({"teams", "account", "socialaccount", "mfa", "usersessions"})
"""What an administrator looks after."""


def may(user: AbstractBaseUser | AnonymousUser, permission: Permission, report: Report) -> bool:
    """Whether `user` may do this on this report."""
    return isinstance(user, User) and user.has_perm(permission, report)


@enforces(Clause.P8, Clause.P27)
def permissions_on(user: User, report: Report) -> frozenset[Permission]:
    """What `user`'s membership and grants add up to on `report`; nothing at all if the row is not theirs to see."""
    known: dict[int, frozenset[Permission]] | None = getattr(user, "_permissions", None)
    if known is None:
        known = {}
        setattr(user, "_permissions", known)  # noqa: B010 - so it reaches the user behind a request's lazy one
    if report.pk not in known:
        known[report.pk] = _add_up(user, report)
    return known[report.pk]


def _add_up(user: User, report: Report) -> frozenset[Permission]:
    try:
        viewer = current_viewer()
    except NoViewer:
        return frozenset()
    if not isinstance(viewer, UserViewer) or viewer.user_id != user.pk:
        return frozenset()
    seen = Report.objects.filter(pk=report.pk).values_list("restricted_at", "erased_at").first()
    if seen is None:
        return frozenset()
    restricted_at, erased_at = seen
    if viewer.is_member and restricted_at is None:
        allowed = MEMBER
    else:
        roles = Grant.objects.in_force().filter(report=report, user=user).values_list("role", flat=True)
        allowed = frozenset[Permission]().union(*(ROLE_PERMISSIONS[role] for role in roles))
    return allowed if erased_at is None else allowed & LEFT_OF_AN_ERASED_REPORT


class NeedToKnowBackend(BaseBackend):
    """The only source of permissions. Signing in is another backend's work."""

    def has_perm(self, user_obj: AbstractBaseUser | AnonymousUser, perm: str, obj: Model | None = None) -> bool:
        if not isinstance(user_obj, User) or not user_obj.is_active:
            return False
        app, _, codename = perm.partition(".")
        if app in OF_REPORTS:
            return self._on_reports(user_obj, perm, codename, obj)
        return app in TEAM_APPS and self._on_the_team(user_obj, codename)

    def has_module_perms(self, user_obj: AbstractBaseUser | AnonymousUser, app_label: str) -> bool:
        if not isinstance(user_obj, User):
            return False
        standing = standing_of(user_obj)
        if app_label in OF_REPORTS:
            return standing.is_member and not standing.lacks_second_factor
        return app_label in TEAM_APPS and (user_obj.is_administrator or standing.is_member)

    def _on_reports(self, user: User, perm: str, codename: str, obj: Model | None) -> bool:
        verb, _, model = codename.partition("_")
        if isinstance(obj, Report) and perm in Permission:
            return Permission(perm) in permissions_on(user, obj)
        standing = standing_of(user)
        if not standing.is_member or standing.lacks_second_factor:
            return False
        if perm in Permission:
            return True
        if verb == "change" and model not in CORRECTABLE:
            return False
        return verb in NEEDED_FOR and (obj is None or self._on_a_row(user, NEEDED_FOR[verb], obj))

    def _on_a_row(self, user: User, needed: Permission, row: Model) -> bool:
        """Rows are corrected by who may correct their report; what belongs to no report is any member's to read."""
        report = row if isinstance(row, Report) else getattr(row, "report", None)
        if not isinstance(report, Report):
            return needed is Permission.SEE
        allowed = permissions_on(user, report)
        return needed in allowed and (not isinstance(row, Reporter) or Permission.SEE_REPORTER in allowed)

    def _on_the_team(self, user: User, codename: str) -> bool:
        standing = standing_of(user)
        if standing.lacks_second_factor:
            return False
        verb = codename.partition("_")[0]
        return (user.is_administrator and verb != "delete") or (standing.is_member and verb == "view")
