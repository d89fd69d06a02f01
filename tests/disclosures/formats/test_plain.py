import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from disclosures.formats import plain

MARKDOWN = MarkdownIt("commonmark", {"linkify": False}).enable(["table", "strikethrough"])
TRICKY = st.text(alphabet="\\`*_{}[]()<>#+-.!|~&:@$^=\"'/ \n\tw1ae\u202e\u200b", max_size=30) | st.text(max_size=30)


@settings(max_examples=300)
@given(TRICKY)
def test_a_name_in_markdown_shows_nothing_but_itself(text: str) -> None:
    """Whatever it holds: one paragraph, no element in it, and the very characters of the line."""
    shown = MARKDOWN.render(f"- {plain.markdown(text)} (reporter)")

    inside = re.fullmatch(r"<ul>\n<li>(.*)</li>\n</ul>\n", shown, re.DOTALL)
    assert inside is not None
    assert html.unescape(inside[1].replace("<!-- -->", "")) == f"{plain.line(text)} (reporter)".strip()


@settings(max_examples=300)
@given(st.text())
def test_a_line_is_one_line_and_stays_as_it_is_once_it_is_one(text: str) -> None:
    line = plain.line(text)

    assert len(line.splitlines()) <= 1
    assert plain.line(line) == line
    line.encode()


@settings(max_examples=300)
@given(st.text())
def test_prose_keeps_its_lines_and_nothing_that_turns_them_around(text: str) -> None:
    prose = plain.prose(text)

    assert plain.prose(prose) == prose
    assert not re.search("[\r\x00\u202a-\u202e\u2066-\u2069]", prose)


@pytest.mark.parametrize(
    ("text", "longest", "line"),
    [("abcdef", 6, "abcdef"), ("abcdef", 4, "abc…"), ("ab cdef", 4, "ab…"), ("a\u2028b\x0bc", 0, "a b c")],
)
def test_a_line_that_is_too_long_ends_in_an_ellipsis(text: str, longest: int, line: str) -> None:
    assert plain.line(text, longest=longest) == line


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.org/a?b=c&d=%20#e", "https://example.org/a?b=c&d=%20#e"),
        (" https://example.org/ ", "https://example.org/"),
        ("https://exämple.org/ä?q=<x>", "https://xn--exmple-cua.org/%C3%A4?q=%3Cx%3E"),
        ("https://[::1]/x", "https://[::1]/x"),
        ("https://exa\u202emple.org/", "https://example.org/"),
        ("https://example.org/a b", ""),
        ("https://example.org/[a]", ""),
        ("https://example.org\\@evil.example/", ""),
        ("javascript:alert(1)", ""),
        ("ftp://example.org/", ""),
        ("//example.org/", ""),
        ("https://", ""),
        ("https://[broken/", ""),
        ("https://example.org:port/", ""),
        ("https://" + "a" * 70 + ".org/", ""),
        ("https://example.org/" + "x" * 2_000, ""),
    ],
)
def test_an_address_is_one_of_the_web_or_nothing(url: str, address: str) -> None:
    assert plain.address(url) == address


@settings(max_examples=300)
@given(
    st.text(max_size=40)
    | st.text(max_size=40).map("https://example.org/{}".format)
    | st.text().map("https://{}".format)
)
def test_an_address_can_stand_between_angle_brackets(url: str) -> None:
    address = plain.address(url)

    assert re.fullmatch(r"(https?://[!-;=?-\[\]_a-z~]+)?", address)
