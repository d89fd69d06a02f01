"""Addresses that only one recipient has: what comes to one is about one report, and from one person if that person is
vouched for (EML-03). They are made, not stored, and say nothing to whoever has no key.
"""

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

from portal.keys import secrets_for

PURPOSE: Final = "reply-address"
PLACE: Final = "{token}"
CONTENT: Final = struct.Struct(">BIIH")
"""Whom it is for, two numbers, and the last day of it."""
LENGTH: Final = 44
"""Characters of a token: `CONTENT` and a tag of 128 bits in base 32, as mail servers may change the case."""
GOOD_FOR: Final = timedelta(days=365)
"""From the mail that named it."""
DAY: Final = timedelta(days=1)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class For(Enum):
    REPORTER = 1
    """Somebody on the reporter's side writes on their report: `first` is the reporter."""
    NOTE = 2
    """A person of ours writes to the team alone: `first` is the person, `second` the report."""
    ANSWER = 3
    """A person of ours writes to the reporter: `first` is the person, `second` the report."""
    BOUNCES = 4
    """Where a mail goes that could not be delivered: `first` is the notification (EML-12)."""


@dataclass(frozen=True, slots=True)
class ReplyAddress:
    """`expires_at` is the end of a day."""

    purpose: For
    first: int
    second: int = 0
    expires_at: datetime = EPOCH

    def is_expired(self, *, now: datetime) -> bool:
        return now > self.expires_at


def are_set_up() -> bool:
    return bool(settings.REPLY_ADDRESS)


def address_for(purpose: For, first: int, second: int = 0, *, written_at: datetime) -> str:
    """The same for the same mail, however often it is sent. Empty where no mail comes in."""
    if not are_set_up():
        return ""
    last_day = (written_at + GOOD_FOR - EPOCH) // DAY
    content = CONTENT.pack(purpose.value, first, second, last_day)
    sealed = AESSIV(secrets_for(PURPOSE)[0]).encrypt(content, None)
    address: str = settings.REPLY_ADDRESS.replace(PLACE, _written(sealed))
    return address


def _written(sealed: bytes) -> str:
    return base64.b32encode(sealed).decode().rstrip("=").lower()


def is_shaped_like_one(address: str) -> bool:
    """Whether mail to it comes to us, whatever stands where a token would."""
    before, _, after = settings.REPLY_ADDRESS.lower().partition(PLACE)
    address = address.strip().lower()
    return are_set_up() and address.startswith(before) and address.endswith(after)


def read(address: str) -> ReplyAddress | None:
    """What an address of ours says; None for every other one, and for one that somebody made up."""
    before, _, after = settings.REPLY_ADDRESS.lower().partition(PLACE)
    address = address.strip().lower()
    token = address[len(before) : len(address) - len(after)]
    if not are_set_up() or len(token) != LENGTH or address != f"{before}{token}{after}":
        return None
    try:
        sealed = base64.b32decode(token.upper() + "=" * (-LENGTH % 8))
    except (binascii.Error, ValueError):
        return None
    if _written(sealed) != token:
        return None
    for secret in secrets_for(PURPOSE):
        try:
            purpose, first, second, last_day = CONTENT.unpack(AESSIV(secret).decrypt(sealed, None))
        except InvalidTag:
            continue
        return ReplyAddress(For(purpose), first, second, EPOCH + DAY * (last_day + 1))
    return None
