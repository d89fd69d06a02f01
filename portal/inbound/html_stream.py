"""HTML of strangers as a stream of tags and words. No tree is built, so that no nesting costs more than its length."""

import contextlib
import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from portal import characters

LONGEST_READ: Final = 1_000_000
MOST_TOLD: Final = 300_000
"""Tags and pieces of words; what comes after them is left out."""
UNSEEN: Final = frozenset({
    *("script", "style", "title", "template", "noframes", "noembed", "iframe", "object", "applet", "audio", "video"),
    *("canvas", "math", "svg", "datalist"),
})  # fmt: skip
"""What is in them is no text of the mail."""
VOID: Final = frozenset({"area", "base", "col", "embed", "img", "input", "link", "meta", "param", "source", "wbr"})
LINES: Final = frozenset({
    *("address", "article", "aside", "body", "caption", "center", "dd", "details", "dir", "div", "dl", "dt"),
    *("fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "html", "legend", "li", "main", "menu"),
    *("nav", "ol", "option", "section", "summary", "table", "tbody", "textarea", "tfoot", "thead", "tr", "ul"),
})  # fmt: skip
"""Each begins and ends a line."""
APART: Final = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "p", "pre"})
"""These have an empty line around them as well."""
SPACE: Final = re.compile(r"[ \t\n\r\f\xa0]+")
LEADS_OUT: Final = ("http://", "https://", "mailto:", "ftp://")


class Listener:
    """Told of what can be seen, in order. Names are in lower case; an image is told as the words that stand for it."""

    def begin(self, name: str) -> None:
        raise NotImplementedError

    def finish(self, name: str) -> None:
        raise NotImplementedError

    def begin_link(self, target: str) -> None:
        """`target`: empty where it leads nowhere outside."""
        raise NotImplementedError

    def finish_link(self) -> None:
        raise NotImplementedError

    def word(self, text: str) -> None:
        raise NotImplementedError


def tell(html: str, *, to: Listener) -> None:
    target = _Target(to)
    parser = etree.HTMLParser(target=target, encoding="utf-8", recover=True)
    with contextlib.suppress(_Enough, etree.LxmlError):
        parser.feed(characters.UNSTORABLE.sub("", html[:LONGEST_READ]).encode())
        parser.close()
    target.tell_words()


class _Enough(Exception):
    """There is more of it than is read."""


class _Target:
    """What lxml's parser calls; its method names are lxml's."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.told = 0
        self.words: list[str] = []
        """Told together: the parser finds them in pieces."""
        self.unseen = ""
        self.depth = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._count()
        self.tell_words()
        name = tag.lower()
        if self.unseen:
            self.depth += name == self.unseen
        elif name in UNSEEN:
            self.unseen, self.depth = name, 1
        elif name == "a":
            target = characters.storable(attributes.get("href") or "").strip()
            self.listener.begin_link(target if target.lower().startswith(LEADS_OUT) else "")
        elif name == "img":
            words = SPACE.sub(" ", attributes.get("alt") or "").strip()
            if words:
                self.listener.word(f"[image: {characters.storable(words)}]")
        elif name not in VOID:
            self.listener.begin(name)

    def end(self, tag: str) -> None:
        self._count()
        self.tell_words()
        name = tag.lower()
        if self.unseen:
            self.depth -= name == self.unseen
            self.unseen = self.unseen if self.depth else ""
        elif name == "a":
            self.listener.finish_link()
        elif name not in VOID:
            self.listener.finish(name)

    def data(self, text: str) -> None:
        self._count()
        if not self.unseen:
            self.words.append(text)

    def tell_words(self) -> None:
        if self.words:
            self.listener.word(characters.storable("".join(self.words)))
            self.words = []

    def comment(self, text: str) -> None:
        """Nobody sees it."""

    def pi(self, target: str, content: str | None = None) -> None:
        """Nobody sees it."""

    def close(self) -> None:
        """Nothing waits for the end."""

    def _count(self) -> None:
        self.told += 1
        if self.told > MOST_TOLD:
            raise _Enough
