"""What every answer of the sandbox is made with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Final

from django.conf import settings

from portal.github.shapes import Shaped, Shapes
from portal.github.values import Account, Repository
from portal.sandbox_models import SandboxAccount, SandboxRepository

ORGANISATION: Final = 1
"""The number of the organisation, in the sandbox."""
OUR_APP: Final = Account(id=2, login="security-response-portal[bot]")


class Refusal(Exception):
    """GitHub would say no, in these words."""

    def __init__(self, status: HTTPStatus, message: str = "", *, errors: Sequence[Shaped] = ()) -> None:
        super().__init__(message or status.phrase)
        self.status = status
        self.errors = errors


class NotFound(Refusal):
    """GitHub would answer 404."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.NOT_FOUND)


@dataclass(frozen=True, slots=True)
class Asked:
    """A call, taken apart: what stood in the variable parts of its path, its query, and what was sent."""

    parts: Mapping[str, str]
    query: Mapping[str, str]
    now: datetime
    body: Mapping[str, object] = field(default_factory=dict, repr=False)

    @property
    def page(self) -> int:
        return int(self.query.get("page", "1"))

    @property
    def per_page(self) -> int:
        return int(self.query.get("per_page", "30"))


@dataclass(frozen=True, slots=True)
class Told:
    body: Shaped | Sequence[Shaped] = field(repr=False)
    following: str = ""
    """The part of the query that leads to the next page."""
    status: HTTPStatus = HTTPStatus.OK
    is_done: bool = False
    """Whether anything has changed by it."""
    about: str = ""
    """Of what it tells: a GHSA id, or a tag."""


def organisation() -> Account:
    return Account(id=ORGANISATION, login=settings.POLICY.organisation.github_organisation)


def in_shape() -> Shapes:
    return Shapes(web=settings.GITHUB_WEB_URL)


def page_of(rows: Sequence[Shaped], asked: Asked) -> Told:
    first = (asked.page - 1) * asked.per_page
    more = first + asked.per_page < len(rows)
    return Told(rows[first : first + asked.per_page], f"page={asked.page + 1}" if more else "")


def of_our_organisation(asked: Asked) -> None:
    if asked.parts["org"].lower() != organisation().login.lower():
        raise NotFound


def repository_called(full_name: str) -> SandboxRepository:
    """By its name, or by one that it had before."""
    now = SandboxRepository.objects.filter(full_name__iexact=full_name).first()
    found = now or SandboxRepository.objects.filter(former_names__contains=[full_name]).first()
    if found is None:
        raise NotFound
    return found


def repository_in(asked: Asked) -> SandboxRepository:
    return repository_called(f"{asked.parts['owner']}/{asked.parts['repo']}")


def account_of(row: SandboxAccount) -> Account:
    return Account(id=row.github_id, login=row.login)


def value_of(row: SandboxRepository) -> Repository:
    return Repository(row.github_id, row.full_name, row.archived, row.description, row.private_reporting)
