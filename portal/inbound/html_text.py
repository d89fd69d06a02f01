"""HTML as the text that a reader would see of it: for reading first, and for telling quotes from words."""

import re
from typing import Final, override

from portal.inbound.html_stream import APART, LINES, LONGEST_READ, SPACE, Listener, tell
from portal.markdown_links import LONGEST_ADDRESS

DEEPEST_QUOTE: Final = 5
CELLS: Final = frozenset({"td", "th"})
MANY_LINES: Final = re.compile(r"\n{3,}")
SPACE_AT_END: Final = re.compile(r"(?<![ \t])[ \t]++\n")


def as_text(html: str) -> str:
    """Quotes are marked by `>`, and behind each link stands where it leads."""
    writer = _Writer()
    tell(html, to=writer)
    return writer.text()


class _Writer(Listener):
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.length = 0
        self.line: list[str] = []
        self.targets: list[tuple[str, int]] = []
        """Links that have begun, with how much of the line stood there before."""
        self.quotes = 0
        self.preformatted = 0

    def text(self) -> str:
        self._break()
        return MANY_LINES.sub("\n\n", SPACE_AT_END.sub("\n", "".join(self.lines))).strip("\n")

    @override
    def begin(self, name: str) -> None:
        if name == "br":
            self._break(forced=True)
        elif name in APART or name in LINES:
            self._break(apart=name in APART)
        elif name in CELLS and self.line:
            self.line.append(" | ")
        if name == "hr":
            self.line.append("----------")
        elif name == "li":
            self.line.append("- ")
        elif name == "pre":
            self.preformatted += 1
        elif name == "blockquote":
            self.quotes += 1

    @override
    def finish(self, name: str) -> None:
        if name in APART or name in LINES:
            self._break()
        if name == "pre":
            self.preformatted = max(0, self.preformatted - 1)
        elif name == "blockquote":
            self.quotes = max(0, self.quotes - 1)
        if name in APART:
            self._break(apart=True)

    @override
    def begin_link(self, target: str) -> None:
        self.targets.append((target[:LONGEST_ADDRESS], len(self.line)))

    @override
    def finish_link(self) -> None:
        if not self.targets:
            return
        target, began = self.targets.pop()
        shown = "".join(self.line[began:])
        if target and target.removeprefix("mailto:").rstrip("/") not in shown:
            self.line.append(f" <{target}>" if shown.strip() else f"<{target}>")

    @override
    def word(self, text: str) -> None:
        if self.preformatted:
            first, *others = text.replace("\r\n", "\n").split("\n")
            self.line.append(first)
            for each in others:
                self._break(forced=True)
                self.line.append(each)
            return
        spaced = SPACE.sub(" ", text)
        if not self.line or self.line[-1].endswith(" "):
            spaced = spaced.removeprefix(" ")
        if spaced:
            self.line.append(spaced)

    def _break(self, *, forced: bool = False, apart: bool = False) -> None:
        """End the line, if one has begun; a forced one may be empty."""
        words = "".join(self.line).strip("\n")
        self.line = []
        self.targets = [(target, 0) for target, _ in self.targets[:1]]
        mark = ">" * min(self.quotes, DEEPEST_QUOTE)
        if words.strip() or forced:
            self._add(f"{mark} {words}\n" if mark else f"{words}\n")
        if apart and self.lines and self.lines[-1].strip("> \n"):
            self._add(f"{mark}\n")

    def _add(self, line: str) -> None:
        """Quote marks make a text longer than what it was made of, but not without end."""
        self.length += len(line)
        if self.length <= LONGEST_READ:
            self.lines.append(line)
