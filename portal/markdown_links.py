"""Links in the Markdown of strangers: found, told where they really lead, and led to a page of ours (RND-03)."""

import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from portal import characters

LONGEST_ADDRESS: Final = 2_000
BARE_ADDRESS: Final = re.compile(r"(?<![\w/])https?://[^\s<>]+", re.IGNORECASE)
HOST: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\]")

LEAVING: Final = "leaving"
"""The form of the page that a link to the web sends, with its target: `templates/components/leaving.html`."""


def leads_to_the_web(target: str) -> bool:
    """Whether a link may lead there: an address of the web whose host is what it seems."""
    return len(target) <= LONGEST_ADDRESS and target.startswith(("http://", "https://")) and is_plain(target)


def place(target: str) -> str:
    """Where a link leads: the host in its ASCII form (xn--…), or the mail address."""
    parts = urlsplit(target)
    return parts.netloc or parts.path


def is_plain(target: str) -> bool:
    """Web and mail addresses whose host is what it seems: no name before an @, nothing encoded."""
    try:
        parts = urlsplit(target)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path
    host = parts.netloc.lower().removesuffix(f":{port}")
    return parts.scheme in {"http", "https"} and HOST.fullmatch(host) is not None


def link_bare_addresses(state: StateCore) -> None:
    """Our own, because the library's search for bare links takes quadratic time on `http://a.http://a.…`."""
    for token in state.tokens:
        if token.type == "inline" and token.children and "://" in token.content:
            token.children = _with_bare_links(token.children, md=state.md)


def _with_bare_links(tokens: Sequence[Token], *, md: MarkdownIt) -> list[Token]:
    linked: list[Token] = []
    inside = False
    for token in tokens:
        inside = token.type == "link_open" or (inside and token.type != "link_close")
        if token.type == "text" and not inside:
            linked += _split_at_addresses(token.content, md=md)
        else:
            linked.append(token)
    return linked


def _split_at_addresses(text: str, *, md: MarkdownIt) -> Iterator[Token]:
    end = 0
    for found in BARE_ADDRESS.finditer(text):
        address = _without_closing_marks(found[0][: LONGEST_ADDRESS + 1])
        target = md.normalizeLink(address)
        if is_plain(target):
            yield _text(text[end : found.start()])
            yield from _link(address, target=target)
            end = found.start() + len(address)
    yield _text(text[end:])


def _without_closing_marks(address: str) -> str:
    """The full stop after an address, and the bracket around it, are the sentence's."""
    while address:
        last = address[-1]
        opening = {")": "(", "]": "[", "}": "{"}.get(last)
        if last not in ".,;:!?'\"*_~" and (opening is None or address.count(opening) >= address.count(last)):
            break
        address = address[:-1]
    return address


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _link(shown: str, *, target: str) -> list[Token]:
    return [Token("link_open", "a", 1, attrs={"href": target}), _text(shown), Token("link_close", "a", -1)]


def tell_targets(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = _with_targets(token.children, md=state.md)


def _with_targets(tokens: Sequence[Token], *, md: MarkdownIt) -> list[Token]:
    """Says where a link leads unless its text does, and puts words in place of images."""
    told: list[Token] = []
    target, began = "", 0
    for token in tokens:
        if token.type == "image":
            told += _words_for_image(token, linked=not target)
            continue
        told.append(token)
        if token.type == "link_open":
            target, began = str(token.attrs["href"]), len(told)
        elif token.type == "link_close":
            shown = "".join(each.content for each in told[began:])
            if characters.is_blank(shown):
                told.insert(-1, _text(target))
            elif not _tells(shown, target=target, md=md):
                told.append(Token("link_host", "", 0, content=place(target)))
            target = ""
    return told


def lead_to_our_page(state: StateCore) -> None:
    """A link to the web becomes the button of a form, so that no text of a report stands in an address of ours."""
    for token in state.tokens:
        begun: list[Token] = []
        for each in token.children or ():
            if each.type == "link_open":
                begun.append(_as_button(each) if leads_to_the_web(str(each.attrs["href"])) else each)
            elif each.type == "link_close":
                each.tag = begun.pop().tag


def _as_button(opening: Token) -> Token:
    target = opening.attrs["href"]
    opening.tag = "button"
    opening.attrs = {"type": "submit", "role": "link", "form": LEAVING, "name": "to", "value": target}
    return opening


def _words_for_image(image: Token, *, linked: bool) -> list[Token]:
    address = str(image.attrs["src"])
    before = _text(f"[image, not loaded: {image.content}".rstrip(": ") + ", at ")
    return [before, *(_link(address, target=address) if linked else [_text(address)]), _text("]")]


def _tells(shown: str, *, target: str, md: MarkdownIt) -> bool:
    """Whether a link's own text says where it leads."""
    if place(target) not in shown:
        return False
    schemes = ("", "http://", "https://", "mailto:")
    return any(md.normalizeLink(scheme + shown).rstrip("/") == target.rstrip("/") for scheme in schemes)
