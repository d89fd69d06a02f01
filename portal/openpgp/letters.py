"""Mail that goes out encrypted and signed: PGP/MIME (RFC 3156), with the subject inside.

What stands outside, mail servers need to deliver it and mail programs to gather it: addresses, moment, Message-ID.
"""

from email.message import EmailMessage, Message
from email.policy import SMTP
from typing import Final

from pysequoia import Cert, encrypt

from portal.openpgp.own import own_key

SUBJECT: Final = "..."
"""Outside; mail programs put the inner one in its place."""
INSIDE_TOO: Final = ("Subject", "From", "To", "Reply-To", "Date", "Message-ID")
STAYS_OUTSIDE: Final = frozenset({"subject", "mime-version"})


class NotEncrypted(Exception):
    """Nothing can be encrypted to the certificate. The mail must not go as it is."""


def in_envelope(letter: EmailMessage, *, to: str, is_ours: bool = True) -> EmailMessage:
    """`letter` as a mail that only the owner of the certificate `to` can read, signed if it is ours. Raises
    `NotEncrypted`.
    """
    own = own_key() if is_ours else None
    try:
        recipient = Cert.from_bytes(to.encode())
        armour = encrypt(_inside(letter), recipients=[recipient], signer=own.signer if own else None)
    except Exception:  # noqa: BLE001 - the library has no kinds of them
        raise NotEncrypted from None
    return _around(letter, armour.decode("ascii"))


def _inside(letter: EmailMessage) -> bytes:
    inner = EmailMessage(policy=SMTP)
    for name, value in letter.items():
        if name.lower().startswith("content-"):
            inner[name] = value
    inner.set_param("protected-headers", "v1")
    for name in INSIDE_TOO:
        if name in letter:
            inner[name] = letter[name]
    inner.set_payload(letter.get_payload())
    return inner.as_bytes(policy=SMTP)


def _around(letter: EmailMessage, armour: str) -> EmailMessage:
    outer = EmailMessage(policy=letter.policy)
    for name, value in letter.items():
        if name.lower() not in STAYS_OUTSIDE and not name.lower().startswith("content-"):
            outer[name] = value
    outer["Subject"] = SUBJECT
    outer["MIME-Version"] = "1.0"
    outer["Content-Type"] = 'multipart/encrypted; protocol="application/pgp-encrypted"'
    outer.set_payload(
        [_part("application/pgp-encrypted", "Version: 1\n"), _part("application/octet-stream", armour, "encrypted.asc")]
    )
    return outer


def _part(kind: str, text: str, name: str = "") -> Message:
    part = Message(policy=SMTP)
    part["Content-Type"] = f'{kind}; name="{name}"' if name else kind
    part["Content-Transfer-Encoding"] = "7bit"
    if name:
        part["Content-Disposition"] = f'inline; filename="{name}"'
    part.set_payload(text)
    return part
