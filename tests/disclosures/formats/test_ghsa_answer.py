from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosures.formats import ghsa_answer
from disclosures.formats.ghsa_answer import Credited, Vulnerability
from disclosures.snapshot import Range
from tests.github.contract import example, needs_contracts

NEWEST: dict[str, object] = {
    "ghsa_id": "GHSA-2222-3333-4444",
    "cve_id": None,
    "html_url": "https://github.com/o/r/security/advisories/GHSA-2222-3333-4444",
    "summary": "Path\ntraversal\u202e",
    "description": "One\r\ntwo",
    "state": "paused",
    "cvss_severities": {
        "cvss_v3": None,
        "cvss_v4": {"vector_string": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", "score": 8.7},
    },
    "identifiers": [{"type": "GHSA", "value": "GHSA-2222-3333-4444"}, {"type": "CVE", "value": "CVE-2026-1"}],
    "vulnerabilities": [
        {"package": {"ecosystem": "npm", "name": "r"}, "vulnerable_version_range": "< 2", "patched_versions": "2"}
    ],
    "credits": [{"login": "monalisa", "type": "reporter"}],
    "private_fork": {"full_name": "o/r-ghsa-2222-3333-4444"},
    "published_at": "2026-11-24T15:00:00Z",
    "something_new": {"a": 1},
}
"""As the edition 2026-03-10 answers: without `cvss`, and with fields and words that did not exist before."""


@needs_contracts
def test_an_answer_of_the_older_edition_is_read() -> None:
    answer = ghsa_answer.read(example("repository-advisory"))

    assert answer.ghsa_id == "GHSA-abcd-1234-efgh"
    assert answer.cve_id == "CVE-2050-00000"
    assert answer.severity == "critical"
    assert answer.is_published
    assert answer.vulnerabilities[0].ecosystem == "pip"
    assert answer.credits == (Credited(login="octocat", type="analyst", state="accepted"),)
    assert answer.published_at == datetime(2020, 1, 3, tzinfo=UTC)


def test_an_answer_of_the_newer_edition_is_read() -> None:
    answer = ghsa_answer.read(NEWEST)

    assert (answer.cvss31, answer.cvss40[:8], answer.severity) == ("", "CVSS:4.0", "")
    assert (answer.cve_id, answer.state, answer.is_published) == ("CVE-2026-1", "paused", False)
    assert (answer.summary, answer.description) == ("Path traversal", "One\ntwo")
    assert answer.credits == (Credited(login="monalisa", type="reporter", state=""),)
    assert answer.private_fork == "o/r-ghsa-2222-3333-4444"
    assert answer.published_at == datetime(2026, 11, 24, 15, tzinfo=UTC)
    assert answer.vulnerabilities == (
        Vulnerability(ecosystem="npm", package="r", version_range="< 2", patched_versions="2"),
    )
    assert answer.vulnerabilities[0].reading.span == Range(fixed_in="2")


def test_a_vector_is_never_taken_from_the_field_that_is_gone() -> None:
    old = {"ghsa_id": "GHSA-2222-3333-4444", "cvss": {"vector_string": "CVSS:3.1/AV:N", "score": 9}}

    assert ghsa_answer.read(old).cvss31 == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(NEWEST)), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(sorted(NEWEST)), JSON))
def test_an_answer_that_is_all_wrong_still_has_its_id(answer: dict[str, object]) -> None:
    read = ghsa_answer.read({**answer, "ghsa_id": "GHSA-2222-3333-4444"})

    assert read.ghsa_id == "GHSA-2222-3333-4444"


@pytest.mark.parametrize("answer", [None, [], "x", {}, {"ghsa_id": 1}, {"ghsa_id": " "}])
def test_what_has_no_id_is_no_advisory(answer: object) -> None:
    with pytest.raises(ghsa_answer.NoAdvisory):
        ghsa_answer.read(answer)
