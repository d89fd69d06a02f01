"""Keys made from the installation's secret, each for one purpose."""

import base64
import hashlib
import hmac
from typing import Final

from django.conf import settings

AUDIT: Final = "audit"


def derive(purpose: str, value: str) -> str:
    """256 bits in 43 URL-safe characters, the same for the same value and unguessable without the secret.

    Derived instead of drawn, so that a form sent twice or a mail sent again shows the same link, though only the
    link's hash is stored.
    """
    digest = hmac.digest(_of(purpose, settings.SECRET_KEY), value.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def secrets_for(purpose: str) -> tuple[bytes, ...]:
    """Keys of 256 bits that stand nowhere in the database: the first one signs, all of them verify."""
    return tuple(_of(purpose, secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def _of(purpose: str, secret: str) -> bytes:
    return hashlib.sha256(f"{purpose}:{secret}".encode()).digest()
