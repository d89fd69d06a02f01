import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.markdown import AS_TYPED, LONGEST_SHOWN, TOO_LONG, render
from tests.rendered import Elements, assert_harmless, links_in

LOOKALIKE = "\u0430\u0440\u0440\u04cf\u0435.com"
"""Reads apple.com, in Cyrillic letters."""

PIECES = ["\n\n", "    ", "```", "|-|-|", "://", "](", "&#x", "<!--"]

ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert&#40;1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<base href=https://evil.example/><meta http-equiv=refresh content='0;url=//evil.example'>",
    "<form action=https://evil.example><input name=q></form>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml version='1.0'?><x/>",
    "</p></div></main><h1>Not ours</h1>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](%6A%61vascript:alert(1))",
    "[x](\u00a0javascript:alert(1))",
    "[x](\uff4aavascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example/protocol-relative)",
    "[x](/reports/sign-out)",
    "[x](#fragment)",
    "[x](?query)",
    "[x](https:evil.example)",
    "[x](https:///evil.example)",
    "[x](https:\\\\evil.example)",
    "[x](https://good.example\\@evil.example)",
    "[x](https://good.example@evil.example)",
    "[x](https://ev%69l.example)",
    "[x](https://[::1)",
    "[x](https://host:port)",
    "[x](feed:javascript:alert(1))",
    "[x](view-source:evil.example)",
    "[x](intent://evil#Intent;scheme=https;end)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "[x]: javascript:alert(1)\n\n[x]",
    "[x]: data:text/html,x 'title'\n\n![x]",
    "[a](https://a.example 'x\" onmouseover=\"alert(1)')",
    '[a](https://a.example/"onmouseover=alert(1)//)',
    "[a](<https://a.example/'onmouseover='alert(1)>)",
    '![x](https://a.example/"onerror="alert(1))',
    '![" onerror="alert(1)](https://a.example/x.png)',
    '```"><script>alert(1)</script>\nx\n```',
    "```js onload=alert(1)\n</code></pre><script>alert(1)</script>\n```",
    "`</code><script>alert(1)</script>`",
    "|<script>alert(1)</script>|\n|:-:|\n|<img src=x onerror=alert(1)>|",
    "[<img src=x onerror=alert(1)>](https://a.example)",
    "[![a](javascript:alert(1))](javascript:alert(2))",
    'https://a.example/"onmouseover=alert(1)',
    "https://a.example/<script>alert(1)</script>",
    'mailto:"<script>alert(1)</script>"@a.example',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\u2028<script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "\ud800<script>alert(1)</script>\udc00",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_ends_as_words(attack: str) -> None:
    for nested in (attack, f"> - {attack}", f"**{attack}**", f"# {attack}", f"[{attack}](https://a.example)"):
        assert_harmless(render(nested))


@pytest.mark.parametrize("attack", [each for each in ATTACKS if each.startswith("[x]")])
def test_a_link_to_anywhere_but_web_and_mail_is_no_link(attack: str) -> None:
    assert links_in(render(attack)) == []


@given(
    st.lists(
        st.one_of(
            st.sampled_from(ATTACKS),
            st.sampled_from([*"[]()!*_~`<>&|#\\\"'=:-+ \n\t", *PIECES]),
            st.text(alphabet=st.characters(codec=None), max_size=20),
        ),
        max_size=30,
    ).map("".join)
)
def test_whatever_is_written_only_allowed_elements_come_out(text: str) -> None:
    html = render(text)

    assert_harmless(html)
    assert html.encode().decode() == html


def test_ordinary_markdown_looks_as_its_author_expects() -> None:
    html = render("**Bold**, _slanted_, ~~gone~~ and `code`\nnext line\n\n3. three\n4. four\n\n> quoted\n\n---\n")

    assert html == (
        "<p><strong>Bold</strong>, <em>slanted</em>, <s>gone</s> and <code>code</code><br>\nnext line</p>\n"
        '<ol start="3">\n<li>three</li>\n<li>four</li>\n</ol>\n<blockquote>\n<p>quoted</p>\n</blockquote>\n<hr>\n'
    )


def test_code_and_tables_can_be_scrolled_by_keyboard() -> None:
    html = render("```c\nint x;\n```\n\n| a | |\n|--:|:-:|\n| 1 | 2 |\n")

    assert html == (
        '<pre tabindex="0"><code>int x;\n</code></pre>\n<div class="scroll" tabindex="0"><table>\n<thead>\n<tr>\n'
        '<th class="align-right">a</th>\n<td class="align-center"></td>\n</tr>\n</thead>\n<tbody>\n<tr>\n'
        '<td class="align-right">1</td>\n<td class="align-center">2</td>\n</tr>\n</tbody>\n</table></div>\n'
    )


def test_headings_fit_under_the_pages_own_and_skip_no_level() -> None:
    html = render("## Two\n\n# One\n\n#### Four\n\n###### Six\n\n# One again\n\n#\n")

    assert [tag for tag, _ in Elements(html).found] == ["h3", "h3", "h4", "h5", "h3", "p"]


def test_nothing_remote_is_loaded_but_the_address_is_shown() -> None:
    html = render("![Crash](https://tracker.example/pixel.png 'title')")

    assert html == (
        "<p>[image, not loaded: Crash, at "
        '<button type="submit" role="link" form="leaving" name="to" value="https://tracker.example/pixel.png">'
        "https://tracker.example/pixel.png</button>]</p>\n"
    )


def test_an_image_in_a_link_does_not_become_a_link_in_a_link() -> None:
    html = render("[![badge](https://b.example/b.svg)](https://evil.example)")

    assert links_in(html) == ["https://evil.example"]
    assert Elements(html).text == "[image, not loaded: badge, at https://b.example/b.svg] (evil.example)\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[the docs](https://evil.example/x)", "the docs (evil.example)"),
        ("[https://good.example](https://evil.example)", "https://good.example (evil.example)"),
        ("[evil.example/x](https://evil.example/x)", "evil.example/x"),
        ("[https://evil.example/](https://evil.example)", "https://evil.example/"),
        ("[write us](mailto:a@evil.example?subject=x)", "write us (a@evil.example)"),
        ("[a@b.example](mailto:a@b.example)", "a@b.example"),
        ("[](https://evil.example)", "https://evil.example"),
        ("[\u200b](https://evil.example)", "U+200Bhttps://evil.example"),
        ("[**bold**](https://evil.example:8443)", "bold (evil.example:8443)"),
        ("https://evil.example/x.", "https://evil.example/x."),
        ("(https://evil.example/a_(b))", "(https://evil.example/a_(b))"),
        (f"[{LOOKALIKE}](https://{LOOKALIKE})", f"{LOOKALIKE} (xn--80ak6aa92e.com)"),
        (f"https://{LOOKALIKE}", f"https://{LOOKALIKE} (xn--80ak6aa92e.com)"),
        ("<https://xn--80ak6aa92e.com>", "https://xn--80ak6aa92e.com"),
        ("https://evil.example/ä", "https://evil.example/ä"),
    ],
)
def test_a_link_says_where_it_leads(text: str, shown: str) -> None:
    assert Elements(render(text)).text == f"{shown}\n"
    assert len(links_in(render(text))) == 1


def test_names_with_a_dot_are_not_taken_for_addresses() -> None:
    assert links_in(render("See setup.py, e.g. at example.com or a@b.example.")) == []


def test_what_cannot_be_seen_is_marked_wherever_it_stands() -> None:
    html = render("a\u202eb `c\u200bd` &#x202e;\n\n    e\ufefff\n")

    assert html.count('<span class="invisible-mark" title="RIGHT-TO-LEFT OVERRIDE">U+202E</span>') == 2
    assert html.count('<span class="invisible-mark" title="ZERO WIDTH SPACE">U+200B</span>') == 1
    assert html.count('<span class="invisible-mark" title="ZERO WIDTH NO-BREAK SPACE">U+FEFF</span>') == 1


def test_a_text_of_unusual_length_is_cut_and_says_so() -> None:
    html = render("word " * 100_000)

    assert html.startswith(f'<p class="rendering-note">{TOO_LONG}</p>')
    assert len(html) < LONGEST_SHOWN + 200


@pytest.mark.parametrize("costly", [">" * 50 + "deep", "[" * 50_000 + "deep", "* " * 30 + "deep"])
def test_what_is_too_costly_to_lay_out_is_shown_as_it_was_typed_and_not_dropped(costly: str) -> None:
    html = render(costly)

    assert AS_TYPED in html
    assert costly in Elements(html).text


MEGABYTE = 1_000_000
BOMBS = {
    "brackets": "[" * MEGABYTE,
    "image openings": "![" * (MEGABYTE // 2),
    "few brackets": "[" * 14_900,
    "few image openings": "![" * 7_400,
    "stars": "*" * MEGABYTE,
    "spaced stars": "*a " * (MEGABYTE // 3),
    "mixed emphasis": "*_" * 7_400,
    "quotes": ">" * MEGABYTE,
    "quote lines": ("> " * 18 + "a\n") * 780,
    "angles": "<" * MEGABYTE,
    "unclosed tags": "<a " * 14_900,
    "comments": "<!--" * (MEGABYTE // 4),
    "double quotes": '"' * MEGABYTE,
    "backticks": " ".join("`" * length for length in range(1, 170)),
    "list items": "- a\n" * 3_700,
    "nested lists": "".join("  " * depth + "- a\n" for depth in range(600)),
    "nested on one line": "- " * (MEGABYTE // 2),
    "wide table": "|a" * 2_000 + "\n" + "|-" * 2_000 + "\n" + "a\n" * 15_000,
    "long table": "a|b\n-|-\n" + "|\n" * 7_400,
    "addresses": "http://a " * (MEGABYTE // 9),
    "few addresses": "http://b.c " * 2_900,
    "one endless address": "http://a." * (MEGABYTE // 9),
    "bracketed address": "http://a/" + "(" * MEGABYTE,
    "links": "[a](http://b) " * 2_100,
    "links opened": "[a](" * (MEGABYTE // 4),
    "references": "[a]: b\n" * 4_900,
    "reference uses": "".join(f"[a{n}]: http://b\n" for n in range(1_400)) + "[a1] " * 1_000,
    "entities": "&#x" * 14_900,
    "escapes": "\\" * MEGABYTE,
    "fences": "```\n" * (MEGABYTE // 4),
    "headings": "# a\n\n" * 7_400,
    "invisible": "\u202e" * MEGABYTE,
    "invisible between": "a\u202e" * (MEGABYTE // 2),
    "lines": "\n" * MEGABYTE,
    "international host": "<http://" + "ä." * 90_000 + "c>",
    "percent": "[a](http://b/" + "%" * MEGABYTE + ")",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_no_text_takes_a_second(bomb: str) -> None:
    started = time.process_time()
    render(BOMBS[bomb])

    assert time.process_time() - started < 1


def test_no_mixture_of_marks_takes_a_second() -> None:
    chooser = random.Random(20)  # noqa: S311 - the same mixtures each time
    pieces = [*"[]()!*_~`<>&|#\\\n", "a", " ", "](", "![", "http://a.b", "- ", "1. ", "> ", "|-|\n", "    "]
    for _ in range(12):
        few = chooser.sample(pieces, 4)
        text = "".join(chooser.choices(few, k=40_000))[:100_000]
        started = time.process_time()
        render(text)
        assert time.process_time() - started < 1, few
