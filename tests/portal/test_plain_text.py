import time

import pytest
from django import forms
from django.template import Context, Engine
from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from portal.plain_text import LineField, TextField, marked, visible_text


class ReportForm(forms.Form):
    summary = LineField()
    description = TextField()


def filled_in(*, summary: str = "A summary", description: str = "A description") -> ReportForm:
    return ReportForm({"summary": summary, "description": description})


def test_ordinary_text_of_any_script_passes_unchanged() -> None:
    form = filled_in(summary="Überlauf in 数据库, می‌خواهم 👩‍💻❤️", description="    indented\n\tcode \x1b[31m\u202e")

    assert form.is_valid()
    assert form.cleaned_data["summary"] == "Überlauf in 数据库, می‌خواهم 👩‍💻❤️"
    assert form.cleaned_data["description"] == "    indented\n\tcode \x1b[31m\u202e"


def test_line_ends_are_unified_and_a_line_is_one_line() -> None:
    form = filled_in(summary=" one\r\ntwo\u2028three\tfour ", description="one\r\ntwo\rthree\n\n ")

    assert form.is_valid()
    assert form.cleaned_data == {"summary": "one two three four", "description": "one\ntwo\nthree"}


@pytest.mark.parametrize(
    ("typed", "named", "returned"),
    [
        ("a\x00b", "U+0000 NUL", "ab"),
        ("a\ud800b", "U+D800 half of a character", "ab"),
        ("a\x1b[2Jb", "U+001B ESCAPE", "a[2Jb"),
        ("a\u202egpj.exe", "U+202E RIGHT-TO-LEFT OVERRIDE", "agpj.exe"),
        ("a\u2066b\u2069", "U+2066 LEFT-TO-RIGHT ISOLATE", "ab"),
    ],
)
def test_a_line_with_a_deceiving_character_is_refused_by_name_and_comes_back_without_it(
    typed: str, named: str, returned: str
) -> None:
    form = filled_in(summary=typed)

    assert named in str(form.errors["summary"][0])
    assert form["summary"].value() == returned
    assert filled_in(summary=returned).is_valid()
    assert str(form).encode()


@pytest.mark.parametrize("unstorable", [chr(0), chr(0xD83D), chr(0xDE00)])
def test_a_text_with_an_unstorable_character_says_where_and_can_be_sent_again(unstorable: str) -> None:
    form = filled_in(description=f"one\ntwo\nth{unstorable}ree")

    assert "Line 3 holds a character that cannot be kept: U+" in str(form.errors["description"][0])
    returned = form["description"].value()
    assert returned == "one\ntwo\nth\N{REPLACEMENT CHARACTER}ree"
    assert filled_in(description=returned).is_valid()
    assert str(form).encode()


def test_ten_megabytes_in_a_field_give_an_error_there_and_lose_nothing_elsewhere() -> None:
    started = time.perf_counter()
    form = filled_in(summary="s" * 201, description="d" * 10_000_000)

    assert form.errors["summary"] == ["This is 201 characters; at most 200 fit here."]
    assert form.errors["description"] == ["This is 10,000,000 characters; at most 100,000 fit here."]
    assert form["summary"].value() == "s" * 201
    assert form["description"].value() == "d" * 1_000_000
    assert time.perf_counter() - started < 1


def test_a_browser_is_never_told_to_cut_what_is_pasted() -> None:
    assert "maxlength" not in str(ReportForm())


@pytest.mark.parametrize("blank", ["", "  ", "\n\n", "\u200b\ufeff", "\u3164"])
def test_text_that_nobody_would_see_is_missing_text(blank: str) -> None:
    form = filled_in(summary=blank, description=blank)

    assert form.errors == {"summary": ["This field is required."], "description": ["This field is required."]}


@given(st.text(alphabet=st.characters(codec=None)), st.text(alphabet=st.characters(codec=None)))
def test_whatever_is_typed_either_passes_storable_or_can_be_shown_again(summary: str, description: str) -> None:
    form = filled_in(summary=summary, description=description)

    form.is_valid()

    assert str(form).encode()
    assert "\x00" not in "".join(form.cleaned_data.values())
    assert "".join(form.cleaned_data.values()).encode() is not None


def test_a_strangers_words_are_isolated_and_hide_nothing() -> None:
    SimpleTestCase().assertHTMLEqual(
        visible_text("<b>\u202egpj.exe"),
        '<bdi>&lt;b&gt;<span class="invisible-mark" title="RIGHT-TO-LEFT OVERRIDE">U+202E</span>gpj.exe</bdi>',
    )


@pytest.mark.parametrize("honest", ["👩‍💻", "❤️", "1️⃣", "می‌خواهم", "a\tb\nc", "क्‍ष"])
def test_characters_with_work_to_do_are_not_marked(honest: str) -> None:
    assert marked(honest) == honest


@pytest.mark.parametrize("hidden", ["a\u200bb", "a\u200db", "a\ufe0fb", "❤\ufe0f\ufe0f", "\U000e0041", "\xad", "\x1b"])
def test_characters_that_hide_are_marked(hidden: str) -> None:
    assert marked(hidden).count('class="invisible-mark"') == 1


def test_templates_have_the_filter() -> None:
    engine = Engine(libraries={"visible_text": "portal.templatetags.visible_text"})

    page = engine.from_string("{% load visible_text %}{{ title|visible_text }}{{ none|visible_text }}")

    assert page.render(Context({"title": "<x>", "none": None})) == "<bdi>&lt;x&gt;</bdi><bdi></bdi>"
