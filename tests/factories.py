"""People, projects and reports for tests. Reports come in by the front door, `intake.receive`."""

import uuid
from datetime import UTC, datetime

import factory
from django.conf import settings
from django.utils import timezone

from portal.viewer import SYSTEM, UserViewer, acting_as
from reports import intake
from reports.intake import Receipt, Submission
from teams.enums import Sign
from teams.models import Evidence, Maintainership, Project, SecurityTeamMembership, TermsAcceptance, User

LONG_AGO = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class UserFactory(factory.django.DjangoModelFactory[User]):
    """Everybody has accepted the terms, as long as a test is not about them: `terms=False`."""

    class Meta:
        model = User

    github_id = factory.Sequence(lambda n: 1000 + n)
    github_login = factory.Sequence(lambda n: f"person{n}")
    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.org")
    password = "!"

    @classmethod
    def _create(cls, model_class: type[User], *args: object, terms: bool = True, **fields: object) -> User:
        user: User = super()._create(model_class, *args, **fields)
        if terms:
            TermsAcceptance.objects.create(user=user, version=settings.POLICY.terms.version)
        return user


class ProjectFactory(factory.django.DjangoModelFactory[Project]):
    class Meta:
        model = Project

    name = factory.Sequence(lambda n: f"project{n}")
    repository = factory.Sequence(lambda n: f"example/project{n}")


def maintainer(*, project: Project | None = None, **fields: object) -> User:
    user: User = UserFactory.create(**fields)
    of = project or ProjectFactory.create()
    Maintainership.objects.create(user=user, project=of, since=LONG_AGO, reason="Maintains it.")
    Evidence.objects.create(user=user, project=of, sign=Sign.CONFIRMED, reason="Maintains it.")
    return user


def member(*, lead: bool = False, **fields: object) -> User:
    """A maintainer who is a member of the security team."""
    user = maintainer(**fields)  # type: ignore[arg-type] # no field is called project
    SecurityTeamMembership.objects.create(user=user, since=LONG_AGO, reason="Joined.", is_lead=lead)
    return user


def submission(token: str = "", **fields: object) -> Submission:
    """What a reporter might send; `fields` change it."""
    values: dict[str, object] = {
        "token": token or str(uuid.uuid4()),
        "summary": "Path traversal in the file provider",
        "description": "A component leaves its folder with `..%2f`.",
        "project_unknown": True,
        "email": "reporter@example.net",
        "name": "Robin Reporter",
    }
    return Submission(**{**values, **fields})  # type: ignore[arg-type] # each test names real fields


def receipt(now: datetime | None = None, *, quarantined: bool = False, **fields: object) -> Receipt:
    """A report that has come in."""
    return intake.receive(submission(**fields), now=now or timezone.now(), quarantined=quarantined)  # type: ignore[arg-type]


def looking(user: User, *, is_member: bool = True) -> UserViewer:
    return UserViewer(user_id=user.pk, is_member=is_member)


__all__ = [
    "LONG_AGO",
    "SYSTEM",
    "ProjectFactory",
    "UserFactory",
    "acting_as",
    "looking",
    "maintainer",
    "member",
    "receipt",
    "submission",
]
