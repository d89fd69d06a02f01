"""HTML of strangers: read as text first, and laid out with nothing in it that does anything (RND-01, RND-02)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.inbound.html import as_text, sanitised
from tests import hostile
from tests.rendered import Elements, assert_harmless, links_in

PIECES = (
    *("<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<i>", "</i>", "<a href=https://a.example>", "</a>", "<br>"),
    *("<table>", "<tr>", "<td>", "<th>", "</td>", "</tr>", "</table>", "<ul>", "<ol>", "<li>", "</li>", "</ul>"),
    *("<blockquote>", "</blockquote>", "<pre>", "</pre>", "<h1>", "</h1>", "<hr>", "<code>", "</code>", "words", " "),
    *("\n", "<script>", "</script>", "<!--", "-->", "<svg>", "</svg>", "&lt;", "&#x202e;", "<", '"', "<img alt=x>"),
)


@pytest.mark.parametrize("way", ["{}", "<p>{}</p>", "<table><tr><td>{}", "<a href=https://a.example>{}</a>", "<pre>{}"])
def test_no_attack_outlives_the_laying_out(way: str) -> None:
    for attack in hostile.MARKUP:
        assert_harmless(sanitised(way.replace("{}", attack)))


@pytest.mark.parametrize("target", hostile.TARGETS)
def test_no_link_leads_where_none_may(target: str) -> None:
    assert links_in(sanitised(f'<a href="{target}">x</a>')) == []


def test_a_link_says_where_it_leads_unless_its_words_do() -> None:
    html = sanitised(
        "<a href='https://evil.example/x?y=1&z'>https://bank.example</a> <a href=https://a.example/>a.example</a>"
    )

    assert links_in(html) == ["https://evil.example/x?y=1&z", "https://a.example/"]
    assert Elements(html).text == "https://bank.example (evil.example) a.example"


def test_nothing_remote_is_left() -> None:
    html = sanitised(
        "<link rel=stylesheet href=https://spy.example/1><style>@import 'https://spy.example/2'</style>"
        "<body background=https://spy.example/3><img src=https://spy.example/4 alt='the screen'>"
        "<div style='background:url(https://spy.example/5)'>It crashes.</div><iframe src=https://spy.example/6></iframe>"
    )

    assert html == "<p>[image: the screen]</p><p>It crashes.</p>"


def test_forms_leave_their_words_and_nothing_to_send() -> None:
    html = sanitised(
        "<form action=https://evil.example><input name=password value=x>Sign in <button>Go</button></form>"
    )

    assert html == "<p>Sign in Go</p>"


def test_form_is_kept_where_it_helps_to_read() -> None:
    html = sanitised(
        "<h1>Crash</h1><div>It <b>crashes</b><br>here:</div><ol><li>one<li>two</ol>"
        "<table><tr><th>a<td>b</table><pre>x  y</pre><blockquote>Does it?</blockquote>"
    )

    assert html == (
        "<h4>Crash</h4><p>It <strong>crashes</strong><br>here:</p><ol><li>one</li><li>two</li></ol>"
        '<div class="scroll" tabindex="0"><table><tbody><tr><th>a</th><td>b</td></tr></tbody></table></div>'
        '<pre tabindex="0">x  y</pre><blockquote><p>Does it?</p></blockquote>'
    )


def test_what_cannot_be_seen_is_marked() -> None:
    html = sanitised("<p>photo\u202egnp.exe</p>")

    assert html == ('<p>photo<span class="invisible-mark" title="RIGHT-TO-LEFT OVERRIDE">U+202E</span>gnp.exe</p>')


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("One<br><br>Two", "One\n\nTwo"),
        ("  One \n\n two&nbsp;three ", "One two three"),
        ("<pre>  x\n    y</pre>", "  x\n    y"),
        ("<ul><li>One<li>Two</ul>", "- One\n- Two"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a | b\nc"),
        ("<blockquote>a<blockquote>b</blockquote>c</blockquote>d", "> a\n>\n>> b\n>\n> c\n\nd"),
        ("<a href=https://a.example/x>here</a>", "here <https://a.example/x>"),
        ("<a href=https://a.example/>https://a.example</a>", "https://a.example"),
        ("<a href=mailto:a@b.example>a@b.example</a>", "a@b.example"),
        ("<a href='javascript:alert(1)'>here</a>", "here"),
        ("<a href=https://a.example/x><img src=x></a>", "<https://a.example/x>"),
        ("<title>no</title><style>no</style><script>no</script><svg><text>no</svg>yes", "yes"),
        ("<!-- no -->yes<!--[if mso]>no<![endif]-->", "yes"),
        ("&lt;script&gt; &amp;amp; &#0; &#xD800; &#x110000;", "<script> &amp; \ufffd \ufffd \ufffd"),
        ("<p>One<p hidden>Two<div style='display:none'>Three", "One\n\nTwo\n\nThree"),
        ("<o:p>One</o:p><unknown>Two</unknown>", "OneTwo"),
    ],
)
def test_html_reads_as_text(html: str, text: str) -> None:
    assert as_text(html) == text


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_whatever_comes_in_only_words_and_their_form_go_out(html: str) -> None:
    laid_out = sanitised(html)

    assert_harmless(laid_out)
    assert "\x00" not in as_text(html)


@given(st.text(max_size=300))
def test_any_text_at_all_is_harmless_html(text: str) -> None:
    assert_harmless(sanitised(text))


@pytest.mark.parametrize(
    "bomb", ["<div>", "<b>", "<table><tr><td>", "<ul><li>x", "<", "<a href=https://a.example>x", "&#x202e;"]
)
def test_no_nesting_and_no_repetition_leaves_more_than_a_page_can_show(bomb: str) -> None:
    html = bomb * (300_000 // len(bomb))

    assert len(sanitised(html)) < 1_500_000
    assert len(as_text(html)) <= 1_000_000
