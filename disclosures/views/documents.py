"""What programs read: documents that lie ready, with their hashes and signatures beside them (P29, P30).

They are the same for everybody, so nobody is looking: no session is read, and no answer depends on a cookie.
"""

import hashlib
from datetime import datetime
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.db.models.functions import Length
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from disclosures import catalogue, cursors, shelf
from disclosures.formats import csaf_distribution
from disclosures.formats.collections import BEGINNING
from disclosures.models import PublishedAdvisory, PublishedFile
from disclosures.views import serving
from portal import openpgp
from portal.viewer import without_viewer

TYPES: Final = {
    "json": "application/json",
    "atom": "application/atom+xml; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
    "asc": "application/pgp-signature",
    "sha256": "text/plain; charset=utf-8",
    "sha512": "text/plain; charset=utf-8",
}
PUBLIC_KEY: Final = "application/pgp-keys"


@login_not_required
@without_viewer
@require_safe
def document(request: HttpRequest, **_: object) -> HttpResponseBase:
    """By its address, which is its path on the shelf."""
    return _handed_out(request, request.path.lstrip("/"))


@login_not_required
@without_viewer
@require_safe
def feed(request: HttpRequest) -> HttpResponseBase:
    """The first page lies ready; the others, which few ever ask for, are made of what is public now."""
    asked = request.GET.get("before")
    if asked is None:
        return _handed_out(request, shelf.FEED)
    before = cursors.read(asked)
    if before is None:
        raise Http404
    return _said(request, shelf.feed(before), kind="atom", at=None)


@login_not_required
@without_viewer
@require_safe
def provider_metadata(request: HttpRequest) -> HttpResponseBase:
    """At both places where programs look for it."""
    return _handed_out(request, shelf.METADATA)


@login_not_required
@without_viewer
@require_safe
def osv(request: HttpRequest, identifier: str) -> HttpResponseBase:
    """By our own identifier, or by any of those that GitHub has given."""
    found = catalogue.by_ghsa(identifier) if identifier.startswith("GHSA-") else None
    return _handed_out(request, f"osv/{found.identifier if found else identifier}.json")


@login_not_required
@without_viewer
@require_safe
def csaf(request: HttpRequest, name: str) -> HttpResponseBase:
    """A document of the folder, or what stands beside one: its hash or its signature."""
    path = f"{shelf.CSAF}/white/{name}"
    bare, _, ending = path.rpartition(".")
    match ending:
        case "sha256" | "sha512":
            kept = _kept(bare)
            text = csaf_distribution.hash_file(kept.whole, name=bare.rpartition("/")[2], algorithm=ending)
            return _said(request, text.encode(), kind=ending, at=kept.modified_at)
        case "asc":
            kept = _kept(bare)
            if not kept.signature:
                raise Http404
            return _said(request, kept.signature.encode(), kind=ending, at=kept.modified_at)
    return _handed_out(request, path)


@login_not_required
@without_viewer
@require_safe
def public_key(request: HttpRequest) -> HttpResponse:
    """Of the key that documents are signed with, if there is one."""
    key = openpgp.own_key()
    if key is None:
        raise Http404
    content = key.certificate.encode()
    return serving.to_programs(request, content, kind=PUBLIC_KEY, digest=_digest(content), at=None)


def _handed_out(request: HttpRequest, path: str) -> HttpResponseBase:
    """Lists are there before anything is published: they are empty then, and nobody has made them."""
    about = PublishedFile.objects.filter(path=path).annotate(size=Length("content")).defer("content").first()
    kind = path.rpartition(".")[2]
    if about is None:
        content = shelf.lists().get(path) if not PublishedAdvisory.objects.exists() else None
        if content is None:
            raise Http404
        return _said(request, content, kind=kind, at=BEGINNING)
    return serving.kept(request, about, size=about.size, kind=TYPES[kind])


def _kept(path: str) -> PublishedFile:
    found = PublishedFile.objects.filter(path=path).first()
    if found is None:
        raise Http404
    return found


def _said(request: HttpRequest, content: bytes, *, kind: str, at: datetime | None) -> HttpResponse:
    return serving.to_programs(request, content, kind=TYPES[kind], digest=_digest(content), at=at)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
