"""What OpenPGP has to work on in a mail, and the keys that came with it. Nothing is decrypted or checked here."""

import binascii
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from portal import characters
from portal.inbound import kinds, parameters
from portal.inbound.bodies import Leaf, is_body, leaves
from portal.inbound.headers import Headers
from portal.inbound.html_text import as_text
from portal.inbound.parts import MESSAGES, Part
from portal.inbound.values import OpenPGPForm, OpenPGPPart, ReceivedFile

MOST_KEYS: Final = 20
LONGEST_KEY: Final = 1_000_000
LONGEST_LOOKED_AT: Final = 1_000_000
MOST_LOOKED_AT: Final = 50
SIGNATURE: Final = "application/pgp-signature"
OPENPGP_VERSION: Final = "application/pgp-encrypted"
"""The part of encrypted mail that says nothing but that the next one is it."""

# Only at the beginning of a line: what is quoted was said to somebody else, or by somebody else.
ENCRYPTED: Final = (b"-----BEGIN PGP MESSAGE-----", b"-----END PGP MESSAGE-----")
SIGNED: Final = (b"-----BEGIN PGP SIGNED MESSAGE-----", b"-----END PGP SIGNATURE-----")
BEGINS: Final = b"-----BEGIN PGP "
KEY: Final = (b"-----BEGIN PGP PUBLIC KEY BLOCK-----", b"-----END PGP PUBLIC KEY BLOCK-----")
NO_BASE64: Final = re.compile(r"[^A-Za-z0-9+/]")


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A mail that is itself encrypted or signed. `apart`: the parts that are nothing but that, and no files of it."""

    part: OpenPGPPart
    apart: tuple[Part, ...]


def wrapped(root: Part) -> Wrapped | None:
    """As RFC 3156 has it, or what mail servers make of that that do not know it."""
    for part in _containers(root):
        protocol, children = part.described.get("protocol").lower(), part.children
        if part.type == "multipart/signed" and protocol == SIGNATURE and len(children) > 1:
            return _signed(root, *children[:2])
        for version, encrypted in itertools.pairwise(children):
            if version.type == OPENPGP_VERSION:
                return _encrypted(root, version, encrypted)
    return None


def _signed(root: Part, signed: Part, signature: Part) -> Wrapped:
    part = OpenPGPPart(
        form=OpenPGPForm.SIGNED_MIME,
        content=signed.raw(),
        signature=signature.content()[0],
        covers_all=_says_nothing(_own(root), beside=(signed, signature)),
    )
    return Wrapped(part, apart=(signature,))


def _encrypted(root: Part, version: Part, encrypted: Part) -> Wrapped:
    part = OpenPGPPart(
        form=OpenPGPForm.ENCRYPTED_MIME,
        content=encrypted.content()[0],
        covers_all=_says_nothing(_own(root), beside=(version, encrypted)),
    )
    return Wrapped(part, apart=(version, encrypted))


def within(root: Part, *, files: Sequence[ReceivedFile]) -> OpenPGPPart | None:
    """What stands in its text, or else lies in `files`, which say what they are."""
    own, bodies = _own(root), _bodies(root)
    return _inline(own, bodies) or _in_files(bodies, files)


def keys(root: Part, *, files: Sequence[ReceivedFile], sender: str) -> tuple[bytes, ...]:
    """`sender`: whose key an Autocrypt header may bring."""
    found = itertools.islice(_keys(root.headers, _bodies(root), files, sender=sender), MOST_KEYS)
    return tuple(dict.fromkeys(found))


def _own(root: Part) -> list[Leaf]:
    """Without what is in mails that were passed on."""
    return [leaf for leaf in leaves(root) if leaf.within is None]


def _bodies(root: Part) -> list[Leaf]:
    own = enumerate(_own(root))
    return [leaf for number, leaf in own if is_body(leaf, is_first=number == 0)][:MOST_LOOKED_AT]


def _containers(root: Part) -> Iterator[Part]:
    """What is made of parts, outermost first, but not within mails that were passed on."""
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if part.is_multipart and part.type not in MESSAGES:
            yield part
            waiting.extend(reversed(part.children))


def _inline(own: Sequence[Leaf], bodies: Sequence[Leaf]) -> OpenPGPPart | None:
    """`content` is the first such block; whatever stands around it, or in other parts, it does not cover."""
    for leaf in bodies:
        text = _bytes_of(leaf)
        for form, marks in ((OpenPGPForm.SIGNED_INLINE, SIGNED), (OpenPGPForm.ENCRYPTED_INLINE, ENCRYPTED)):
            if block := next(_blocks(text, marks), None):
                around = text[: block.start] + text[block.end :]
                is_all = not around.strip() and _says_nothing(own, beside=(leaf.part,))
                return OpenPGPPart(form=form, content=text[block.start : block.end], covers_all=is_all)
    return None


def _in_files(bodies: Sequence[Leaf], files: Sequence[ReceivedFile]) -> OpenPGPPart | None:
    encrypted = [file for file in files if file.what == kinds.PGP_ENCRYPTED]
    if not encrypted:
        return None
    is_all = len(files) == 1 and _says_nothing(bodies, beside=())
    return OpenPGPPart(form=OpenPGPForm.ENCRYPTED_FILES, content=encrypted[0].content, covers_all=is_all)


def _says_nothing(shown: Sequence[Leaf], *, beside: tuple[Part, ...]) -> bool:
    """Whether these are all that is shown of the mail: anything else is an empty text."""
    others = [each for each in shown if not any(_lies_in(each.part, part) for part in beside)]
    return len(others) <= MOST_LOOKED_AT and all(is_body(each, is_first=True) and _is_blank(each) for each in others)


def _lies_in(part: Part, other: Part) -> bool:
    return part.source is other.source and other.start <= part.start and part.end <= other.end


def _is_blank(leaf: Leaf) -> bool:
    content = leaf.part.content(most=LONGEST_LOOKED_AT)[0]
    if not leaf.is_html:
        return not content.strip()
    return characters.is_blank(as_text(content.decode("utf-8", errors="replace")))


def _bytes_of(leaf: Leaf) -> bytes:
    """A text as it came, apart from what was done to it for the way: signatures cover it so."""
    content = leaf.part.content(most=LONGEST_LOOKED_AT)[0]
    if not leaf.is_html or BEGINS not in content:
        return content
    return as_text(content.decode("utf-8", errors="replace")).encode()


@dataclass(frozen=True, slots=True)
class _Block:
    start: int
    end: int


def _blocks(text: bytes, marks: tuple[bytes, bytes]) -> Iterator[_Block]:
    begin, end = marks
    position = 0
    for _ in range(MOST_KEYS):
        start = _line(text, begin, position)
        stop = _line(text, end, start) if start >= 0 else -1
        if stop < 0:
            return
        position = stop + len(end)
        yield _Block(start, position)


def _line(text: bytes, begins: bytes, position: int) -> int:
    """Where the next line that begins so does; negative if there is none."""
    if position == 0 and text.startswith(begins):
        return 0
    found = text.find(b"\n" + begins, max(position - 1, 0))
    return found + 1 if found >= 0 else -1


def _keys(headers: Headers, bodies: Sequence[Leaf], files: Sequence[ReceivedFile], *, sender: str) -> Iterator[bytes]:
    for file in files:
        if file.what == kinds.PGP_KEY and len(file.content) <= LONGEST_KEY:
            yield file.content
    for leaf in bodies:
        text = _bytes_of(leaf)
        for block in _blocks(text, KEY):
            yield text[block.start : block.end]
    yield from _autocrypt(headers, sender=sender)


def _autocrypt(headers: Headers, *, sender: str) -> Iterator[bytes]:
    """The key in the only Autocrypt header, if it is for the sender; of several, none counts (Autocrypt 1.1)."""
    found = [parameters.describe(b"autocrypt;" + value) for value in headers.all("autocrypt")]
    if len(found) == 1 and sender and found[0].get("addr").lower() == sender:
        letters = NO_BASE64.sub("", found[0].get("keydata"))
        whole = letters[: len(letters) - (len(letters) % 4 == 1)]
        if key := binascii.a2b_base64(whole + "=" * (-len(whole) % 4)):
            yield key
