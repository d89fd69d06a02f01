"""Lists of findings read into values: each format, and whatever somebody sends instead."""

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.enums import Severity
from reports.flood.scanner_lists import MOST, MOST_BYTES, Claim, Claims, NoListError, claims_in, claims_in_text

SARIF = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {
                "driver": {
                    "name": "scan",
                    "rules": [
                        {"id": "R1", "shortDescription": {"text": "SQL injection"},
                         "properties": {"security-severity": "9.1"}},
                        {"id": "R2", "name": "WeakHash", "defaultConfiguration": {"level": "error"}},
                    ],
                }
            },
            "results": [
                {"ruleId": "R1", "message": {"text": "Built by hand."}, "locations": [
                    {"physicalLocation": {"artifactLocation": {"uri": "src/a.py"}, "region": {"startLine": 7}}}]},
                {"ruleId": "R2", "message": {"text": "MD5 is used."}},
                {"ruleId": "R3", "level": "note", "message": {"text": "Unknown rule."}},
                {"ruleId": "R1", "kind": "pass", "message": {"text": "All is well."}},
                {"ruleId": "R1", "suppressions": [{"kind": "inSource"}], "message": {"text": "Suppressed."}},
            ],
        }
    ],
}  # fmt: skip


def test_sarif_is_read_with_its_rules_places_and_severities() -> None:
    assert claims_in(json.dumps(SARIF).encode()).found == [
        Claim(title="SQL injection", place="src/a.py:7", detail="Built by hand.", severity=Severity.CRITICAL),
        Claim(title="WeakHash", detail="MD5 is used.", severity=Severity.HIGH),
        Claim(title="R3", detail="Unknown rule.", severity=Severity.LOW),
    ]


@pytest.mark.parametrize(
    "table",
    [
        "Name,Risk,URL,Description\nXSS,High,https://a.example/x,It shows\nCSRF,5.0,,It sends\n",
        "name;severity;location;details\r\nXSS;high;https://a.example/x;It shows\r\nCSRF;medium;;It sends",
        '\ufeffTitle\tLevel\tFile\tMessage\n"XSS"\tERROR\thttps://a.example/x\t"It shows"\nCSRF\tmoderate\t\tIt sends',
    ],
)
def test_tables_are_read_by_what_their_columns_are_called(table: str) -> None:
    assert claims_in(table.encode()).found == [
        Claim(title="XSS", place="https://a.example/x", detail="It shows", severity=Severity.HIGH),
        Claim(title="CSRF", detail="It sends", severity=Severity.MEDIUM),
    ]


def test_a_list_of_objects_is_read_also_inside_another_object() -> None:
    entries = [{"Title": "XSS", "Severity": 9.8, "Host": "a.example"}, {"title": "CSRF", "risk": "unheard of"}]

    for told in (entries, {"meta": ["x"], "findings": entries}):
        assert claims_in(json.dumps(told).encode()).found == [
            Claim(title="XSS", place="a.example", severity=Severity.CRITICAL),
            Claim(title="CSRF"),
        ]


@pytest.mark.parametrize(
    "text",
    [
        "We found this:\n\n## XSS\nIt shows\n- a detail\n\n## CSRF\nIt sends\n",
        "Hello,\n1. XSS\nIt shows\n- a detail\n2) CSRF\nIt sends",
    ],
)
def test_a_text_is_read_by_its_headings_or_numbers(text: str) -> None:
    assert claims_in(text.encode()).found == [
        Claim(title="XSS", detail="It shows\n- a detail"),
        Claim(title="CSRF", detail="It sends"),
    ]
    assert claims_in_text(text) == claims_in(text.encode())


def test_the_same_entry_twice_is_one_finding_and_no_more_than_five_hundred_are_taken() -> None:
    many = claims_in("\n".join(["name,risk", *(f"Finding {number},low" for number in range(MOST + 7))]).encode())
    twice = claims_in(b"name,risk\nXSS,low\nXSS,low\nCSRF,low\n")

    assert (len(many.found), many.left_out) == (MOST, 7)
    assert [claim.title for claim in twice.found] == ["XSS", "CSRF"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Just a sentence, and another.",
        b"1. Only one entry",
        b"{",
        b"[" * 100_000,
        b'{"runs": []}',
        b'{"runs": "x"}',
        b'{"runs": [{"results": [1, null]}]}',
        b"[1, 2, 3]",
        b"null",
        b'[{"n": ' + b"9" * 5_000 + b"}]",
        b"PK\x03\x04\x00\x00",
        b"x" * (MOST_BYTES + 1),
        b'name,risk\n"' + b"x" * 200_000,
    ],
)
def test_what_lists_nothing_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(NoListError):
        claims_in(content)


def test_what_no_column_takes_and_what_deceives_is_left_out() -> None:
    found = claims_in(b'[{"title": "a\\u0000b\\u202Ec\\nd", "description": "e\\u0000f\\ud800"}]').found

    assert found == [Claim(title="a\ufffdbc d", detail="e\ufffdf\ufffd")]


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_whatever_comes_is_read_or_said_to_be_no_list(content: bytes) -> None:
    try:
        found = claims_in(content)
    except NoListError:
        return
    assert found.found
    assert all(claim.title and len(claim.title) <= 300 for claim in found.found)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(
            st.sampled_from(["runs", "results", "title", "message", "text", "locations", "ruleId"]), inside
        )
    ),
    max_leaves=20,
)


@given(json_values)
def test_whatever_json_comes_is_read_or_said_to_be_no_list(value: object) -> None:
    try:
        found = claims_in(json.dumps(value).encode())
    except NoListError:
        return
    assert isinstance(found, Claims)


@pytest.mark.parametrize("piece", ["[", '{"a":', "1. x\n", "# \n", "a,b;c|d\t", '"', "- \n", " " * 50 + "\n"])
def test_five_megabytes_of_nonsense_take_no_more_than_seconds(piece: str) -> None:
    content = (piece * (MOST_BYTES // len(piece)))[:MOST_BYTES].encode()
    begun = time.monotonic()

    with contextlib.suppress(NoListError):
        claims_in(content)

    assert time.monotonic() - begun < 5
