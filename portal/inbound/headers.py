"""The head of a mail, or of a part of it: fields as bytes, and as lines that are what they seem."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from portal import characters
from portal.inbound import charsets

MOST_LINES: Final = 3_000
"""What comes after them is left out; the body is still found."""
LONGEST_VALUE: Final = 65_536

FIELD: Final = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
ENCODED_WORD: Final = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=")
SPACES: Final = re.compile(" {2,}")
END_OF_HEAD: Final = re.compile(rb"\n\r?\n")


@dataclass(frozen=True, slots=True)
class Headers:
    """Fields in their order, names in lower case, values unfolded and not yet decoded."""

    fields: tuple[tuple[str, bytes], ...] = ()

    def all(self, name: str) -> list[bytes]:
        return [value for each, value in self.fields if each == name]

    def first(self, name: str) -> bytes:
        return next((value for each, value in self.fields if each == name), b"")

    def has(self, name: str) -> bool:
        return any(each == name for each, _ in self.fields)

    def line(self, name: str) -> str:
        """The first such field as one line that people read."""
        return line(self.first(name))

    def lines(self, name: str) -> list[str]:
        return [line(value) for value in self.all(name)]

    def token(self, name: str) -> str:
        """The first such field as programs compare it: plain, in lower case."""
        return plain(self.first(name)).strip().lower()


def read_head(
    source: bytes, start: int = 0, *, end: int | None = None, most_lines: int = MOST_LINES
) -> tuple[Headers, int]:
    """The fields that begin at `start`, and where the body begins."""
    stop = len(source) if end is None else end
    fields: list[tuple[str, list[bytes]]] = []
    position = start
    for _ in range(most_lines):
        until = source.find(b"\n", position, stop)
        until = stop if until < 0 else until
        content = source[position : min(until, position + LONGEST_VALUE)].removesuffix(b"\r")
        is_end = not content
        if not is_end and not _took(content, fields, is_first=position == start):
            break
        position = min(until + 1, stop)
        if is_end or position >= stop:
            break
    else:
        position = _after_head(source, position, stop)
    return Headers(tuple((name, b" ".join(pieces)[:LONGEST_VALUE]) for name, pieces in fields)), position


def _took(content: bytes, fields: list[tuple[str, list[bytes]]], *, is_first: bool) -> bool:
    """Whether this line belongs to the head; a line that cannot is the body's first."""
    if content[:1] in {b" ", b"\t"} and fields:
        fields[-1][1].append(content.strip())
        return True
    if found := FIELD.match(content):
        fields.append((found[1].decode("ascii").lower(), [content[found.end() :].strip()]))
        return True
    return is_first and content.startswith((b"From ", b">From "))


def _after_head(source: bytes, position: int, stop: int) -> int:
    found = END_OF_HEAD.search(source, max(position - 1, 0), stop)
    return found.end() if found else stop


def plain(value: bytes) -> str:
    """Without encoded words read: for what programs write to each other."""
    return characters.CONTROLS.sub("", _decoded(value))


def line(value: bytes) -> str:
    """One line: encoded words read (RFC 2047), and nothing in it that breaks a line, hides or turns it round."""
    return one_line(unencoded(_decoded(value)))


def _decoded(value: bytes) -> str:
    value = value.replace(b"\x00", b"")
    return value.decode("ascii") if value.isascii() else charsets.read(value, charset="").text


def one_line(text: str) -> str:
    text = characters.LINE_BREAKS.sub(" ", text).replace("\t", " ")
    for deceiving in (characters.UNSTORABLE, characters.CONTROLS, characters.DIRECTION_CONTROLS):
        text = deceiving.sub("", text)
    return SPACES.sub(" ", text).strip()


def unencoded(text: str) -> str:
    """Encoded words as what they say; several in a row are read together, since some cut characters in two."""
    if "=?" not in text:
        return text
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    end, charset, waiting = 0, "", b""
    for found in ENCODED_WORD.finditer(text):
        between = text[end : found.start()]
        named = found[1].partition("*")[0].lower()
        if waiting and (between.strip() or named != charset):
            yield charsets.read(waiting, charset=charset).text
            waiting = b""
        if between.strip() or not end:
            yield between
        waiting += _word(found[3], is_base64=found[2] in "bB")
        end, charset = found.end(), named
    yield charsets.read(waiting, charset=charset).text
    yield text[end:]


def _word(content: str, *, is_base64: bool) -> bytes:
    plain_bytes = content.encode("utf-8", errors="replace")
    if not is_base64:
        return binascii.a2b_qp(plain_bytes, header=True)
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", plain_bytes)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
