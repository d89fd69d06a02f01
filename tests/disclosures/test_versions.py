import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosures.ecosystems import Ecosystem
from disclosures.github_ranges import from_github, to_github
from disclosures.snapshot import Range
from disclosures.versions import check, check_all, described, matches, trouble_with
from tests.disclosures.advisories import VERSIONS, ranges_of

ECOSYSTEMS = st.sampled_from(Ecosystem)
ANYTHING = st.text(max_size=12) | st.from_regex(r"[vV]?[0-9a-z.+!~:-]{0,20}", fullmatch=True)


@st.composite
def written(draw: st.DrawFn) -> tuple[Ecosystem, tuple[Range, ...], str]:
    ecosystem = draw(ECOSYSTEMS)
    return ecosystem, draw(ranges_of(ecosystem)), draw(st.sampled_from(VERSIONS[ecosystem]))


@settings(max_examples=100)
@given(written())
def test_ranges_in_order_have_nothing_wrong_with_them(case: tuple[Ecosystem, tuple[Range, ...], str]) -> None:
    ecosystem, ranges, _ = case

    assert check_all(ecosystem, ranges) == []


@settings(max_examples=100)
@given(written())
def test_what_github_is_told_means_the_same_as_what_was_written(
    case: tuple[Ecosystem, tuple[Range, ...], str],
) -> None:
    ecosystem, ranges, version = case

    read = [from_github(to_github(span), patched=span.fixed_in).span for span in ranges]

    assert read == list(ranges)
    assert matches(ecosystem, ranges, version) == matches(ecosystem, [span for span in read if span], version)


@settings(max_examples=100)
@given(written())
def test_the_ends_of_a_range_belong_to_it_except_the_fix(case: tuple[Ecosystem, tuple[Range, ...], str]) -> None:
    ecosystem, ranges, _ = case

    for span in ranges:
        affected = [end for end in (span.introduced, span.last_affected) if end]
        assert [matches(ecosystem, ranges, end).affected for end in affected] == [True] * len(affected)
        assert not span.fixed_in or not matches(ecosystem, [span], span.fixed_in).affected


@settings(max_examples=100)
@given(ECOSYSTEMS, ANYTHING, ANYTHING, ANYTHING, ANYTHING)
def test_nothing_that_is_typed_is_an_error(
    ecosystem: Ecosystem, introduced: str, last_affected: str, fixed_in: str, version: str
) -> None:
    span = Range(introduced=introduced, last_affected=last_affected, fixed_in=fixed_in)

    sentences = [*check(ecosystem, span), matches(ecosystem, [span], version).why, *check_all(ecosystem, [span, span])]

    assert [sentence for sentence in sentences if not sentence.endswith(".")] == [
        sentence for sentence in sentences if sentence.endswith("overlap: say each version once")
    ]
    assert from_github(introduced, patched=fixed_in) == from_github(introduced, patched=fixed_in)


@pytest.mark.parametrize(
    ("ecosystem", "span", "sentences"),
    [
        (Ecosystem.NPM, Range(introduced="1.0", fixed_in="1.4.2"), []),
        (Ecosystem.NPM, Range(), []),
        (Ecosystem.NPM, Range(introduced="newest"), ["“newest” is not a version of npm."]),
        (Ecosystem.NPM, Range(introduced="1.2.3.4"), ["“1.2.3.4” is not a version of npm."]),
        (Ecosystem.NUGET, Range(introduced="1.2.3.4"), []),
        (Ecosystem.PIP, Range(fixed_in="1.0, 2.0"), ["“1.0, 2.0” is not a version of PyPI."]),
        (
            Ecosystem.GO,
            Range(introduced="v1.9.0", fixed_in="v1.10.0-rc.1"),
            [],
        ),
        (
            Ecosystem.RUBYGEMS,
            Range(introduced="2.0", fixed_in="2.0.0.beta1"),
            ["The version with the fix, 2.0.0.beta1, comes before 2.0."],
        ),
        (
            Ecosystem.MAVEN,
            Range(introduced="1.0", fixed_in="1.0.0"),
            ["The version with the fix, 1.0.0, is itself affected."],
        ),
        (
            Ecosystem.RUST,
            Range(introduced="2.0.0", last_affected="1.0.0"),
            ["The last affected version, 1.0.0, comes before 2.0.0."],
        ),
        (
            Ecosystem.COMPOSER,
            Range(last_affected="1.0.0-RC1", fixed_in="1.0.0-beta2"),
            ["The version with the fix, 1.0.0-beta2, comes before 1.0.0-RC1."],
        ),
        (Ecosystem.OTHER, Range(introduced="1" * 101), ["A version has at most 100 characters."]),
    ],
)
def test_what_is_wrong_with_a_range_is_said(ecosystem: Ecosystem, span: Range, sentences: list[str]) -> None:
    assert check(ecosystem, span) == sentences


def test_ranges_that_overlap_are_pointed_out() -> None:
    ranges = [Range(introduced="1.0", fixed_in="1.4"), Range(introduced="1.3", fixed_in="2.0"), Range(introduced="3.0")]

    assert check_all(Ecosystem.PIP, ranges) == [
        "“from 1.0 up to, but without, 1.4” and “from 1.3 up to, but without, 2.0” overlap: say each version once."
    ]


@pytest.mark.parametrize(
    ("version", "affected", "why"),
    [
        ("0.9", False, "0.9 is not affected: it is older than everything that is."),
        ("1.4.1", True, "1.4.1 is affected: from 1.0 up to, but without, 1.4.2."),
        ("v1.4.1", True, "v1.4.1 is affected: from 1.0 up to, but without, 1.4.2."),
        (" 1.4.2 ", False, "1.4.2 is not affected: it has the fix."),
        (
            "1.5",
            False,
            (
                "1.5 is not affected: it lies outside from 1.0 up to, but without, 1.4.2; "
                "from 2.0.0-rc.1 up to and with 2.0."
            ),
        ),
        ("2.0.0-rc.2", True, "2.0.0-rc.2 is affected: from 2.0.0-rc.1 up to and with 2.0."),
        ("2.0.0+build5", True, "2.0.0+build5 is affected: from 2.0.0-rc.1 up to and with 2.0."),
        ("latest", False, "“latest” is not a version of npm."),
        ("", False, "There is no version here."),
    ],
)
@pytest.mark.clause("P30")
def test_the_range_tester_says_why(version: str, affected: bool, why: str) -> None:  # noqa: FBT001
    ranges = [
        Range(introduced="1.0", fixed_in="1.4.2"),
        Range(introduced="2.0.0-rc.1", last_affected="2.0", fixed_in="2.0.1"),
    ]

    match = matches(Ecosystem.NPM, ranges, version)

    assert (match.affected, match.why) == (affected, why)


def test_a_range_that_cannot_be_read_leaves_the_question_open() -> None:
    match = matches(Ecosystem.NPM, [Range(introduced="newest")], "1.0.0")

    assert (match.affected, match.why) == (False, "This cannot be told yet. “newest” is not a version of npm.")


def test_without_a_range_no_version_is_affected() -> None:
    assert matches(Ecosystem.NPM, [], "1.0.0").why == "1.0.0 is not affected: no version is, as no range is given."


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (Range(), "every version"),
        (Range(introduced="0"), "every version"),
        (Range(introduced="1.0"), "from 1.0 on"),
        (Range(introduced="1.0", last_affected="1.0"), "only 1.0"),
        (Range(last_affected="1.0"), "up to and with 1.0"),
        (Range(fixed_in="1.0"), "up to, but without, 1.0"),
        (Range(introduced="1.0", last_affected="1.4", fixed_in="2.0"), "from 1.0 up to and with 1.4"),
    ],
)
def test_a_range_is_described_in_words(span: Range, words: str) -> None:
    assert described(span) == words


@pytest.mark.parametrize(
    ("text", "patched", "span"),
    [
        (">= 1.0, < 1.4.2", "1.4.2", Range(introduced="1.0", fixed_in="1.4.2")),
        ("< 1.4.2, >= 1.0", "", Range(introduced="1.0", fixed_in="1.4.2")),
        ("<=1.4.1", "1.4.2", Range(last_affected="1.4.1", fixed_in="1.4.2")),
        ("= 1.4.0", "", Range(introduced="1.4.0", last_affected="1.4.0")),
        ("1.4.0", "", Range(introduced="1.4.0", last_affected="1.4.0")),
        (">= 0", "", Range()),
        ("*", "none yet", Range()),
        ("", "1.4.2", Range(fixed_in="1.4.2")),
    ],
)
def test_github_ranges_are_read_as_people_write_them(text: str, patched: str, span: Range) -> None:
    assert from_github(text, patched=patched).span == span


@pytest.mark.parametrize("text", ["> 1.0", "< 1, < 2", "< 1 || > 2", "= 1, < 2", "before 2.0", ">= 1, = 2", ","])
def test_a_github_range_that_cannot_be_kept_is_answered_with_a_sentence(text: str) -> None:
    reading = from_github(text)

    assert reading.span == (Range() if text == "," else None)
    assert reading.trouble.endswith((".", "<=.")) or text == ","


def test_a_version_is_checked_by_itself() -> None:
    assert [trouble_with(Ecosystem.PIP, version) for version in ("2!1.0.post1", "1.0-final-final")] == [
        "",
        "“1.0-final-final” is not a version of PyPI.",
    ]
