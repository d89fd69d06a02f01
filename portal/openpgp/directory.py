"""Where mail programs look for the key of an address by themselves: the Web Key Directory
(draft-koch-openpgp-webkey-service).
"""

import hashlib
from typing import Final

from pysequoia import Cert

from portal.openpgp.own import OwnKey

ALPHABET: Final = "ybndrfg8ejkmcpqxot1uwisza345h769"
"""z-base-32 (RFC 6189, section 5.1.6)."""
BITS: Final = 5


def name_of(address: str) -> str:
    """Under which the key of `address` is looked for."""
    local, _, _ = address.partition("@")
    digest = hashlib.sha1(local.lower().encode(), usedforsecurity=False).digest()
    number, length = int.from_bytes(digest), len(digest) * 8
    return "".join(ALPHABET[number >> shift & 31] for shift in range(length - BITS, -1, -BITS))


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def binary(key: OwnKey) -> bytes:
    """The public part as the directory hands it out: without armour."""
    return bytes(Cert.from_bytes(key.certificate.encode()))
