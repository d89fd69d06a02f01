"""Second factors of invented people: already set up, and no secret to whoever runs the demo."""

import base64
import hashlib
import hmac
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt

from teams.models import User

PERIOD = 30


def set_up(user: User) -> None:
    digest = hmac.digest(b"demo", str(user.github_id).encode(), hashlib.sha1)
    TOTP.activate(user, base64.b32encode(digest).decode())


def current_codes() -> dict[int, str]:
    """What the authenticator apps show now, by the person's id."""
    counter = int(time.time()) // PERIOD
    return {
        row.user_id: format_hotp_value(hotp_value(decrypt(row.data["secret"]), counter))
        for row in Authenticator.objects.filter(type=Authenticator.Type.TOTP)
    }
