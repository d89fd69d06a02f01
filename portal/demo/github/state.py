"""The demo's GitHub as it is when the demo begins: it agrees with what the portal knows of the sample's people."""

from datetime import datetime, timedelta
from typing import Final

from portal.demo.cast import CAST, OUTSIDERS, Who
from portal.demo.sample.people import (
    ARCHIVED,
    PEOPLE,
    PROJECTS,
    REPOSITORY_IDS,
    TAKES_NO_PRIVATE_REPORTS,
    Person,
    full_name_of,
)
from portal.sandbox_models import SandboxAccount, SandboxCollaborator, SandboxRelease, SandboxRepository

MAINTAINERS: Final = "maintainers"
"""The slug of a team of the organisation."""
SECURITY_MANAGERS: Final = frozenset(CAST[who].github_id for who in (Who.LEAD, Who.MEMBER))
PASSER_BY: Final = CAST[Who.USER].github_id
"""Somebody who has contributed here and there, and may do nothing anywhere."""


def settle(*, now: datetime) -> None:
    accounts = {person.github_id: person for person in PEOPLE}
    SandboxAccount.objects.bulk_create(_account(person) for person in accounts.values())
    SandboxAccount.objects.bulk_create(
        SandboxAccount(github_id=each.id, login=each.login, is_member=False) for each in OUTSIDERS
    )
    SandboxRepository.objects.bulk_create(
        SandboxRepository(
            github_id=REPOSITORY_IDS[name],
            full_name=full_name_of(name),
            description=text,
            archived=name in ARCHIVED,
            private_reporting=name not in TAKES_NO_PRIVATE_REPORTS,
        )
        for name, text in (PROJECTS | ARCHIVED).items()
    )
    for name in PROJECTS:
        _people_of(name)
        _releases_of(name, now=now)


def _account(person: Person) -> SandboxAccount:
    return SandboxAccount(
        github_id=person.github_id,
        login=person.login,
        is_member=bool(person.maintains) or person.is_administrator,
        is_security_manager=person.github_id in SECURITY_MANAGERS,
        teams=[MAINTAINERS] if person.maintains else [],
    )


def _maintainers_of(name: str) -> list[int]:
    return [person.github_id for person in PEOPLE if name in person.maintains]


def _people_of(name: str) -> None:
    """The first maintainer of a repository administers it, too."""
    repository = REPOSITORY_IDS[name]
    roles = zip(_maintainers_of(name), ("admin", *["maintain"] * len(PEOPLE)), strict=False)
    SandboxCollaborator.objects.bulk_create(
        [
            *(
                SandboxCollaborator(
                    repository_id=repository, account_id=account, role_name=role, contributions=40 + account % 50
                )
                for account, role in roles
            ),
            SandboxCollaborator(repository_id=repository, account_id=PASSER_BY, contributions=2),
        ]
    )


def _releases_of(name: str, *, now: datetime) -> None:
    SandboxRelease.objects.bulk_create(
        SandboxRelease(
            repository_id=REPOSITORY_IDS[name],
            tag=f"v1.{number}.0",
            author_id=_maintainers_of(name)[0],
            published_at=now - timedelta(days=90 - 30 * number),
        )
        for number in range(2)
    )
