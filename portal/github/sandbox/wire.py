"""The wire to the sandbox: it finds who answers, fails where it was told to, and keeps what was written."""

import hashlib
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

from django.db import transaction
from django.utils import timezone

from portal.github import shapes
from portal.github.errors import Limited, Unavailable
from portal.github.sandbox import advisories, directory, faults, issues, public, releases
from portal.github.sandbox.answering import Asked, NotFound, Refusal, Told, repository_in
from portal.github.sandbox.faults import How
from portal.github.values import PublicPage
from portal.github.wire import Answer, Deed, accepted, done, lost
from portal.sandbox_models import SandboxMood, SandboxRepository, SandboxTrouble, SandboxVerb, SandboxWrite

SLOWLY: Final = 0.5
"""Seconds that an answer takes while the sandbox is slow."""


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    place: re.Pattern[str]
    says: Callable[[Asked], Told]
    verb: SandboxVerb | None = None


class Sandbox:
    def ask(self, path: str, *, etag: str = "") -> Answer:
        found = _found("GET", path)
        how = faults.take(_repository(found), found.verb) if found else None
        if how is How.LIMITED:
            return _limited()
        if how in faults.STATUSES:
            return accepted(_mistake(faults.STATUSES[how]))
        if how is not None:
            faults.hang(how)
            raise Unavailable("GitHub cannot be reached (the sandbox was told so).")
        return accepted(self.answer(path, etag=etag))

    def answer(self, path: str, *, etag: str = "") -> Answer:
        """Whatever GitHub would say, a mistake too."""
        trouble = _trouble()
        if trouble == SandboxTrouble.BROKEN or (trouble == SandboxTrouble.HALFWAY and "/collaborators" in path):
            return _mistake(HTTPStatus.INTERNAL_SERVER_ERROR)
        found = _found("GET", path)
        if found is None:
            return _mistake(HTTPStatus.NOT_FOUND)
        try:
            told = found.says(found.asked)
        except Refusal as refusal:
            return _refused(refusal)
        return _told(_emptied(told) if trouble == SandboxTrouble.EMPTY else told, path, etag=etag)

    def do(self, deed: Deed) -> Answer:
        return done(self.tell(deed), deed)

    def tell(self, deed: Deed) -> Answer:
        """Whatever GitHub would say to it.

        What is done stays done, whatever becomes of whoever asked: so it is not to be called within a transaction.
        """
        found = _found(deed.method, deed.path, deed.body)
        if found is None:
            return _mistake(HTTPStatus.NOT_FOUND)
        how = faults.take(_repository(found), found.verb)
        if how is None and _trouble() == SandboxTrouble.BROKEN:
            how = How.BROKEN
        if how is None:
            return _done(deed, found, is_answered=True)
        if how in faults.STATUSES:
            _note(deed, found, status=faults.STATUSES[how])
            return _limited() if how is How.LIMITED else _mistake(faults.STATUSES[how])
        if how in faults.AFTERWARDS:
            _done(deed, found, is_answered=False)
        else:
            _note(deed, found, status=None)
        faults.hang(how)
        raise lost(deed, how="the sandbox was told so")

    def look(self, url: str, *, naming: str) -> PublicPage:
        path = public.place_in(url)
        how = faults.take(public.repository_at(path), SandboxVerb.LOOK)
        if how in faults.STATUSES:
            return PublicPage(faults.STATUSES[how], names=False)
        if how is not None:
            faults.hang(how)
            raise Unavailable("GitHub's page cannot be reached (the sandbox was told so).")
        return public.page_at(path, naming=naming)


@dataclass(frozen=True, slots=True)
class Found:
    """Who answers, and what they are asked."""

    says: Callable[[Asked], Told]
    asked: Asked
    verb: SandboxVerb | None


def _found(method: str, path: str, body: Mapping[str, object] | None = None) -> Found | None:
    where, sent = urlsplit(path), dict(body or {})
    for route in ROUTES:
        if route.method == method and (match := route.place.fullmatch(where.path)):
            parts = {name: unquote(part) for name, part in match.groupdict().items()}
            asked = Asked(parts, dict(parse_qsl(where.query)), timezone.now(), sent)
            publishes = route.verb is SandboxVerb.UPDATE_ADVISORY and sent.get("state") == "published"
            return Found(route.says, asked, SandboxVerb.PUBLISH_ADVISORY if publishes else route.verb)
    return None


def _repository(found: Found) -> SandboxRepository | None:
    try:
        return repository_in(found.asked) if "repo" in found.asked.parts else None
    except NotFound:
        return None


def _trouble() -> SandboxTrouble:
    mood = SandboxMood.objects.first()
    trouble = SandboxTrouble(mood.trouble) if mood else SandboxTrouble.NONE
    if trouble == SandboxTrouble.SLOW:
        time.sleep(SLOWLY)
    return trouble


# --- Writing ------------------------------------------------------------------------------------------------


def _done(deed: Deed, found: Found, *, is_answered: bool) -> Answer:
    """The effect and the note of it, together or not at all."""
    with transaction.atomic(durable=True):
        try:
            told = found.says(found.asked)
        except Refusal as refusal:
            _note(deed, found, status=refusal.status if is_answered else None)
            return _refused(refusal)
        status = told.status if is_answered else None
        _note(deed, found, status=status, is_done=told.is_done, about=told.about)
    return Answer(told.status, json.dumps(told.body).encode())


def _note(deed: Deed, found: Found, *, status: HTTPStatus | None, is_done: bool = False, about: str = "") -> None:
    SandboxWrite.objects.create(
        at=found.asked.now,
        method=deed.method,
        path=deed.path,
        body=dict(deed.body or {}),
        repository=_repository(found),
        verb=found.verb or "",
        about=about or found.asked.parts.get("ghsa_id", ""),
        status=status,
        is_done=is_done,
    )


# --- Answers ------------------------------------------------------------------------------------------------


def _told(told: Told, path: str, *, etag: str) -> Answer:
    body = json.dumps(told.body).encode()
    now = f'W/"{hashlib.sha256(body).hexdigest()}"'
    if etag == now:
        return Answer(status=HTTPStatus.NOT_MODIFIED, etag=now)
    bare = re.sub(r"&(page|after)=\d+", "", path)
    return Answer(HTTPStatus.OK, body, now, f"{bare}&{told.following}" if told.following else "")


def _refused(refusal: Refusal) -> Answer:
    told = shapes.mistake(str(refusal), status=refusal.status, errors=refusal.errors)
    return Answer(status=refusal.status, body=json.dumps(told).encode())


def _limited() -> NoReturn:
    raise Limited("GitHub wants to be left alone (it answered 429).", retry_at=timezone.now() + faults.LIMIT)


def _mistake(status: HTTPStatus) -> Answer:
    return _refused(Refusal(status))


def _emptied(told: Told) -> Told:
    if isinstance(told.body, dict):
        return Told({"total_count": 0, "roles": []}) if "roles" in told.body else told
    return Told([])


_REPOSITORY: Final = "/repos/(?P<owner>[^/]+)/(?P<repo>[^/]+)"
_ORGANISATION: Final = "/orgs/(?P<org>[^/]+)"
_ROLE: Final = f"{_ORGANISATION}/organization-roles/{directory.SECURITY_MANAGERS}"
_ADVISORIES: Final = f"{_REPOSITORY}/security-advisories"
_ADVISORY: Final = f"{_ADVISORIES}/(?P<ghsa_id>[^/]+)"
_RELEASE: Final = rf"{_REPOSITORY}/releases/(?P<release_id>\d+)"
ROUTES: Final[Sequence[Route]] = tuple(
    Route(method, re.compile(pattern), says, verb)
    for method, pattern, says, verb in (
        ("GET", "/users/(?P<login>[^/]+)", directory.person, None),
        ("GET", f"{_ORGANISATION}/repos", directory.repositories, None),
        ("GET", f"{_ORGANISATION}/members", directory.members, None),
        ("GET", f"{_ORGANISATION}/teams/(?P<slug>[^/]+)/members", directory.team_members, None),
        ("GET", f"{_ORGANISATION}/organization-roles", directory.roles, None),
        ("GET", f"{_ROLE}/users", directory.holders, None),
        ("GET", f"{_ROLE}/teams", directory.teams_with_a_role, None),
        ("GET", _REPOSITORY, directory.repository, None),
        ("GET", f"{_REPOSITORY}/collaborators", directory.collaborators, None),
        ("GET", f"{_REPOSITORY}/contributors", directory.contributors, None),
        ("GET", f"{_REPOSITORY}/private-vulnerability-reporting", directory.private_reporting, None),
        ("GET", f"{_REPOSITORY}/releases", releases.releases, SandboxVerb.READ_RELEASE),
        ("GET", f"{_REPOSITORY}/releases/tags/(?P<tag>[^/]+)", releases.release_of_tag, SandboxVerb.READ_RELEASE),
        ("GET", _RELEASE, releases.release, SandboxVerb.READ_RELEASE),
        ("PATCH", _RELEASE, releases.write_notes, SandboxVerb.WRITE_NOTES),
        ("GET", f"{_REPOSITORY}/issues", issues.issues, SandboxVerb.READ_ISSUES),
        ("POST", f"{_REPOSITORY}/issues", issues.create, SandboxVerb.CREATE_ISSUE),
        ("GET", _ADVISORIES, advisories.advisories, SandboxVerb.READ_ADVISORY),
        ("POST", _ADVISORIES, advisories.create, SandboxVerb.CREATE_ADVISORY),
        ("GET", _ADVISORY, advisories.advisory, SandboxVerb.READ_ADVISORY),
        ("PATCH", _ADVISORY, advisories.update, SandboxVerb.UPDATE_ADVISORY),
        ("POST", f"{_ADVISORY}/cve", advisories.request_cve, SandboxVerb.REQUEST_CVE),
        ("GET", f"{_ADVISORY}/comments", advisories.comments, SandboxVerb.READ_ADVISORY),
        ("POST", f"{_ADVISORY}/comments", advisories.comment, SandboxVerb.COMMENT),
        ("POST", f"{_ADVISORY}/forks", advisories.fork, SandboxVerb.FORK),
    )
)
