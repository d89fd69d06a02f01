"""What a person may be here, worked out anew with each request."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef

from portal.policy import Clause, enforces
from portal.viewer import ANONYMOUS, UserViewer, Viewer
from teams.models import Maintainership, SecurityTeamMembership, User


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's place in the organisation at this moment."""

    is_member: bool
    is_lead: bool
    is_maintainer: bool
    has_second_factor: bool
    is_administrator: bool

    @property
    def lacks_second_factor(self) -> bool:
        """A role takes no effect before the account has a second factor (AUT-01, ADM-01)."""
        has_role = self.is_member or self.is_maintainer or self.is_administrator
        return settings.REQUIRE_MFA and not self.has_second_factor and has_role


REMEMBERED = "_standing"
"""An attribute, not an entry of `__dict__`: the user of a request is often a lazy object around the real one."""

NO_STANDING = Standing(
    is_member=False, is_lead=False, is_maintainer=False, has_second_factor=False, is_administrator=False
)


@enforces(Clause.P24, Clause.P25)
def standing_of(user: User | AnonymousUser) -> Standing:
    """One query, remembered on the user object, which lives for one request."""
    if not isinstance(user, User) or not user.is_active:
        return NO_STANDING
    known = getattr(user, REMEMBERED, None)
    if isinstance(known, Standing):
        return known
    memberships = SecurityTeamMembership.objects.current().filter(user=OuterRef("pk"))
    row = (
        User.objects.filter(pk=user.pk)
        .annotate(
            now_member=Exists(memberships),
            now_lead=Exists(memberships.filter(is_lead=True)),
            now_maintainer=Exists(
                Maintainership.objects.current().filter(user=OuterRef("pk"), project__archived_at=None)
            ),
            now_second_factor=Exists(
                Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
            ),
        )
        .values_list("now_member", "now_lead", "now_maintainer", "now_second_factor", "is_administrator")
        .first()
    )
    standing = Standing(*row) if row else NO_STANDING
    setattr(user, REMEMBERED, standing)
    return standing


@enforces(Clause.P8, Clause.P22)
def viewer_for(user: User | AnonymousUser) -> Viewer:
    """As whom `user` looks at restricted things."""
    standing = standing_of(user)
    if not isinstance(user, User) or not user.is_active or standing.lacks_second_factor:
        return ANONYMOUS
    return UserViewer(user_id=user.pk, is_member=standing.is_member)


@enforces(Clause.P20, Clause.P23)
def objection_to_joining(user: User) -> str | None:
    """What keeps `user` from the security team, as a sentence; nothing if they may join."""
    if not user.is_active:
        return "Their account is switched off."
    if not user.maintainerships.current().filter(project__archived_at=None).exists():
        return "They maintain no active project: only active maintainers belong to the security team."
    return None
