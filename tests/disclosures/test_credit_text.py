"""What is printed is one honest line, whatever was typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosures.credit_text import AT, LONGEST_NAME, LONGEST_TEXT, handle_of, naming
from portal import characters

hostile = st.text(
    st.characters(codec=None) | st.sampled_from("@()<>[]*_`|\\\n\r\t\0\u202e\u2066\u200b\u2028\u0301#&"), max_size=400
)


@pytest.mark.parametrize(
    ("name", "handle", "organisation", "text"),
    [
        ("Robin Reporter", "", "", "Robin Reporter"),
        ("Robin Reporter", "robin", "", "Robin Reporter (@robin)"),
        ("Robin Reporter", "robin", "Example GmbH", "Robin Reporter (@robin, Example GmbH)"),
        ("Robin Reporter", "", "Example GmbH", "Robin Reporter (Example GmbH)"),
        ("", "robin", "", "@robin"),
        ("", "robin", "Example GmbH", "@robin (Example GmbH)"),
        ("", "", "Example GmbH", ""),
        ("", "", "", ""),
        ("Zoë Ångström-O'Hara", "", "", "Zoë Ångström-O'Hara"),
        ("山田 太郎", "", "", "山田 太郎"),
    ],
)
@pytest.mark.clause("P17")
def test_people_are_named_as_they_say(name: str, handle: str, organisation: str, text: str) -> None:
    assert naming(name=name, handle=handle, organisation=organisation).text == text


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Robin\nReporter\r\n\tand all", "Robin Reporter and all"),
        ("nibo\u202eR", "niboR"),
        ("Robin\u2066\u2069\u200b\ufeff Reporter\0", "Robin Reporter\N{REPLACEMENT CHARACTER}"),
        ("Robin @torvalds", f"Robin {AT}torvalds"),
        ("<b>Robin</b> [x](javascript:1) `*_", "<b>Robin</b> [x](javascript:1) `*_"),
        ("R" + "\u0301" * 50, unicodedata.normalize("NFC", "R" + "\u0301" * 4)),
        ("\u200b \u202e", ""),
        ("x" * 10_000, "x" * LONGEST_NAME),
    ],
)
@pytest.mark.clause("P17")
def test_what_deceives_does_not_get_into_print(typed: str, printed: str) -> None:
    assert naming(name=typed).text == printed


@pytest.mark.parametrize("typed", ["robin", "@robin", " robin ", "https://github.com/robin/", "github.com/robin"])
def test_a_handle_is_taken_as_people_write_it(typed: str) -> None:
    assert handle_of(typed) == "robin"


@pytest.mark.parametrize("typed", ["-robin", "ro--bin", "robin-", "ro bin", "róbin", "r/o", "x" * 40, "a@b", "", "@"])
def test_what_github_would_not_give_anybody_is_no_handle(typed: str) -> None:
    assert handle_of(typed) == ""


@given(name=hostile, handle=hostile, organisation=hostile)
@pytest.mark.clause("P17")
def test_whatever_is_typed_becomes_one_bounded_visible_line(name: str, handle: str, organisation: str) -> None:
    said = naming(name=name, handle=handle, organisation=organisation)

    text = said.text

    assert len(text) <= LONGEST_TEXT
    assert text == text.strip()
    assert not characters.LINE_BREAKS.search(text)
    assert not characters.DIRECTION_CONTROLS.search(text)
    assert not characters.CONTROLS.search(text)
    assert not characters.UNSTORABLE.search(text)
    assert text.count("@") == (1 if said.handle else 0)
    assert naming(name=said.name, handle=said.handle, organisation=said.organisation) == said
