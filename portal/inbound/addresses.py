"""Addresses in a header (RFC 5322), as programs write them and as they ought to. None of them proves anything."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from portal.inbound.headers import one_line, plain, unencoded
from portal.inbound.values import Address

MOST: Final = 500
LONGEST: Final = 100_000
"""Characters that are looked through for them."""
LONGEST_NAME: Final = 300
LONGEST_ADDRESS: Final = 320
TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.)*)"?|([(),:;<>])|([^"(),:;<>]+)', re.DOTALL)
ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
NOT_IN_ADDRESS: Final = r"\s<>()\[\],;:@\"\\\x00-\x20\x7f"
ADDRESS: Final = re.compile(rf"(?<![^{NOT_IN_ADDRESS}])[^{NOT_IN_ADDRESS}]++@[^{NOT_IN_ADDRESS}]++")


def addresses(values: Iterable[bytes]) -> list[Address]:
    """Everything that stands in these fields and has an address, in order, each as often as it stands there."""
    found: list[Address] = []
    left = LONGEST
    for value in values:
        found += _Reader(plain(value)[:left]).read()
        left -= len(value)
        if left <= 0 or len(found) >= MOST:
            break
    return found[:MOST]


def one_address(value: bytes) -> str:
    """The only address in it, in lower case; empty if there is none, or another."""
    found = addresses([value])
    return found[0].address if len(found) == 1 else ""


class _Reader:
    """Reads tokens; commas and semicolons end an address, unless they stand in quotes or in a comment."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._begin()

    def _begin(self) -> None:
        self.words: list[str] = []
        self.comment: list[str] = []
        self.angled: list[str] | None = None
        self.is_closed = False

    def read(self) -> Iterator[Address]:
        depth = 0
        for found in TOKEN.finditer(self.text):
            quoted, mark, word = found.groups()
            if mark in {"(", ")"}:
                depth = max(0, depth + (1 if mark == "(" else -1))
            elif depth:
                self.comment.append(found[0])
            elif mark in {",", ";"}:
                yield from self._ended()
            elif mark == ":":
                self._colon()
            elif mark == "<":
                self.angled, self.is_closed = [], False
            elif mark == ">":
                self.is_closed = True
            else:
                self._take(ESCAPED.sub(r"\1", quoted) if quoted is not None else word, is_quoted=quoted is not None)
        yield from self._ended()

    def _colon(self) -> None:
        """What stood before it was the name of a group, or, within angles, a way to go."""
        if self.angled is None:
            self.words = []
        else:
            self.angled = []

    def _take(self, word: str, *, is_quoted: bool) -> None:
        if self.angled is not None and not self.is_closed:
            self.angled.append(f'"{word}"' if is_quoted and not ADDRESS.fullmatch(word) else word)
        else:
            self.words.append(word)

    def _ended(self) -> Iterator[Address]:
        words = "".join(self.words)
        if self.angled is not None:
            address, name = _only("".join(self.angled)), words or "".join(self.comment)
        else:
            address, name = _only(words), "".join(self.comment)
        if address:
            yield Address(one_line(unencoded(name))[:LONGEST_NAME], address)
        self._begin()


def _only(text: str) -> str:
    """The address in it; of several, none, since nobody knows which is meant."""
    found = ADDRESS.search(text) if text.count("@") == 1 else None
    return one_line(found[0]).lower() if found and len(found[0]) <= LONGEST_ADDRESS else ""
