"""What a file of a mail is called, and, where not everybody can open it, what it is."""

import mimetypes
import re
from typing import Final

from portal.file_names import NAMELESS, safe_name
from portal.inbound.parameters import TYPE
from portal.inbound.parts import Part

OCTETS: Final = "application/octet-stream"
TYPES: Final = mimetypes.MimeTypes(filenames=())
"""Python's own list, the same on every machine."""
EXTENSIONS: Final = {
    "application/pgp-encrypted": ".asc",
    "application/pgp-keys": ".asc",
    "application/pgp-signature": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "message/feedback-report": ".txt",
    "message/global": ".eml",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
    "text/x-amp-html": ".html",
}

CALENDAR: Final = "a calendar entry"
FORWARDED: Final = "a forwarded mail"
RETURNED: Final = "the mail that came back"
DELIVERY: Final = "what the other mail server says about it"
OUTLOOK: Final = "files packed by Outlook in a form of its own (TNEF)"
SMIME_SIGNATURE: Final = "an S/MIME signature"
SMIME_SIGNED: Final = "a mail within an S/MIME signature"
SMIME_ENCRYPTED: Final = "a mail encrypted by S/MIME"
PGP_ENCRYPTED: Final = "encrypted by OpenPGP"
PGP_KEY: Final = "an OpenPGP key"
PGP_SIGNATURE: Final = "an OpenPGP signature"

BY_TYPE: Final = {
    "application/ics": CALENDAR,
    "application/ms-tnef": OUTLOOK,
    "application/pgp-keys": PGP_KEY,
    "application/pgp-signature": PGP_SIGNATURE,
    "application/pkcs7-signature": SMIME_SIGNATURE,
    "application/vnd.ms-tnef": OUTLOOK,
    "application/x-pkcs7-signature": SMIME_SIGNATURE,
    "message/delivery-status": DELIVERY,
    "message/global": FORWARDED,
    "message/global-delivery-status": DELIVERY,
    "message/rfc822": FORWARDED,
    "text/calendar": CALENDAR,
    "text/rfc822-headers": RETURNED,
}
BY_EXTENSION: Final = {
    "ics": CALENDAR,
    "p7m": SMIME_ENCRYPTED,
    "p7s": SMIME_SIGNATURE,
    "sig": PGP_SIGNATURE,
}
BY_ARMOR: Final = (
    (b"-----BEGIN PGP MESSAGE-----", PGP_ENCRYPTED),
    (b"-----BEGIN PGP PUBLIC KEY BLOCK-----", PGP_KEY),
    (b"-----BEGIN PGP SIGNATURE-----", PGP_SIGNATURE),
)
BY_PACKET: Final = {
    1: PGP_ENCRYPTED,
    2: PGP_SIGNATURE,
    3: PGP_ENCRYPTED,
    6: PGP_KEY,
    9: PGP_ENCRYPTED,
    18: PGP_ENCRYPTED,
}
"""What the first packet of a binary file says (RFC 9580)."""
OPENPGP_EXTENSIONS: Final = frozenset({"asc", "gpg", "key", "pgp", "pub"})
SIGNED_DATA: Final = re.compile(r"signed|certs-only")


def name_of(part: Part, *, otherwise: str = NAMELESS) -> str:
    """The name that its sender gave it, or one that says what it is. Always usable."""
    named = part.disposition.get("filename") or part.described.get("name")
    if named:
        return safe_name(named)
    return safe_name(otherwise) + extension(part.type)


def extension(content_type: str) -> str:
    return EXTENSIONS.get(content_type) or TYPES.guess_extension(content_type) or ""


def type_of(part: Part) -> str:
    return part.type if TYPE.fullmatch(part.type) else OCTETS


def what_is(part: Part, *, name: str, content: bytes) -> str:
    """Empty for files that speak for themselves. What OpenPGP made is known by its content."""
    if part.type in {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
        return SMIME_SIGNED if SIGNED_DATA.search(part.described.get("smime-type")) else SMIME_ENCRYPTED
    extension = name.lower().rpartition(".")[2]
    if name.lower() == "winmail.dat":
        return OUTLOOK
    by_content = _by_armor(content) or (_by_packet(content) if extension in OPENPGP_EXTENSIONS else "")
    return by_content or BY_TYPE.get(part.type) or BY_EXTENSION.get(extension, "")


def _by_armor(content: bytes) -> str:
    head = content[:200].lstrip()
    return next((what for begins, what in BY_ARMOR if head.startswith(begins)), "")


def _by_packet(content: bytes) -> str:
    first = content[0] if content else 0
    if not first & 0x80:
        return ""
    return BY_PACKET.get(first & 0x3F if first & 0x40 else (first >> 2) & 0x0F, "")
