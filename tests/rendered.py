"""What a browser would make of a text of ours, and whether that can do any harm."""

import re
from html.parser import HTMLParser

NONE: frozenset[str] = frozenset()
ALLOWED = {
    **dict.fromkeys(("br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "blockquote"), NONE),
    **dict.fromkeys(("ul", "li", "table", "thead", "tbody", "tr"), NONE),
    **dict.fromkeys(("th", "td", "p"), frozenset({"class"})),
    "a": {"href", "rel"},
    "button": {"type", "role", "form", "name", "value"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "div": {"class", "tabindex"},
    "span": {"class", "title"},
}


LINKS = ("a", "button")
BUTTON = {"type": "submit", "role": "link", "form": "leaving", "name": "to", "value": ""}


class Elements(HTMLParser):
    """What a browser would make of it: every element with its attributes, and the text between."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")


def assert_harmless(html: str) -> None:
    for tag, attributes in Elements(html).found:
        assert tag in ALLOWED, html
        assert attributes.keys() <= ALLOWED[tag], html
        if tag == "a":
            assert str(attributes["href"]).startswith("mailto:"), html
            assert attributes["rel"] == "noopener noreferrer nofollow"
        if tag == "button":
            assert re.match("https?://[a-z0-9[]", str(attributes["value"])), html
            assert {**attributes, "value": ""} == BUTTON, html


def links_in(html: str) -> list[str | None]:
    return [attributes.get("href", attributes.get("value")) for tag, attributes in Elements(html).found if tag in LINKS]
