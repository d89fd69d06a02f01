"""What a signature says of a mail: good if it covers all that is shown and its key is the sender's (EML-09). Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from portal.openpgp.findings import Signature, Verdict
from reports.enums import Signed

EXPIRED: Final = "The key that signed it, or its signature, has expired or was revoked."
UNKNOWN: Final = "Its signature could not be checked: we do not have the key that made it."
UNREADABLE: Final = "It claims to be signed, and no signature could be read."


@dataclass(frozen=True, slots=True)
class SignedBy:
    signed: Signed = Signed.NOT
    signer: str = ""
    oddities: Sequence[str] = ()


def judged(
    signatures: Sequence[Signature], *, known: Collection[str], covers_all: bool, is_claimed: bool = False
) -> SignedBy:
    """`known`: fingerprints of the sender's keys. `is_claimed`: the mail says that it is signed."""
    if not signatures:
        return SignedBy(Signed.BAD, oddities=[UNREADABLE]) if is_claimed else SignedBy()
    if any(each.verdict is Verdict.BROKEN for each in signatures):
        return SignedBy(Signed.BAD)
    for each in signatures:
        if each.verdict is Verdict.FITS and each.fingerprint in known:
            return SignedBy(Signed.GOOD if covers_all else Signed.PARTIAL, each.fingerprint)
    first = signatures[0]
    why = {Verdict.EXPIRED: [EXPIRED], Verdict.UNKNOWN: [UNKNOWN]}.get(first.verdict, [])
    return SignedBy(Signed.FOREIGN, first.fingerprint, why)


def weakened(by: SignedBy) -> SignedBy:
    """The same, where something is shown that it does not cover."""
    return replace(by, signed=Signed.PARTIAL) if by.signed is Signed.GOOD else by
