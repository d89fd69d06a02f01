"""What a stranger sees of the sandbox: published advisories and releases, and nothing of a draft."""

import re
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from portal.github.errors import NotThere
from portal.github.sandbox.answering import NotFound, repository_called
from portal.github.values import PublicPage
from portal.sandbox_models import SandboxAdvisory, SandboxFault, SandboxRelease, SandboxRepository, SandboxVerb

State = SandboxAdvisory.State
SEEN: Final = frozenset({State.PUBLISHED, State.WITHDRAWN})
PAGE: Final = re.compile(r"/(?P<name>[^/]+/[^/]+)/(?:security/advisories/(?P<ghsa_id>[^/]+)|releases/tag/(?P<tag>.+))")


def place_in(url: str) -> str:
    """The path from the sandbox's root on."""
    root = settings.GITHUB_WEB_URL.rstrip("/")
    if not url.startswith(f"{root}/"):
        raise NotThere("That is no page of GitHub's.")
    return urlsplit(url.removeprefix(root)).path


def page_at(path: str, *, naming: str) -> PublicPage:
    found = found_at(path)
    said = f"{found.ghsa_id} {found.summary} {found.description}" if isinstance(found, SandboxAdvisory) else path
    if found is None:
        return PublicPage(HTTPStatus.NOT_FOUND, names=False)
    return PublicPage(HTTPStatus.OK, names=naming.lower() in said.lower())


def repository_at(path: str) -> SandboxRepository | None:
    page = PAGE.fullmatch(path)
    try:
        return repository_called(page["name"]) if page else None
    except NotFound:
        return None


def found_at(path: str) -> SandboxAdvisory | SandboxRelease | None:
    page, repository = PAGE.fullmatch(path), repository_at(path)
    if page is None or repository is None:
        return None
    if page["tag"]:
        out = SandboxRelease.objects.filter(repository=repository, tag=page["tag"], draft=False)
        return out.select_related("repository", "author").first()
    seen = SandboxAdvisory.objects.filter(repository=repository, ghsa_id__iexact=page["ghsa_id"], state__in=SEEN)
    return seen.select_related("repository").first()


def is_hidden(repository: SandboxRepository) -> bool:
    """Whether the pages are not to be seen yet, although everything on them is published."""
    waiting = SandboxFault.objects.filter(repository=repository, verb=SandboxVerb.LOOK, times__gt=0)
    return waiting.filter(how=SandboxFault.How.MISSING).exists()
