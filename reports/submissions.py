"""The form's own secret: it makes a repetition recognisable, binds files that came ahead, and leads to the link."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing

from reports.models.people import hash_key

LIFETIME = timedelta(days=30)
"""How long a form may stay open and still be recognised when it comes twice."""
HASTE = timedelta(seconds=3)
"""Nobody reads and fills in a form in less."""
LONGEST = 200
SALT = "reports.submission"


@dataclass(frozen=True, slots=True)
class Token:
    """`value` is the secret, `signed` what the form carries: ours, and made at a known moment."""

    value: str
    signed: str
    made_at: datetime

    @property
    def hashed(self) -> str:
        return hash_key(self.value)

    def was_sent_in_haste(self, *, now: datetime) -> bool:
        """Sooner after the form was shown than a person could have filled it in (RL-04)."""
        return now - self.made_at < HASTE


def new(*, now: datetime) -> Token:
    value = secrets.token_urlsafe(32)
    signed = signing.dumps([value, int(now.timestamp())], salt=SALT)
    return Token(value=value, signed=signed, made_at=now)


def read(signed: str, *, now: datetime) -> Token | None:
    """The token a form brought back; nothing if it is forged or too old."""
    if len(signed) > LONGEST:
        return None
    try:
        value, seconds = signing.loads(signed, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    made_at = datetime.fromtimestamp(seconds, tz=UTC)
    return Token(value=value, signed=signed, made_at=made_at) if now - made_at < LIFETIME else None


def read_or_new(signed: str, *, now: datetime) -> Token:
    """Whoever comes with a token that is no good simply gets another one: nothing they typed depends on it."""
    return read(signed, now=now) or new(now=now)
