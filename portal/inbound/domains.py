"""Domains as they are compared: in lower case, in ASCII, without a dot at the end."""

from typing import Final

LONGEST: Final = 253


def domain_of(address: str) -> str:
    """Of a mail address or a domain alone; empty if it is none."""
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    if not domain.isascii():
        try:
            domain = domain[:LONGEST].encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return domain if len(domain) <= LONGEST else ""


def speaks_for(signer: str, domain: str) -> bool:
    """Whether `signer` is the domain, or one above it; a whole top-level domain signs nothing."""
    return "." in signer and (domain == signer or domain.endswith(f".{signer}"))
