"""Where the next page of a list by age begins: beyond the last row seen, by its moment, its kind and its number."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime

LARGEST_ID = 2**63 - 1
MOST_KINDS = 100


@dataclass(frozen=True, slots=True)
class Cursor:
    at: datetime
    kind: int
    pk: int

    def __str__(self) -> str:
        parts = [self.at.astimezone(UTC).isoformat(), self.kind, self.pk]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).rstrip(b"=").decode()


def read(text: str) -> Cursor | None:
    """None for what nobody was given. A cursor decides where to begin, and not what is seen."""
    try:
        at, kind, pk = json.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=="))
        moment = datetime.fromisoformat(at).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        return None
    if type(kind) is not int or type(pk) is not int or not 0 <= kind < MOST_KINDS or not 0 < pk <= LARGEST_ID:
        return None
    return Cursor(moment, kind, pk)
