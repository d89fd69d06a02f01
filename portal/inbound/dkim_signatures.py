"""DKIM signatures (RFC 6376), checked by dkimpy. Where anything about one is unusual, it does not count.

Not accepted: a signature over a part of the text (`l=`), one that leaves out From or Subject, one by SHA-1, by a key of
less than 1024 bits or one that is only being tried out, one that has expired; and mails that other programs might read
differently from us.
"""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import dkim

from portal.inbound.domains import domain_of, speaks_for
from portal.inbound.headers import Headers, plain, read_head

type FindTxt = Callable[[str], bytes | None]
"""The TXT record of a name; nothing if there is none, or if nobody answers."""

MOST_SIGNATURES: Final = 3
LONGEST_SIGNATURE: Final = 5_000
LONGEST_MAIL: Final = 40_000_000
MOST_LINES: Final = 1_000_000
LEAST_BITS: Final = 1024
FIELD: Final = "dkim-signature"
ALGORITHMS: Final = frozenset({"rsa-sha256", "ed25519-sha256"})
MUST_BE_SIGNED: Final = frozenset({"from", "subject"})
ONCE: Final = frozenset({
    *("from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references"),
    *("mime-version", "content-type", "content-transfer-encoding", "content-disposition"),
})  # fmt: skip
SPACES: Final = re.compile(rb"[ \t]+")
MANY_SPACES: Final = re.compile(r"\s{50}")

SILENT: Final = logging.getLogger(f"{__name__}.unheard")
"""The library would log what stands in a mail."""
SILENT.addHandler(logging.NullHandler())
SILENT.propagate = False


def is_signed_by(domain: str, *, raw: bytes, find_txt: FindTxt) -> bool:
    """Whether the whole mail is signed by that domain or one above it."""
    if len(raw) > LONGEST_MAIL or raw.count(b"\n") > MOST_LINES:
        return False
    headers, body = read_head(raw)
    if not _is_plain(headers):
        return False
    for number, tags in _worth_checking(headers, domain=domain):
        if _fits(raw, body, number, tags, headers=headers, find_txt=find_txt):
            return True
    return False


def _is_plain(headers: Headers) -> bool:
    times = Counter(name for name, _ in headers.fields)
    return times["from"] == 1 and all(times[name] <= 1 for name in ONCE)


def _worth_checking(headers: Headers, *, domain: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The signatures by that domain that would count, with their place among all."""
    signatures = [_tags(value) for value in headers.all(FIELD)]
    chosen = 0
    for number, tags in enumerate(signatures):
        if speaks_for(domain_of(tags.get("d", "")), domain) and _counts(tags, headers=headers):
            chosen += 1
            if chosen > MOST_SIGNATURES:
                return
            yield number, tags


def _tags(value: bytes) -> dict[str, str]:
    text = plain(value)
    if len(value) > LONGEST_SIGNATURE or MANY_SPACES.search(text):
        return {}
    pairs = (each.partition("=") for each in text.split(";"))
    return {name.strip(): said.strip() for name, _, said in pairs}


def _counts(tags: Mapping[str, str], *, headers: Headers) -> bool:
    signed = {each.strip().lower() for each in tags.get("h", "").split(":")}
    required = MUST_BE_SIGNED if headers.has("subject") else {"from"}
    return tags.get("a", "").lower() in ALGORITHMS and "l" not in tags and required <= signed


def _fits(raw: bytes, body: int, number: int, tags: Mapping[str, str], *, headers: Headers, find_txt: FindTxt) -> bool:
    def find(name: bytes, timeout: float = 0) -> bytes | None:  # noqa: ARG001 - whoever looks it up has their own
        return _usable_key(find_txt(name.decode("ascii").rstrip(".")), tags)

    message = raw
    if tags.get("c", "").lower().endswith("/relaxed"):
        # The same to a relaxed signature, and it spares the library long runs of spaces, on which it takes for ever.
        message = raw[:body] + SPACES.sub(b" ", raw[body:])
    try:
        checked = dkim.DKIM(message, logger=SILENT, minkey=LEAST_BITS)
        if [name.decode("ascii").lower() for name, _ in checked.headers] != [name for name, _ in headers.fields]:
            return False
        return bool(checked.verify(idx=number, dnsfunc=find))
    except Exception:  # noqa: BLE001 - it reads what strangers wrote; whatever it fails with, nobody is vouched for
        return False


def _usable_key(record: bytes | None, tags: Mapping[str, str]) -> bytes | None:
    """Nothing for a key that is only being tried out, not for SHA-256, or not for whom the signature names."""
    if record is None:
        return None
    said = _tags(record)
    flags = {each.strip() for each in said.get("t", "").split(":")}
    hashes = {each.strip() for each in said.get("h", "sha256").split(":")}
    is_stranger = "s" in flags and domain_of(tags.get("i", tags["d"])) != domain_of(tags["d"])
    return None if "y" in flags or "sha256" not in hashes or is_stranger else record
