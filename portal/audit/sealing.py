"""The arithmetic of a chain. What proves order and content needs no secret; what proves the end of a chain does."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from portal import keys

GENESIS: Final = "0" * 64
"""What stands before the first event of each chain."""
LENGTH: Final = 64
"""Characters of a SHA-256 in hexadecimal."""
UNSEALED: Final = ""
"""The seal of a head that was once found without a good one. It never gets a good one again, so that it is found."""

type Content = Mapping[str, object]


def canonical(content: object) -> str:
    """JSON in exactly one form: keys in order, no spaces, ASCII only."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def moment(at: datetime) -> str:
    """To the microsecond, which is how PostgreSQL keeps it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def digest(previous: str, content: Content) -> str:
    """The hash of an event, which whoever holds the event can compute."""
    return hashlib.sha256(f"{previous}\n{canonical(content)}".encode()).hexdigest()


def seal(chain: str, *, length: int, last: str) -> str:
    """Say that the chain ends here, as only somebody can who holds the key, which is not in the database."""
    return _mac(keys.secrets_for(keys.AUDIT)[0], chain, length, last)


def is_sealed(mac: str, chain: str, *, length: int, last: str) -> bool:
    """Whether `mac` is a seal of ours on this end of the chain, by the present key or an earlier one."""
    possible = (_mac(key, chain, length, last) for key in keys.secrets_for(keys.AUDIT))
    return any(hmac.compare_digest(mac.encode(), each.encode()) for each in possible)


def _mac(key: bytes, chain: str, length: int, last: str) -> str:
    return hmac.digest(key, canonical([chain, length, last]).encode(), "sha256").hex()
