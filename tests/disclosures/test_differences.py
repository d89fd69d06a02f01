"""What is told of two drafts: each change, where it is, and nothing lost of either text."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from disclosures.differences import Change, Line, between, lines_between
from disclosures.draft import Draft, DraftProduct
from disclosures.ecosystems import Ecosystem
from disclosures.snapshot import Range, Reference, ReferenceKind


def told(lines: list[Line]) -> list[tuple[str, str, list[str]]]:
    """Each line with its change, its text, and those parts of it that changed."""
    return [
        (
            line.change.value,
            "".join(piece.text for piece in line.pieces),
            [piece.text for piece in line.pieces if piece.is_changed],
        )
        for line in lines
    ]


def test_a_changed_line_says_which_words_have_changed() -> None:
    lines = list(lines_between("One.\nUpdate to 1.4.2 soon.\nThree.", "One.\nUpdate to 1.4.3 soon.\nThree."))

    assert told(lines) == [
        ("same", "One.", []),
        ("gone", "Update to 1.4.2 soon.", ["2"]),
        ("new", "Update to 1.4.3 soon.", ["3"]),
        ("same", "Three.", []),
    ]


def test_what_stays_the_same_far_from_any_change_is_left_out() -> None:
    before = "\n".join(f"line {number}" for number in range(20))

    lines = list(lines_between(before, before.replace("line 10", "line ten")))

    assert [(line.change, line.pieces[0].text) for line in lines if line.change is Change.SKIPPED] == [
        (Change.SKIPPED, "8 lines unchanged"),
        (Change.SKIPPED, "7 lines unchanged"),
    ]
    assert [text for change, text, _ in told(lines) if change == "same"] == ["line 8", "line 9", "line 11", "line 12"]


def test_every_field_of_a_draft_is_told_by_its_name() -> None:
    product = DraftProduct(
        project=7, ecosystem=Ecosystem.RUST, package="wadm", ranges=(Range(introduced="1.0", fixed_in="1.4.2"),)
    )
    new = Draft(
        title="a",
        overview="b",
        details="c",
        fix="d",
        no_workaround=True,
        mitigation_only=True,
        cvss31="CVSS:3.1/…",
        cwe_ids=("CWE-22",),
        products=(product,),
        references=(Reference(url="https://example.org", kind=ReferenceKind.FIX),),
    )

    changed = {each.label: told(list(each.lines))[-1][1] for each in between(Draft(), new, projects={7: "Wadm"})}

    assert changed == {
        "Title": "a",
        "Overview": "b",
        "Details": "c",
        "Fix": "d",
        "Workaround": "No workaround is known.",
        "Release": "There is no release yet.",
        "Affected packages": "Wadm, crates.io: wadm, from 1.0 up to, but without, 1.4.2, fixed in 1.4.2",
        "CVSS": "CVSS:3.1/…",
        "Weaknesses": "CWE-22",
        "References": "fix: https://example.org",
    }
    assert between(new, new, projects={}) == []


texts = st.lists(st.sampled_from(["", "one two", "one three", "x", "  indented", "ä — b"]), max_size=9).map("\n".join)


@given(old=texts, new=texts)
@settings(max_examples=300)
def test_both_texts_can_be_read_back_from_what_is_told(old: str, new: str) -> None:
    lines = told(list(lines_between(old, new)))

    if not any(change == "skipped" for change, _, _ in lines):
        assert [text for change, text, _ in lines if change != "new"] == old.splitlines()
        assert [text for change, text, _ in lines if change != "gone"] == new.splitlines()


def test_texts_that_nobody_could_compare_take_no_time() -> None:
    began = time.process_time()
    for old, new in (
        ("a\n" * 32_000, "b\na\n" * 16_000),
        ("a " * 32_000, "b a " * 16_000),
        ("ab" * 32_000, "ba" * 32_000),
    ):
        list(lines_between(old, new))

    assert time.process_time() - began < 3
