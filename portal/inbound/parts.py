"""A mail as the parts that it is made of (RFC 2046), in one pass over its bytes and without recursion.

Depth, number and order of the parts are the sender's to choose, and cost nothing out of proportion (DOS-04).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from portal.inbound import parameters, transfer
from portal.inbound.headers import MOST_LINES, Headers, read_head
from portal.inbound.parameters import Described

MOST_PARTS: Final = 10_000
DEEPEST: Final = 1_000
MOST_MARKS: Final = 100_000
MOST_LINES_OF_A_PART: Final = 200
LONGEST_MARK: Final = 1_000
PLAIN: Final = "text/plain"
MESSAGE: Final = "message/rfc822"
MESSAGES: Final = frozenset({MESSAGE, "message/global", "message/news"})
FIRST_MARK: Final = re.compile(rb"\s{0,500}--(\S[^\r\n]{0,200})\r?\n")


@dataclass(slots=True)
class Part:
    """A piece of `source`: its head from `start`, its body from `body`, up to `end`."""

    source: bytes = field(repr=False)
    headers: Headers
    described: Described
    start: int
    body: int
    end: int
    mark: bytes = b""
    """The boundary between its children, if it is made of any."""
    children: list["Part"] = field(default_factory=list)

    @property
    def type(self) -> str:
        return self.described.value

    @property
    def is_multipart(self) -> bool:
        """With parts in it: a multipart in which no mark was found is a text like any other."""
        return bool(self.children) and self.type not in MESSAGES

    @property
    def disposition(self) -> Described:
        return parameters.describe(self.headers.first("content-disposition"))

    @property
    def encoding(self) -> str:
        return self.headers.token("content-transfer-encoding")

    def raw(self) -> bytes:
        """Head and body exactly as they came, as signatures cover them."""
        return self.source[self.start : self.end]

    def content(self, *, most: int | None = None) -> tuple[bytes, bool]:
        """The body without its transfer encoding, and whether it was whole. `most`: bytes of it that are wanted."""
        end = self.end if most is None else min(self.end, self.body + 4 * most)
        found, is_whole = transfer.undo(self.source[self.body : end], encoding=self.encoding)
        return found if most is None else found[:most], is_whole or end < self.end

    def walk(self) -> Iterator["Part"]:
        """Itself and everything in it, in order."""
        waiting = [self]
        while waiting:
            each = waiting.pop()
            yield each
            waiting.extend(reversed(each.children))


@dataclass(frozen=True, slots=True)
class Tree:
    root: Part
    is_cut: bool
    """Its last mark never came."""
    is_too_much: bool
    """There are more parts than are told apart: the last one holds the rest."""


def read(source: bytes) -> Tree:
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: bytes) -> None:
        self.source = source
        self.open: list[Part] = []
        """From the outermost to the one that is being read; all of them end at the next mark, or further down."""
        self.depths: dict[bytes, list[int]] = {}
        """Where in `open` the parts with such a mark are."""
        self.count = 0

    def read(self) -> Tree:
        root = self._begin(0, otherwise=PLAIN)
        position, marks = self.open[-1].body - 1, 0
        while self.depths and marks < MOST_MARKS and self.count < MOST_PARTS:
            position = self.source.find(b"\n--", position)
            if position < 0:
                break
            marks += 1
            position = self._follow(position)
        is_too_much = marks >= MOST_MARKS or self.count >= MOST_PARTS
        return Tree(root, is_cut=bool(self.depths), is_too_much=is_too_much)

    def _follow(self, position: int) -> int:
        """Read the line, and go on from where it leads."""
        until = self.source.find(b"\n", position + 3)
        until = len(self.source) if until < 0 else until
        mark = self.source[position + 3 : min(until, position + 3 + LONGEST_MARK)].rstrip()
        is_last = mark not in self.depths and mark.endswith(b"--")
        mark = mark[:-2] if is_last else mark
        if mark not in self.depths:
            return position + 3
        self._close(self.depths[mark][-1], at=position)
        if is_last:
            self._forget(self.open[-1])
            return max(position + 3, until - 1)
        parent = self.open[-1]
        otherwise = MESSAGE if parent.type == "multipart/digest" else PLAIN
        parent.children.append(self._begin(until + 1, otherwise=otherwise))
        return self.open[-1].body - 1

    def _begin(self, start: int, *, otherwise: str) -> Part:
        """A part begins here, and if it is itself a mail, so does that."""
        first = part = self._head(start, otherwise=otherwise)
        while part.type in MESSAGES and part.encoding in {"", "7bit", "8bit", "binary"} and self._has_room():
            inner = self._head(part.body, otherwise=PLAIN)
            part.children.append(inner)
            part = inner
        return first

    def _head(self, start: int, *, otherwise: str) -> Part:
        start = min(start, len(self.source))
        most_lines = MOST_LINES_OF_A_PART if self.open else MOST_LINES
        headers, body = read_head(self.source, start, most_lines=most_lines)
        described = parameters.content_type(headers.first("content-type"), otherwise=otherwise)
        part = Part(self.source, headers, described, start, body, len(self.source))
        if described.value.startswith("multipart/") and len(self.open) < DEEPEST:
            part.mark = self._mark(part)
        if part.mark:
            self.depths.setdefault(part.mark, []).append(len(self.open))
        self.open.append(part)
        self.count += 1
        return part

    def _mark(self, part: Part) -> bytes:
        """What stands between its children; where that is not said, or not true, what the body begins with."""
        named = part.described.get("boundary").encode("utf-8", errors="replace").rstrip()[:LONGEST_MARK]
        if named and (self.open or self.source.find(b"\n--" + named, part.body - 1) >= 0):
            return named
        found = FIRST_MARK.match(self.source, part.body)
        return found[1].rstrip() if found else named

    def _has_room(self) -> bool:
        return len(self.open) < DEEPEST and self.count < MOST_PARTS

    def _close(self, depth: int, *, at: int) -> None:
        """All that is open within the part at this depth ends before the line end that stands at `at`."""
        end = at - 1 if self.source[at - 1 : at] == b"\r" else at
        while len(self.open) > depth + 1:
            part = self.open.pop()
            self._forget(part, depth=len(self.open))
            part.end = max(end, part.body) if part.body <= at + 1 else part.body

    def _forget(self, part: Part, *, depth: int | None = None) -> None:
        """Its mark means nothing any more."""
        depths = self.depths.get(part.mark, [])
        at = len(self.open) - 1 if depth is None else depth
        if part.mark and depths and depths[-1] == at:
            depths.pop()
            if not depths:
                del self.depths[part.mark]
