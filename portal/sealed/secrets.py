"""Named keys of the whole installation, each for one purpose (SEC-03): random, and stored wrapped by a master key.

`manage.py migrate` makes those that are missing; the application only reads them. So none can be made twice, and none
can be lost with a transaction that something has already been sealed in.
"""

import hmac
import unicodedata
from enum import StrEnum
from functools import cache

from portal.models import SealedSecret


class Secret(StrEnum):
    SEARCH = "search"
    ADDRESSES = "addresses"
    SAVED_VIEWS = "saved views"
    SESSIONS = "sessions"
    FINDINGS = "findings"
    LIKENESS = "likeness"


class SecretMissing(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(f"The portal's key for “{name}” is not in the database. Run `manage.py migrate`.")


@cache
def secret(name: Secret) -> bytes:
    """256 bits. Read once in each process: wrapping it anew does not change it. Raises SecretMissing."""
    row = SealedSecret.objects.filter(name=name).first()
    if row is None:
        raise SecretMissing(name)
    return row.data_key_opened()


def make_missing() -> None:
    """As the owner of the tables, while migrating. Made twice at once, the first stays."""
    present = set(SealedSecret.objects.values_list("name", flat=True))
    for name in Secret:
        if name not in present:
            SealedSecret.objects.bulk_create([SealedSecret(name=name)], ignore_conflicts=True)


def index_of(value: str, *, by: Secret) -> bytes:
    """128 bits by which equal values are found without being known. A caller normalises `value`."""
    return hmac.digest(secret(by), value.encode("utf-8", "surrogatepass"), "sha256")[:16]


def address_index(address: str) -> str:
    """By which a mail address is found, whatever its case; empty for none."""
    plain = unicodedata.normalize("NFC", address.strip()).casefold()
    return index_of(plain, by=Secret.ADDRESSES).hex() if plain else ""
