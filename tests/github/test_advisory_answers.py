"""What GitHub says of an advisory, in either edition of its interface, and whatever else may come instead."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.github import AdvisoryState, Affected, Credit, UnexpectedAnswer, advisories
from tests.github.contract import example, needs_contracts
from tests.github.examples import Json

ID = "GHSA-2222-3333-4444"
FORTY = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N"
NEWEST: Json = {
    "ghsa_id": ID,
    "cve_id": "CVE-2026-10001",
    "html_url": f"https://github.com/o/r/security/advisories/{ID}",
    "summary": "Path\ntraversal",
    "description": "One\r\ntwo",
    "state": "published",
    "cvss_severities": {"cvss_v3": None, "cvss_v4": {"vector_string": FORTY, "score": 8.7}},
    "vulnerabilities": [
        {"package": {"ecosystem": "npm", "name": "r"}, "vulnerable_version_range": "< 2", "patched_versions": "2"}
    ],
    "credits": [{"login": "monalisa", "type": "reporter"}],
    "private_fork": {"full_name": f"o/r-{ID.lower()}"},
    "published_at": "2026-11-24T15:00:00Z",
    "something_new": {"a": 1},
}
"""As the edition 2026-03-10 answers: without `cvss`, and with fields that did not exist before."""


@needs_contracts
def test_an_answer_of_the_older_edition_is_read() -> None:
    told = example("repository-advisory")
    assert isinstance(told, dict)

    read = advisories.advisory({**told, "ghsa_id": ID})

    assert (read.cve_id, read.severity, read.state) == ("CVE-2050-00000", "critical", AdvisoryState.PUBLISHED)
    assert read.affected[0] == Affected("pip", "a-package", ">= 1.0.0, < 1.0.1", "1.0.1")
    assert read.credits == (Credit("octocat", "analyst", "accepted", id=1),)
    assert read.published_at == datetime(2020, 1, 3, tzinfo=UTC)


def test_an_answer_of_the_newer_edition_is_read() -> None:
    read = advisories.advisory(NEWEST)

    assert (read.cvss_v3, read.cvss_v4, read.severity) == ("", FORTY, "")
    assert (read.cve_id, read.state) == ("CVE-2026-10001", AdvisoryState.PUBLISHED)
    assert read.summary == "Path traversal"
    assert read.affected == (Affected("npm", "r", "< 2", "2"),)
    assert read.credits == (Credit("monalisa", "reporter", ""),)
    assert read.private_fork == f"o/r-{ID.lower()}"
    assert read.published_at == datetime(2026, 11, 24, 15, tzinfo=UTC)


def test_a_vector_is_never_taken_from_the_field_that_is_gone() -> None:
    old: Json = {"ghsa_id": ID, "state": "draft", "cvss": {"vector_string": "CVSS:3.1/AV:N", "score": 9}}

    assert advisories.advisory(old).cvss_v3 == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(NEWEST)), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(sorted(NEWEST)), JSON))
def test_an_answer_that_is_all_wrong_is_read_or_refused(wrong: Json) -> None:
    told = {**NEWEST, **wrong}

    try:
        read = advisories.advisory(told)
    except UnexpectedAnswer:
        return

    assert (read.ghsa_id, str(read.state)) == (told["ghsa_id"], told["state"])


@pytest.mark.parametrize("answer", [{}, {"ghsa_id": 1}, {"ghsa_id": " "}, {"ghsa_id": "GHSA-x"}])
def test_what_has_no_id_is_no_advisory(answer: Json) -> None:
    with pytest.raises(UnexpectedAnswer):
        advisories.advisory(answer)
