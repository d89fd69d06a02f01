"""Markdown of strangers as HTML. No other module may call a string safe (RND-01).

Raw HTML is off, nothing remote is ever loaded, a link says where it really leads and leads to a page of ours that says
it once more (RND-03), and what comes out passes an allow-list. Time is bounded: what would take too long is shown as it
was typed.
"""

import re
from collections.abc import Sequence
from typing import Final, override

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from portal import characters, plain_text
from portal.markdown_links import (
    LEAVING,
    LONGEST_ADDRESS,
    is_plain,
    lead_to_our_page,
    leads_to_the_web,
    link_bare_addresses,
    tell_targets,
)

LONGEST_SHOWN: Final = 200_000
MOST_MARKUP: Final = 15_000
"""Marks and line ends; ordinary text of the greatest length has half of it."""
ADDRESS_WEIGHT: Final = 5
ITEM_WEIGHT: Final = 3
MOST_CELLS: Final = 40_000
DEEPEST: Final = 20
MARKUP: Final = "[]!*_~`<>&|\\\n"
LIST_ITEM: Final = re.compile(r"^[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t\n]", re.MULTILINE)

TOO_LONG: Final = f"Only the first {LONGEST_SHOWN:,} characters are shown."
AS_TYPED: Final = "This text has too much formatting to lay out, so it is shown as it was typed."


def _only_true_targets(tag: str, attribute: str, value: str) -> str | None:
    return None if (tag, attribute) == ("button", "value") and not leads_to_the_web(value) else value


CLEANER: Final = nh3.Cleaner(
    tags={
        *("p", "br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote"),
        *("ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td", "span", "div", "button"),
    },
    attributes={"*": set(), "a": {"href"}, "button": {"value"}, "ol": {"start"}, "span": {"title"}},
    attribute_filter=_only_true_targets,
    tag_attribute_values={
        "pre": {"tabindex": {"0"}},
        "div": {"tabindex": {"0"}, "class": {"scroll"}},
        "button": {"type": {"submit"}, "role": {"link"}, "form": {LEAVING}, "name": {"to"}},
        "p": {"class": {"rendering-note"}},
        "span": {"class": {"invisible-mark", "link-host"}},
        "th": {"class": {"align-center", "align-right"}},
        "td": {"class": {"align-center", "align-right"}},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer nofollow",
)


def render(text: str) -> SafeString:
    """Headings begin at h3: a text stands in a section of the page that has its own h2."""
    text = characters.storable(text)
    note = _note(TOO_LONG) if len(text) > LONGEST_SHOWN else ""
    text = text[:LONGEST_SHOWN]
    rendered = None if _costs_too_much(text) else _laid_out(text)
    if rendered is None:
        rendered = _note(AS_TYPED) + _block(text)
    return cleaned(note + rendered)


def cleaned(html: str) -> SafeString:
    """HTML that was laid out here or, for mail, by `portal.inbound.html`, behind the same allow-list."""
    return mark_safe(CLEANER.clean(html))  # noqa: S308 - the one place, behind the allow-list  # nosec B308, B703


def _costs_too_much(text: str) -> bool:
    """Cells count as in a table as wide as the widest line, because short rows are filled up."""
    lines = text.split("\n")
    cells = max(line.count("|") for line in lines) * len(lines)
    marks = sum(map(text.count, MARKUP))
    marks += ADDRESS_WEIGHT * text.count("://") + ITEM_WEIGHT * len(LIST_ITEM.findall(text))
    return cells > MOST_CELLS or marks > MOST_MARKUP


def _laid_out(text: str) -> str | None:
    """Nothing when quotes or lists nest so deep that the parser would drop what is inside."""
    env: EnvType = {}
    tokens = PARSER.parse(text, env)
    if any(token.level >= DEEPEST - 1 for token in tokens):
        return None
    return str(PARSER.renderer.render(tokens, PARSER.options, env))


def _note(sentence: str) -> str:
    return f'<p class="rendering-note">{sentence}</p>\n'


def _shown(text: str) -> str:
    return characters.INVISIBLE_RUN.sub(lambda found: plain_text.mark(found[0]), escapeHtml(text))


def _block(text: str) -> str:
    """A box that may scroll must be within reach of the keyboard."""
    return f'<pre tabindex="0"><code>{_shown(text)}</code></pre>\n'


class _Parser(MarkdownIt):
    @override
    def normalizeLink(self, url: str) -> str:
        """Nothing, and so no link, when it is longer than any address."""
        return super().normalizeLink(url) if len(url) <= LONGEST_ADDRESS else ""

    @override
    def validateLink(self, url: str) -> bool:
        return is_plain(url)

    @override
    def normalizeLinkText(self, link: str) -> str:
        """As it was written: decoding xn--… would bring back the letters that deceive."""
        return link


class _Renderer(RendererHTML):
    """What differs from the usual output; each method is named for the token it shows."""

    def text(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return _shown(tokens[idx].content)

    @override
    def code_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<code>{_shown(tokens[idx].content)}</code>"

    @override
    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _block(tokens[idx].content)

    @override
    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _block(tokens[idx].content)

    def link_host(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return f' <span class="link-host">({_shown(tokens[idx].content)})</span>'

    def table_open(self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return '<div class="scroll" tabindex="0"><table>\n'

    def table_close(self, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, _env: EnvType) -> str:
        return "</table></div>\n"


def _fit_headings(state: StateCore) -> None:
    """Levels follow the page's: the first is h3, none is skipped, and one without words is no heading."""
    open_levels: list[int] = []
    for opening, inline, closing in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if opening.type == "heading_open":
            tag = "p"
            if not characters.is_blank(inline.content):
                level = int(opening.tag[1])
                open_levels = [*(each for each in open_levels if each < level), level]
                tag = f"h{min(2 + len(open_levels), 6)}"
            opening.tag = closing.tag = tag


def _fit_cells(state: StateCore) -> None:
    """Alignment becomes a class, as inline style is forbidden; a header cell without words is no header."""
    for opening, inline, closing in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if opening.type in {"th_open", "td_open"}:
            alignment = str(opening.attrs.pop("style", "")).removeprefix("text-align:")
            opening.attrs = {"class": f"align-{alignment}"} if alignment in {"center", "right"} else {}
            if characters.is_blank(inline.content):
                opening.tag = closing.tag = "td"


def _parser() -> _Parser:
    parser = _Parser("commonmark", {"html": False, "breaks": True, "maxNesting": DEEPEST}, renderer_cls=_Renderer)
    parser.enable(["table", "strikethrough"])
    for rule in (_fit_headings, _fit_cells, link_bare_addresses, tell_targets, lead_to_our_page):
        parser.core.ruler.push(rule.__name__, rule)
    return parser


PARSER: Final = _parser()
