"""HTML of a mail, laid out anew from its words and the few tags that give them form."""

import re
from typing import Final, override

from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import markdown, markdown_links
from portal.inbound.html_stream import APART, LINES, Listener, tell
from portal.plain_text import marked

DEEPEST: Final = 20
LONGEST_LAID_OUT: Final = 500_000
INLINE: Final = {
    "b": "strong",
    "strong": "strong",
    "em": "em",
    "i": "em",
    "s": "s",
    "strike": "s",
    "del": "s",
    "code": "code",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
}
MAIL: Final = re.compile(r"mailto:[^\s@?]{1,200}@[a-z0-9.-]{1,200}", re.IGNORECASE)
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
"""All become the same level: a mail's headings give a page no outline."""
WITHIN: Final = {
    "blockquote": None,
    "li": frozenset({"ol", "ul"}),
    "ol": None,
    "pre": None,
    "table": None,
    "td": frozenset({"tr"}),
    "th": frozenset({"tr"}),
    "tr": frozenset({"table"}),
    "ul": None,
}
"""Blocks that are kept, and directly in which others they make sense."""
ENDS: Final = {"li": ("li",), "td": ("td", "th"), "th": ("td", "th"), "tr": ("tr",)}
"""What the next of its kind ends, where nobody said so."""
OPENED: Final = {"pre": '<pre tabindex="0">'}
SCROLLED: Final = '<div class="scroll" tabindex="0"><table>'
"""A table may be wider than the page; within it, no other scrolls by itself."""
NO_WORDS: Final = frozenset({"ol", "table", "tr", "ul"})


def sanitised(html: str) -> SafeString:
    """For showing on demand: no style, no form, nothing remote; links say where they lead, and go by our own page."""
    writer = _Writer()
    tell(html, to=writer)
    return markdown.cleaned(writer.html())


class _Writer(Listener):
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.blocks: list[str] = []
        self.inlines: list[str] = []
        self.paragraph = ""
        """The tag of the paragraph or heading that is open."""
        self.link: list[str] | None = None
        self.target = ""

    def html(self) -> str:
        self._end_block_at(0)
        return "".join(self.pieces)

    @override
    def begin(self, name: str) -> None:
        if name == "br":
            self._say("<br>")
        elif name in INLINE:
            self._begin_inline(INLINE[name])
        elif name in WITHIN:
            self._begin_block(name)
        elif name in LINES or name in APART:
            self._end_paragraph()
            if name in HEADINGS:
                self._open_paragraph("h4")
            elif name == "hr":
                self._emit("<hr>")

    @override
    def finish(self, name: str) -> None:
        if name in INLINE:
            self._finish_inline(INLINE[name])
        elif name in WITHIN:
            if name in self.blocks:
                self._end_block_at(len(self.blocks) - 1 - self.blocks[::-1].index(name))
        elif name in LINES or name in APART:
            self._end_paragraph()

    @override
    def begin_link(self, target: str) -> None:
        self.finish_link()
        self.link, self.target = [], target

    @override
    def finish_link(self) -> None:
        if self.link is None:
            return
        words, target, self.link = "".join(self.link), self.target, None
        if not target:
            self._say(marked(words))
            return
        self._say(_link(words.strip() or target, target=target))

    @override
    def word(self, text: str) -> None:
        if self.link is not None:
            self.link.append(text)
        elif text.strip() or self.paragraph or "pre" in self.blocks:
            self._say(marked(text))

    def _say(self, html: str) -> None:
        if self.blocks and self.blocks[-1] in NO_WORDS:
            return self._emit_apart(html)
        if not self.paragraph and not {"li", "td", "th", "pre"} & set(self.blocks[-1:]):
            self._open_paragraph("p")
        return self._emit(html)

    def _emit_apart(self, html: str) -> None:
        """Words that stand where a table or list can have none become a paragraph after it."""
        if html.strip():
            self._end_block_at(self._outermost_without_words())
            self._open_paragraph("p")
            self._emit(html)

    def _outermost_without_words(self) -> int:
        at = len(self.blocks)
        while at and self.blocks[at - 1] in NO_WORDS:
            at -= 1
        return at

    def _begin_inline(self, tag: str) -> None:
        if self.link is None and len(self.inlines) < DEEPEST and tag not in self.inlines:
            self._say(f"<{tag}>")
            self.inlines.append(tag)

    def _finish_inline(self, tag: str) -> None:
        if self.link is None and tag in self.inlines:
            while (last := self.inlines.pop()) != tag:
                self._emit(f"</{last}>")
            self._emit(f"</{tag}>")

    def _begin_block(self, name: str) -> None:
        self._end_paragraph()
        for each in ENDS.get(name, ()):
            if each in self.blocks and "table" not in self.blocks[self._last(each) :]:
                self._end_block_at(self._last(each))
        parents = WITHIN[name]
        if len(self.blocks) < DEEPEST and (parents is None or {*self.blocks[-1:]} & parents):
            is_outermost = name == "table" and name not in self.blocks
            self._emit(SCROLLED if is_outermost else OPENED.get(name, f"<{name}>"))
            self.blocks.append(name)

    def _last(self, name: str) -> int:
        return len(self.blocks) - 1 - self.blocks[::-1].index(name)

    def _end_block_at(self, depth: int) -> None:
        self._end_paragraph()
        while len(self.blocks) > depth:
            name = self.blocks.pop()
            is_outermost = name == "table" and name not in self.blocks
            self._emit("</table></div>" if is_outermost else f"</{name}>")

    def _open_paragraph(self, tag: str) -> None:
        self._emit(f"<{tag}>")
        self.paragraph = tag

    def _end_paragraph(self) -> None:
        self.finish_link()
        while self.inlines:
            self._emit(f"</{self.inlines.pop()}>")
        if self.paragraph:
            self._emit(f"</{self.paragraph}>")
            self.paragraph = ""

    def _emit(self, html: str) -> None:
        self.length += len(html)
        if self.length <= LONGEST_LAID_OUT or html.startswith("</"):
            self.pieces.append(html)


def _link(words: str, *, target: str) -> SafeString:
    if markdown_links.leads_to_the_web(target):
        button = '<button type="submit" role="link" form="{}" name="to" value="{}">{}</button>{}'
        return format_html(button, markdown_links.LEAVING, target, marked(words), _place(target, shown=words))
    if MAIL.fullmatch(target):
        return format_html('<a href="{}">{}</a>{}', target, marked(words), _place(target, shown=words))
    return format_html("{} ({})", marked(words), marked(target[: markdown_links.LONGEST_ADDRESS]))


def _place(target: str, *, shown: str) -> SafeString:
    """Behind the link, unless its words say it."""
    place = markdown_links.place(target)
    return format_html(' <span class="link-host">({})</span>', marked(place)) if place not in shown else marked("")
