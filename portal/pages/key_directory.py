"""The Web Key Directory: who writes to our address finds the key by themselves, or rather their mail program does (P4).

By the direct method it is asked for under the domain of the address, by the advanced one under `openpgpkey.` before it.
"""

import hashlib

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from disclosures.views import serving
from portal import openpgp
from portal.openpgp import directory
from portal.policy import Clause, enforces
from portal.viewer import without_viewer

BINARY = "application/octet-stream"
TEXT = "text/plain; charset=utf-8"


@enforces(Clause.P4)
@login_not_required
@without_viewer
@require_safe
def key(request: HttpRequest, name: str, domain: str = "") -> HttpResponse:
    own = _own_key(domain)
    if name != directory.name_of(settings.POLICY.organisation.security_address):
        raise Http404
    return _handed_out(request, directory.binary(own), kind=BINARY)


@login_not_required
@without_viewer
@require_safe
def policy(request: HttpRequest, domain: str = "") -> HttpResponse:
    """Empty: it asks nothing of anybody. That it is there says that there is a directory."""
    _own_key(domain)
    return _handed_out(request, b"", kind=TEXT)


def _own_key(domain: str) -> openpgp.OwnKey:
    own = openpgp.own_key()
    ours = directory.domain_of(settings.POLICY.organisation.security_address)
    if own is None or domain.lower() not in {"", ours}:
        raise Http404
    return own


def _handed_out(request: HttpRequest, content: bytes, *, kind: str) -> HttpResponse:
    digest = hashlib.sha256(content).hexdigest()
    return serving.to_programs(request, content, kind=kind, digest=digest, at=None)
