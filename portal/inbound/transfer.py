"""What was put into letters for the way, as it was before; as much of it as is left when the way broke it."""

import binascii
import re
import string
from typing import Final

NOT_BASE64: Final = bytes({*range(256)} - {*(string.ascii_letters + string.digits + "+/=").encode()})
LETTER: Final = re.compile(rb"[A-Za-z0-9+/]")
UU_BEGINS: Final = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)
MOST_PIECES: Final = 1_000
"""How many of them may have been put one after another."""
MOST_UU_LINES: Final = 1_000_000
LONGEST_UU_LINE: Final = 100


def undo(content: bytes, *, encoding: str) -> tuple[bytes, bool]:
    """The bytes, and whether all of them could be read."""
    match encoding:
        case "base64":
            return _from_base64(content)
        case "quoted-printable":
            return binascii.a2b_qp(content), True
        case "x-uuencode" | "uuencode" | "x-uue":
            return _from_uu(content)
        case "" | "7bit" | "8bit" | "binary":
            return content, True
        case _:
            return content, False


def _from_base64(content: bytes) -> tuple[bytes, bool]:
    padding = content.find(b"=")
    if padding < 0 or not LETTER.search(content, padding):
        try:
            return binascii.a2b_base64(content), True
        except binascii.Error:
            pass
    letters = content.translate(None, delete=NOT_BASE64)
    *ended, rest = letters.split(b"=", MOST_PIECES)
    pieces = (_as_far_as_it_goes(piece) for piece in (*ended, rest.replace(b"=", b"")) if piece)
    return b"".join(pieces), False


def _as_far_as_it_goes(letters: bytes) -> bytes:
    whole = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _from_uu(content: bytes) -> tuple[bytes, bool]:
    begin = UU_BEGINS.search(content)
    if begin is None:
        return content, False
    decoded = bytearray()
    position = begin.end()
    for _ in range(MOST_UU_LINES):
        end = content.find(b"\n", position)
        line = content[position : end if end >= 0 else None][:LONGEST_UU_LINE].strip(b"\r")
        if line in {b"end", b"`", b""}:
            return bytes(decoded), True
        try:
            decoded += binascii.a2b_uu(line)
        except binascii.Error:
            break
        if end < 0:
            break
        position = end + 1
    return bytes(decoded), False
