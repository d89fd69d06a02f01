"""The organisation's own OpenPGP key, if it has one: others encrypt to it, and tell by it that something is ours.

Keys that were retired still read old mail, and do nothing else.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from pysequoia import PySigner, SignatureMode, Tsk, encrypt, sign

from portal.openpgp.certificates import in_groups
from portal.openpgp.packets import holds_secrets, usable_until

PUBLISHED_AT: Final = ".well-known/openpgp.asc"
"""Where its public part is, from then on."""
ARMOUR: Final = "-----BEGIN PGP"


class BadKeyError(Exception):
    """A key of the settings cannot be used; the message says why, and nothing of the key."""


@dataclass(frozen=True, slots=True)
class RetiredKey:
    """It reads mail that was encrypted to it."""

    fingerprint: str
    """In capitals, as people compare it."""
    secret: str = field(repr=False)
    """In ASCII armour, locked by one of `passphrases` if it is locked."""


@dataclass(frozen=True, slots=True)
class OwnKey(RetiredKey):
    certificate: str
    """The public part, in ASCII armour."""
    expires_at: datetime | None
    """From then on nobody's program encrypts to it. None: it does not expire."""
    signer: PySigner = field(repr=False)

    def signature(self, content: bytes) -> str:
        """Detached, in ASCII armour."""
        return sign(self.signer, content, mode=SignatureMode.DETACHED).decode()

    @property
    def in_groups(self) -> str:
        return in_groups(self.fingerprint)


def own_key() -> OwnKey | None:
    """Raises `BadKeyError` for one that cannot be used; the checks at the start have seen to it that there is none."""
    return _opened(settings.OPENPGP_KEY, settings.OPENPGP_PASSPHRASE) if settings.OPENPGP_KEY else None


def retired_keys() -> tuple[RetiredKey, ...]:
    """Raises `BadKeyError` in the same way."""
    return tuple(_retired(key) for key in settings.OPENPGP_RETIRED_KEYS)


def passphrases() -> tuple[str, ...]:
    """One of them unlocks each of our keys; the current key's comes first."""
    return tuple(dict.fromkeys((settings.OPENPGP_PASSPHRASE, *settings.OPENPGP_RETIRED_PASSPHRASES)))


@lru_cache(maxsize=4)
def _opened(key: str, passphrase: str) -> OwnKey:
    secret = _secret_part(_read(key))
    certificate = secret.extract_certificate()
    try:
        signer = secret.signer(passphrase or None)
        sign(signer, b"", mode=SignatureMode.DETACHED)
    except Exception:  # noqa: BLE001 - as below
        raise BadKeyError(
            "cannot sign: it is a public key, its passphrase is another, or no part of it is for signing"
        ) from None
    try:
        encrypt(b"", recipients=[certificate])
        secret.decryptor(passphrase or None)
    except Exception:  # noqa: BLE001 - as below
        raise BadKeyError("cannot be encrypted to: it has expired, or no part of it is for encryption") from None
    return OwnKey(
        fingerprint=certificate.fingerprint.upper(),
        secret=str(secret),
        certificate=str(certificate),
        expires_at=usable_until(certificate),
        signer=signer,
    )


@lru_cache(maxsize=16)
def _retired(key: str) -> RetiredKey:
    content = _read(key)
    secret = _secret_part(content)
    if not holds_secrets(content):
        raise BadKeyError("names a public key: it takes the secret one to read mail")
    return RetiredKey(fingerprint=secret.extract_certificate().fingerprint.upper(), secret=str(secret))


def _read(key: str) -> bytes:
    """The key itself, or the file that it is in."""
    if key.lstrip().startswith(ARMOUR):
        return key.replace("\\n", "\n").encode()
    try:
        return Path(key).read_bytes()
    except OSError as trouble:
        raise BadKeyError(f"names a file that cannot be read: {trouble.strerror}") from None


def _secret_part(content: bytes) -> Tsk:
    try:
        return Tsk.from_bytes(content)
    except Exception:  # noqa: BLE001 - the library has no kinds of them
        raise BadKeyError("is no OpenPGP key") from None
