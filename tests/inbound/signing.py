"""Throw-away DKIM keys, and mails signed by them."""

import base64
from collections.abc import Mapping
from functools import cache
from typing import Final

import dkim
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

SELECTOR: Final = "s1"
HEAD: Final = "From: Ada <ada@example.org>\r\nTo: security@portal.example\r\nSubject: Crash\r\nMIME-Version: 1.0\r\n"
MAIL: Final = f"{HEAD}\r\nIt crashes.\r\n".encode()


SHORT_RECORD: Final = (
    b"v=DKIM1; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAMoSyjcAQF7S86WEpg6U1HdtwaOF/4MjQ55NlgnxowgiZNcuTl2R1oY9DVBDujusp+We"
    b"fKGuNH735YoDWhDOK/sCAwEAAQ=="
)
SHORT_KEY: Final = b"""-----BEGIN RSA PRIVATE KEY-----
MIIBOwIBAAJBAMoSyjcAQF7S86WEpg6U1HdtwaOF/4MjQ55NlgnxowgiZNcuTl2R
1oY9DVBDujusp+WefKGuNH735YoDWhDOK/sCAwEAAQJAb5L0aG4RHMppkWiur7pp
ng/SLVIdhPEBsvSv9YmgNSqcp059Cnh4pr5g7ZIwYxqvIdovORmHZplQz40L+N9l
wQIhAPRT1EGY9X3oJjKlckhgHoOKFkw/I7cBTpaqmp+6CkxxAiEA07ovh4E8b3zx
20aprABZejJKydKyGqwqGPj6QUP3JSsCIGmlfdhHfY9NvIaVx47IESmroeyiOJ0/
MW4wot+CIEXhAiEAyu/KXrcgljvMFcDFIHe1S8qopImu7KHYN9dtBuF+IcECIQCR
PLo9xvYCiT5QMf8Ji//OW7BVqgtghXZLpq8KMGN/3g==
-----END RSA PRIVATE KEY-----
"""
"""Of 512 bits: no library makes such a key any more."""


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@cache
def ed25519_key() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


def rsa_record(bits: int = 2048, *, extra: str = "") -> bytes:
    public = rsa_key(bits).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; {extra}p={base64.b64encode(public).decode()}".encode()


def ed25519_record() -> bytes:
    public = ed25519_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"v=DKIM1; k=ed25519; p={base64.b64encode(public).decode()}".encode()


def signed(
    raw: bytes = MAIL,
    *,
    domain: str = "example.org",
    bits: int = 2048,
    algorithm: bytes = b"rsa-sha256",
    over: tuple[bytes, ...] = (b"from", b"to", b"subject", b"mime-version"),
    canonical: tuple[bytes, bytes] = (b"relaxed", b"relaxed"),
    is_cut: bool = False,
    expires: int = 0,
) -> bytes:
    """The library signs no `x=` of its own accord: it goes in behind the selector."""
    if algorithm == b"ed25519-sha256":
        private = base64.b64encode(ed25519_key().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
    elif bits == 512:
        private = SHORT_KEY
    else:
        private = rsa_key(bits).private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    field = dkim.sign(
        raw,
        f"{SELECTOR}; x={expires}".encode() if expires else SELECTOR.encode(),
        domain.encode(),
        private,
        canonicalize=canonical,
        signature_algorithm=algorithm,
        include_headers=list(over),
        length=is_cut,
    )
    return bytes(field) + raw


class Zone:
    """A find_txt that knows these records, and what it was asked."""

    def __init__(self, records: Mapping[str, bytes]) -> None:
        self.records = records
        self.asked: list[str] = []

    def __call__(self, name: str) -> bytes | None:
        self.asked.append(name)
        return self.records.get(name)


def zone(record: bytes | None = None, *, domain: str = "example.org") -> Zone:
    return Zone({f"{SELECTOR}._domainkey.{domain}": record or rsa_record()})
