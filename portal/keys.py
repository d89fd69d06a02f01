"""Keys made from the installation's secret, each for one purpose."""

import base64
import hashlib
import hmac

from django.conf import settings


def derive(purpose: str, value: str) -> str:
    """256 bits in 43 URL-safe characters, the same for the same value and unguessable without the secret.

    Derived instead of drawn, so that a form sent twice or a mail sent again shows the same link, though only the
    link's hash is stored.
    """
    secret = hashlib.sha256(f"{purpose}:{settings.SECRET_KEY}".encode()).digest()
    digest = hmac.digest(secret, value.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
