"""The organisation's own OpenPGP key, by which others can tell that a document is ours. There need not be one."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from pysequoia import PySigner, SignatureMode, Tsk, sign

PUBLISHED_AT: Final = ".well-known/openpgp.asc"
"""Where its public part is, from then on."""
ARMOUR: Final = "-----BEGIN PGP"


class BadKeyError(Exception):
    """The key of the settings cannot be used; the message says why, and nothing of the key."""


@dataclass(frozen=True, slots=True)
class OwnKey:
    fingerprint: str
    """In capitals, as people compare it."""
    certificate: str
    """The public part, in ASCII armour."""
    _signer: PySigner

    def signature(self, content: bytes) -> str:
        """Detached, in ASCII armour."""
        return sign(self._signer, content, mode=SignatureMode.DETACHED).decode()


def own_key() -> OwnKey | None:
    """Raises `BadKeyError` for one that cannot sign; the checks at the start have seen to it that there is none."""
    return _opened(settings.OPENPGP_KEY, settings.OPENPGP_PASSPHRASE) if settings.OPENPGP_KEY else None


@lru_cache(maxsize=4)
def _opened(key: str, passphrase: str) -> OwnKey:
    secret = _secret_part(_read(key))
    try:
        signer = secret.signer(passphrase or None)
        sign(signer, b"", mode=SignatureMode.DETACHED)
    except Exception:  # noqa: BLE001 - as below
        raise BadKeyError(
            "cannot sign: it is a public key, its passphrase is another, or no part of it is for signing"
        ) from None
    certificate = secret.extract_certificate()
    return OwnKey(certificate.fingerprint.upper(), str(certificate), signer)


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
