"""Other people's certificates: looked at before anything is encrypted to them. Mistakes are told in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pysequoia import Cert, encrypt

from portal.openpgp.packets import holds_secrets, usable_until

LONGEST: Final = 256 * 1024
"""Bytes. Certificates with thousands of signatures by others exist; nobody needs these to encrypt."""
MOST_IN_A_MAIL: Final = 5


def in_groups(fingerprint: str) -> str:
    """As people read it aloud."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4))


class BadCertificate(Exception):
    """A sentence for whoever gave it. Says nothing of what was in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One that mail can be encrypted to."""

    armour: str
    fingerprint: str
    """In capitals."""
    expires_at: datetime | None

    @property
    def in_groups(self) -> str:
        return in_groups(self.fingerprint)


def inspected(content: str | bytes, *, now: datetime) -> Certificate:
    """The one certificate in `content`, in ASCII armour or without. Raises `BadCertificate`."""
    certificate = _only(content.encode() if isinstance(content, str) else content)
    if certificate.is_revoked:
        raise BadCertificate("This key was revoked. Please give us the one that you use now.")
    expires_at = usable_until(certificate)
    if expires_at is not None and expires_at <= now:
        raise BadCertificate(
            f"This key expired on {expires_at:%d %B %Y}. Extend it and export it again, or give us another."
        )
    if not can_be_encrypted_to(str(certificate)):
        raise BadCertificate(
            "Nothing can be encrypted to this key: no part of it is meant for that, or it is too weak."
        )
    return Certificate(armour=str(certificate), fingerprint=certificate.fingerprint.upper(), expires_at=expires_at)


def _only(content: bytes) -> Cert:
    if len(content) > LONGEST:
        raise BadCertificate(
            f"This key is longer than {LONGEST // 1024} kB. Export it without the signatures of others: "
            "gpg --export-options export-minimal --armor --export, and your address."
        )
    content = content.strip()
    if holds_secrets(content):
        raise BadCertificate(
            "This is your secret key: keep it to yourself. It was not kept here. Export the public one: "
            "gpg --armor --export, and your address."
        )
    try:
        found = Cert.split_bytes(content)
    except Exception:  # noqa: BLE001 - the library has no kinds of them
        found = []
    if not found:
        raise BadCertificate(
            "This is no OpenPGP key. It begins with -----BEGIN PGP PUBLIC KEY BLOCK----- when it is pasted as text."
        )
    if len(found) > 1:
        raise BadCertificate("These are several keys. Please give us one.")
    return found[0]


def can_be_encrypted_to(armour: str) -> bool:
    try:
        encrypt(b"", recipients=[Cert.from_bytes(armour.encode())])
    except Exception:  # noqa: BLE001 - the library has no kinds of them
        return False
    return True


def fingerprint_of(armour: str) -> str:
    """Of a certificate that was inspected before."""
    return Cert.from_bytes(armour.encode()).fingerprint.upper()


def names(armour: str, address: str) -> bool:
    """Whether one of its user IDs has the address. It proves nothing: anybody writes into a user ID what they like."""
    user_ids = [str(user_id).lower() for user_id in Cert.from_bytes(armour.encode()).user_ids]
    return bool(address) and any(each == address.lower() or each.endswith(f"<{address.lower()}>") for each in user_ids)


def among(found: Sequence[bytes]) -> list[str]:
    """The public parts of what came with a mail and is a certificate, in ASCII armour; the first few."""
    certificates: list[str] = []
    for content in found[:MOST_IN_A_MAIL]:
        if len(content) <= LONGEST and not holds_secrets(content):
            try:
                certificates += [str(each) for each in Cert.split_bytes(content)[:MOST_IN_A_MAIL]]
            except Exception:  # noqa: BLE001, S112 - as above; what is none is of no use
                continue
    return certificates
