"""What GnuPG found, read from its status lines (doc/DETAILS of GnuPG). Pure.

Lines end with a line feed and nothing else: user IDs of strangers stand in them, and may hold what other programs take
for the end of a line.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

STATUS: Final = "[GNUPG:] "
LONG_ENOUGH: Final = 40
"""Digits of a fingerprint; what is shorter is only a key ID."""


class Verdict(Enum):
    FITS = auto()
    EXPIRED = auto()
    """It fits, and it or its key has expired or was revoked."""
    UNKNOWN = auto()
    """Made by a key that we do not have."""
    BROKEN = auto()


@dataclass(frozen=True, slots=True)
class Signature:
    verdict: Verdict
    fingerprint: str = ""
    """Of the primary key, in capitals; for a key that we do not have whatever the signature says of itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    plain: bytes | None = None
    """What was inside. None if it could not be had, or not all of it."""
    opened_by: str = ""
    """Fingerprint of the primary key that it was encrypted to; empty if it was not encrypted."""
    signatures: tuple[Signature, ...] = ()
    is_encrypted: bool = False
    has_no_key: bool = False
    """It is encrypted, and to nothing that we have."""
    is_locked: bool = False
    """We have the key for it, and the passphrase is another."""
    is_too_long: bool = False


def found_in(said: str, *, plain: bytes, is_too_long: bool) -> Findings:
    lines = [line.removeprefix(STATUS).split(" ") for line in said.split("\n") if line.startswith(STATUS)]
    words = [line[0] for line in lines]
    is_encrypted = "ENC_TO" in words or "BEGIN_DECRYPTION" in words or "NEED_PASSPHRASE_SYM" in words
    is_open = "DECRYPTION_OKAY" in words and "GOODMDC" in words if is_encrypted else "PLAINTEXT" in words
    is_whole = is_open and words.count("PLAINTEXT") == 1 and "DECRYPTION_FAILED" not in words and not is_too_long
    opened_by = next((line[2] for line in lines if line[0] == "DECRYPTION_KEY" and len(line) > 2), "")  # noqa: PLR2004 - word, subkey, primary
    return Findings(
        plain=plain if is_whole else None,
        opened_by=opened_by,
        signatures=tuple(_signatures(lines)),
        is_encrypted=is_encrypted,
        has_no_key="DECRYPTION_FAILED" in words and "DECRYPTION_KEY" not in words and not _is_locked(said),
        is_locked=_is_locked(said),
        is_too_long=is_too_long,
    )


def _is_locked(said: str) -> bool:
    """The agent's refusal: 11 is "Bad passphrase" of libgpg-error, in the lower half of the number."""
    codes = [line.split(" ")[-1] for line in said.split("\n") if line.startswith(f"{STATUS}ERROR pkdecrypt_failed ")]
    return any(code.isdecimal() and int(code) & 0xFFFF == 11 for code in codes)  # noqa: PLR2004 - as it says


def _signatures(lines: list[list[str]]) -> list[Signature]:
    """One for each NEWSIG: what follows it, up to the next, is about it."""
    groups: list[dict[str, list[str]]] = []
    for word, *rest in lines:
        if word == "NEWSIG":
            groups.append({})
        elif groups:
            groups[-1].setdefault(word, rest)
    return [_signature(group) for group in groups]


def _signature(said: dict[str, list[str]]) -> Signature:
    valid = said.get("VALIDSIG")
    if valid and "BADSIG" not in said and "ERRSIG" not in said:
        verdict = Verdict.FITS if "GOODSIG" in said else Verdict.EXPIRED
        return Signature(verdict, valid[-1].upper())
    failed = said.get("ERRSIG")
    if failed and "NO_PUBKEY" in said:
        return Signature(Verdict.UNKNOWN, failed[-1].upper() if len(failed[-1]) >= LONG_ENOUGH else failed[0].upper())
    return Signature(Verdict.BROKEN)
