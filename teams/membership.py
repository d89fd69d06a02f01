"""What a person may be here, worked out anew with each request."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.policy import Clause, enforces
from portal.viewer import ANONYMOUS, UserViewer, Viewer
from teams import consequences
from teams.models import Maintainership, Project, SecurityTeamMembership, User


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's place in the organisation at this moment."""

    is_member: bool
    is_lead: bool
    is_maintainer: bool
    has_second_factor: bool
    is_administrator: bool
    has_accepted_terms: bool
    """Those of today; earlier ones do not suffice."""

    @property
    def has_role(self) -> bool:
        return self.is_member or self.is_maintainer or self.is_administrator

    @property
    def lacks_second_factor(self) -> bool:
        """A role takes no effect before the account has a second factor (AUT-01, ADM-01)."""
        return settings.REQUIRE_MFA and not self.has_second_factor and self.has_role

    @property
    def lacks_terms(self) -> bool:
        """Nor before the terms of confidentiality are accepted."""
        return self.has_role and not self.has_accepted_terms


REMEMBERED = "_standing"
"""An attribute, not an entry of `__dict__`: the user of a request is often a lazy object around the real one."""

NO_STANDING = Standing(
    is_member=False,
    is_lead=False,
    is_maintainer=False,
    has_second_factor=False,
    is_administrator=False,
    has_accepted_terms=False,
)


STANDING = """
SELECT EXISTS (SELECT FROM teams_securityteammembership WHERE user_id = person.id
                AND since <= %(now)s AND (until IS NULL OR until > %(now)s)),
       EXISTS (SELECT FROM teams_securityteammembership WHERE user_id = person.id AND is_lead
                AND since <= %(now)s AND (until IS NULL OR until > %(now)s)),
       EXISTS (SELECT FROM teams_maintainership held JOIN teams_project project ON project.id = held.project_id
                WHERE held.user_id = person.id AND project.archived_at IS NULL
                AND held.since <= %(now)s AND (held.until IS NULL OR held.until > %(now)s)),
       EXISTS (SELECT FROM mfa_authenticator WHERE user_id = person.id AND type <> %(codes)s),
       person.is_administrator,
       EXISTS (SELECT FROM teams_termsacceptance WHERE user_id = person.id AND version = %(terms)s)
  FROM teams_user person WHERE person.id = %(user)s
"""
"""In SQL, since every request of a signed-in person asks."""


@enforces(Clause.P24, Clause.P25)
def standing_of(user: User | AnonymousUser) -> Standing:
    """One query, remembered on the user object, which lives for one request."""
    if not isinstance(user, User) or not user.is_active:
        return NO_STANDING
    known = getattr(user, REMEMBERED, None)
    if isinstance(known, Standing):
        return known
    with connection.cursor() as cursor:
        cursor.execute(
            STANDING,
            {
                "user": user.pk,
                "codes": Authenticator.Type.RECOVERY_CODES.value,
                "now": timezone.now(),
                "terms": settings.POLICY.terms.version,
            },
        )
        row = cursor.fetchone()
    standing = Standing(*row) if row else NO_STANDING
    setattr(user, REMEMBERED, standing)
    return standing


@enforces(Clause.P8, Clause.P22)
def viewer_for(user: User | AnonymousUser) -> Viewer:
    """As whom `user` looks at restricted things: as a stranger until they accept the terms, whatever they hold."""
    standing = standing_of(user)
    if not isinstance(user, User) or not user.is_active or standing.lacks_second_factor:
        return ANONYMOUS
    if not standing.has_accepted_terms:
        return ANONYMOUS
    return UserViewer(user_id=user.pk, is_member=standing.is_member)


@enforces(Clause.P20, Clause.P23)
def objection_to_joining(user: User, *, now: datetime) -> str | None:
    """What keeps `user` from the security team, as a sentence; nothing if they may join."""
    if not user.is_active:
        return "Their account is switched off."
    verdicts = consequences.verdicts_on([user.pk], policy=settings.POLICY.team, now=now)
    if any(verdict.is_eligible for verdict in verdicts.values()):
        return None
    if any(verdict.is_maintainer and not verdict.is_active for verdict in verdicts.values()):
        return "They were not active lately: only active maintainers belong to the security team."
    return "They maintain no active project: only active maintainers belong to the security team."


@enforces(Clause.P28)
def could_be_let_in() -> QuerySet[User]:
    """Who may be let in on a report at all: active maintainers of active projects, and the security team."""
    maintain = Maintainership.objects.current().filter(project__archived_at=None)
    members = SecurityTeamMembership.objects.current()
    return User.objects.filter(is_active=True).filter(
        Q(pk__in=maintain.values("user_id")) | Q(pk__in=members.values("user_id"))
    )


MAINTAINS = """EXISTS (
    SELECT FROM teams_maintainership held WHERE held.user_id = {person} AND held.project_id = {project}
       AND held.since <= %(now)s AND (held.until IS NULL OR held.until > %(now)s))"""
"""SQL: whether `person` maintains `project`, both ids or columns."""

CAN_RELEASE = f"""({MAINTAINS} AND coalesce(
    (SELECT seen.holds AND seen.value IN ('maintain', 'admin') FROM teams_evidence seen
      WHERE seen.user_id = {{person}} AND seen.project_id = {{project}} AND seen.sign = 'role'
      ORDER BY seen.id DESC LIMIT 1), true))"""  # noqa: S608 - our own words alone
"""SQL: whether `person` may release `project`: a maintainer whose role on the repository, when last seen, lets them. Of
whom GitHub has told no role, such as while no app is configured, being a maintainer is all that is known.
"""


@enforces(Clause.P26)
def can_release(user: User, project: Project, *, now: datetime) -> bool:
    """Whether `user` may release `project` and publish its advisories, at that moment."""
    with connection.cursor() as cursor:
        asked = CAN_RELEASE.format(person="%(person)s", project="%(project)s")
        cursor.execute(f"SELECT {asked}", {"person": user.pk, "project": project.pk, "now": now})
        row = cursor.fetchone()
    return bool(row and row[0])
