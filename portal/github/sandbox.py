"""The demo's own GitHub: its state lies in the database, so that web and worker share it, and people change it by hand.

It answers in GitHub's JSON, page by page and with etags, so that everything above the wire is what works with GitHub.
"""

import hashlib
import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.db.models import Q

from portal.github import shapes
from portal.github.shapes import Shaped, Shapes
from portal.github.values import Account, Release, Repository
from portal.github.wire import Answer, accepted
from portal.models import (
    SandboxAccount,
    SandboxCollaborator,
    SandboxMood,
    SandboxRelease,
    SandboxRepository,
    SandboxTrouble,
)

ORGANISATION: Final = 1
"""The number of the organisation, in the sandbox."""
SECURITY_MANAGERS: Final = 138
"""The number of that role, in the sandbox."""
SLOWLY: Final = 0.5
"""Seconds that an answer takes while the sandbox is slow."""


class NotFound(Exception):
    """GitHub would answer 404."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A path, taken apart: what stood in its variable parts, and the page."""

    parts: dict[str, str]
    page: int
    per_page: int


class Sandbox:
    """The wire to it."""

    def ask(self, path: str, *, etag: str = "") -> Answer:
        return accepted(self.answer(path, etag=etag))

    def answer(self, path: str, *, etag: str = "") -> Answer:
        """Whatever GitHub would say, a mistake too."""
        where, mood = urlsplit(path), SandboxMood.objects.first()
        trouble = mood.trouble if mood else SandboxTrouble.NONE
        if trouble == SandboxTrouble.SLOW:
            time.sleep(SLOWLY)
        if trouble == SandboxTrouble.BROKEN or (trouble == SandboxTrouble.HALFWAY and "/collaborators" in where.path):
            return _mistake(HTTPStatus.INTERNAL_SERVER_ERROR)
        query = dict(parse_qsl(where.query))
        page, per_page = int(query.get("page", "1")), int(query.get("per_page", "30"))
        for route, says in ROUTES:
            if found := route.fullmatch(where.path):
                try:
                    told = says(Asked(found.groupdict(), page, per_page))
                except (NotFound, SandboxRepository.DoesNotExist):
                    break
                return _told(_emptied(told) if trouble == SandboxTrouble.EMPTY else told, path, etag=etag)
        return _mistake(HTTPStatus.NOT_FOUND)


@dataclass(frozen=True, slots=True)
class Told:
    body: Shaped | Sequence[Shaped]
    next_page: int | None = None


def _told(told: Told, path: str, *, etag: str) -> Answer:
    body = json.dumps(told.body).encode()
    now = f'W/"{hashlib.sha256(body).hexdigest()}"'
    if etag == now:
        return Answer(status=HTTPStatus.NOT_MODIFIED, etag=now)
    bare = re.sub(r"&page=\d+", "", path)
    return Answer(HTTPStatus.OK, body, now, f"{bare}&page={told.next_page}" if told.next_page else "")


def _mistake(status: HTTPStatus) -> Answer:
    return Answer(status=status, body=json.dumps(shapes.mistake(status.phrase, status=status)).encode())


def _emptied(told: Told) -> Told:
    if isinstance(told.body, dict):
        return Told({"total_count": 0, "roles": []}) if "roles" in told.body else told
    return Told([])


# --- What it says of each thing -----------------------------------------------------------------------------


def _organisation() -> Account:
    return Account(id=ORGANISATION, login=settings.POLICY.organisation.github_organisation)


def _shapes() -> Shapes:
    return Shapes(web=settings.GITHUB_WEB_URL)


def _page_of(rows: Sequence[Shaped], asked: Asked) -> Told:
    first = (asked.page - 1) * asked.per_page
    more = first + asked.per_page < len(rows)
    return Told(rows[first : first + asked.per_page], asked.page + 1 if more else None)


def _found(asked: Asked) -> SandboxRepository:
    """By its name, or by one that it had before."""
    name = f"{asked.parts['owner']}/{asked.parts['repo']}"
    now = SandboxRepository.objects.filter(full_name__iexact=name).first()
    return now or SandboxRepository.objects.get(former_names__contains=[name])


def _of_our_organisation(asked: Asked) -> None:
    if asked.parts["org"].lower() != _organisation().login.lower():
        raise NotFound


def _account(row: SandboxAccount) -> Account:
    return Account(id=row.github_id, login=row.login)


def _value(row: SandboxRepository) -> Repository:
    return Repository(row.github_id, row.full_name, row.archived, row.description, row.private_reporting)


def repositories(asked: Asked) -> Told:
    _of_our_organisation(asked)
    ours = SandboxRepository.objects.filter(full_name__istartswith=f"{_organisation().login}/").order_by("github_id")
    return _page_of([_shapes().repository(_value(row)) for row in ours], asked)


def repository(asked: Asked) -> Told:
    return Told(_shapes().whole_repository(_value(_found(asked))))


def private_reporting(asked: Asked) -> Told:
    return Told({"enabled": _found(asked).private_reporting})


def collaborators(asked: Asked) -> Told:
    rows = SandboxCollaborator.objects.filter(repository=_found(asked)).exclude(role_name="")
    rows = rows.select_related("account").order_by("account_id")
    return _page_of([_shapes().collaborator(_account(row.account), role_name=row.role_name) for row in rows], asked)


def contributors(asked: Asked) -> Told:
    rows = SandboxCollaborator.objects.filter(repository=_found(asked), contributions__gt=0)
    rows = rows.select_related("account").order_by("-contributions", "account_id")
    shaped = [_shapes().contributor(_account(row.account), contributions=row.contributions) for row in rows]
    return _page_of(shaped, asked)


def releases(asked: Asked) -> Told:
    found = _found(asked)
    rows = SandboxRelease.objects.filter(repository=found).select_related("author").order_by("-published_at", "-pk")
    return _page_of([_shapes().release(_release(row), repository=found.full_name) for row in rows], asked)


def _release(row: SandboxRelease) -> Release:
    return Release(
        id=row.pk,
        tag=row.tag,
        author=_account(row.author),
        published_at=row.published_at,
        draft=False,
        prerelease=row.prerelease,
        html_url="",
    )


def _people(asked: Asked, which: Q) -> list[Account]:
    _of_our_organisation(asked)
    return [_account(row) for row in SandboxAccount.objects.filter(which).order_by("github_id")]


def members(asked: Asked) -> Told:
    return _page_of([_shapes().account(account) for account in _people(asked, Q(is_member=True))], asked)


def team_members(asked: Asked) -> Told:
    found = _people(asked, Q(teams__contains=[asked.parts["slug"]]))
    return _page_of([_shapes().account(account) for account in found], asked)


def roles(asked: Asked) -> Told:
    _of_our_organisation(asked)
    only = _shapes().organisation_role(SECURITY_MANAGERS, "security_manager", organisation=_organisation())
    return Told({"total_count": 1, "roles": [only]})


def holders(asked: Asked) -> Told:
    found = _people(asked, Q(is_security_manager=True))
    return _page_of([_shapes().holder(account) for account in found], asked)


def teams_with_a_role(asked: Asked) -> Told:
    _of_our_organisation(asked)
    return Told([])


_REPOSITORY: Final = "/repos/(?P<owner>[^/]+)/(?P<repo>[^/]+)"
_ORGANISATION: Final = "/orgs/(?P<org>[^/]+)"
ROUTES: Final[Sequence[tuple[re.Pattern[str], Callable[[Asked], Told]]]] = tuple(
    (re.compile(pattern), says)
    for pattern, says in (
        (f"{_ORGANISATION}/repos", repositories),
        (f"{_ORGANISATION}/members", members),
        (f"{_ORGANISATION}/teams/(?P<slug>[^/]+)/members", team_members),
        (f"{_ORGANISATION}/organization-roles", roles),
        (f"{_ORGANISATION}/organization-roles/{SECURITY_MANAGERS}/users", holders),
        (f"{_ORGANISATION}/organization-roles/{SECURITY_MANAGERS}/teams", teams_with_a_role),
        (_REPOSITORY, repository),
        (f"{_REPOSITORY}/collaborators", collaborators),
        (f"{_REPOSITORY}/contributors", contributors),
        (f"{_REPOSITORY}/releases", releases),
        (f"{_REPOSITORY}/private-vulnerability-reporting", private_reporting),
    )
)
