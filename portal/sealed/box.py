"""One value in one box: AES-256-GCM, with a fresh random nonce, bound to the place where it lies."""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
VERSION: Final = b"\x01"
NONCE_BYTES: Final = 12
OVERHEAD: Final = len(VERSION) + NONCE_BYTES + 16
"""Bytes by which a box is longer than what is in it."""


class SealBroken(Exception):
    """What was sealed was altered, moved to another place, or sealed with another key. It names the place alone."""

    def __init__(self, place: str) -> None:
        super().__init__(f"The seal of {place} is broken: it was altered, moved, or sealed with another key.")
        self.place = place


def new_key() -> bytes:
    return os.urandom(KEY_BYTES)


def seal(plain: bytes, *, key: bytes, place: str) -> bytes:
    """`place` says where the box will lie; it opens nowhere else."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def unseal(sealed: bytes, *, key: bytes, place: str) -> bytes:
    """Raises SealBroken."""
    nonce = sealed[1 : 1 + NONCE_BYTES]
    if sealed[:1] != VERSION or len(sealed) < OVERHEAD:
        raise SealBroken(place)
    try:
        return AESGCM(key).decrypt(nonce, sealed[1 + NONCE_BYTES :], place.encode())
    except InvalidTag:
        raise SealBroken(place) from None
