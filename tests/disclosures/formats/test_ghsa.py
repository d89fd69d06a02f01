from dataclasses import replace
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from disclosures.formats import ghsa
from disclosures.formats.documents import REHEARSAL_NOTE, Document
from disclosures.snapshot import Credit, CreditType, Range, Severity, Snapshot
from tests.disclosures.advisories import MINIMAL, RICH, SNAPSHOTS
from tests.github.contract import at, described, faults, needs_contracts

ROUTER: Final = "example-org/router"


def faults_of(body: Document, schema: str) -> list[str]:
    return list(faults(body, at(described(), "components", "schemas", schema)))


@needs_contracts
@pytest.mark.clause("P29", "P30")
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(SNAPSHOTS)
def test_every_body_is_what_github_takes(snapshot: Snapshot) -> None:
    for repository in (*snapshot.repositories, "example-org/none"):
        created = ghsa.create_body(snapshot, repository=repository, start_private_fork=True)
        updated = ghsa.update_body(
            snapshot, repository=repository, collaborating_users=["octocat"], collaborating_teams=[]
        )
        reported = ghsa.report_body(snapshot, repository=repository)

        assert faults_of(created, "repository-advisory-create") == []
        assert faults_of(updated, "repository-advisory-update") == []
        assert faults_of(reported, "private-vulnerability-report-create") == []
        assert not {"severity", "cvss_vector_string"} <= created.keys()


@needs_contracts
@pytest.mark.parametrize("state", ghsa.State)
def test_a_body_that_only_moves_an_advisory_says_nothing_else(state: ghsa.State) -> None:
    body = ghsa.state_body(state)

    assert body == {"state": state.value}
    assert faults_of(body, "repository-advisory-update") == []


@needs_contracts
def test_a_field_that_github_does_not_know_would_be_noticed() -> None:
    body = {**ghsa.create_body(RICH, repository=ROUTER), "state": "draft"}

    assert faults_of(body, "repository-advisory-create") == ["$.state is not described"]


def test_the_collaborators_stay_as_they_are_unless_they_are_given() -> None:
    silent = ghsa.update_body(RICH, repository=ROUTER)
    emptied = ghsa.update_body(RICH, repository=ROUTER, collaborating_users=[])

    assert not {"collaborating_users", "collaborating_teams"} & silent.keys()
    assert emptied["collaborating_users"] == []
    assert "collaborating_teams" not in emptied


def test_a_repository_is_told_of_its_own_products_alone() -> None:
    assert ghsa.create_body(RICH, repository="example-org/images")["vulnerabilities"] == [
        {
            "package": {"ecosystem": "other", "name": "ghcr.io/example-org/router"},
            "vulnerable_version_range": "<= 2.0.0",
            "patched_versions": "2.0.1",
        }
    ]


def test_a_vector_is_sent_instead_of_a_word() -> None:
    rated = ghsa.create_body(RICH, repository=ROUTER)
    later = ghsa.create_body(replace(RICH, cvss31=""), repository=ROUTER)
    worded = ghsa.create_body(replace(RICH, cvss31="", cvss40=""), repository=ROUTER)
    harmless = ghsa.create_body(replace(MINIMAL, severity=Severity.NONE), repository=ROUTER)

    assert rated["cvss_vector_string"] == RICH.cvss31
    assert later["cvss_vector_string"] == RICH.cvss40
    assert worded["severity"] == "high"
    assert not {"severity", "cvss_vector_string"} & harmless.keys()


@pytest.mark.clause("P18")
def test_who_has_a_login_is_credited_once_and_who_has_none_is_thanked_in_the_text() -> None:
    people = (
        Credit(text="Mona", name="Mona", handle="monalisa"),
        Credit(text="Mona again", name="Mona", handle="MonaLisa", type=CreditType.FINDER),
        Credit(text="Zoë of Example", name="Zoë", type=CreditType.REMEDIATION_DEVELOPER),
    )

    body = ghsa.create_body(replace(MINIMAL, credits=people), repository=ROUTER)

    assert body["credits"] == [{"login": "monalisa", "type": "reporter"}]
    assert str(body["description"]).endswith("### Credit\n\n- Zoë of Example (remediation developer)")


@pytest.mark.clause("P17")
def test_nobody_is_thanked_where_nobody_agreed_to_it() -> None:
    body = ghsa.create_body(replace(RICH, credits=()), repository=ROUTER)

    assert body["credits"] == []
    assert "Credit" not in str(body["description"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*Bold* _name_", r"\*Bold\* \_name\_"),
        ("[x](https://evil.example)", r"\[x\](https\://evil.example)"),
        ("www.evil.example", r"www\.evil.example"),
        ("<img src=x>", r"\<img src=x\>"),
        ("@octocat fixes #12", "@<!-- -->octocat fixes #<!-- -->12"),
        ("a\n\n# heading", "a # heading"),
        ("# heading", r"\# heading"),
        ("1. one", r"1\. one"),
        ("- item", r"\- item"),
        ("abc\u202edef\u2066", "abcdef"),
        ("nul\x00", "nul�"),
        ("&lt;b&gt;", r"\&lt;b\&gt;"),
    ],
)
def test_a_name_is_plain_text_whatever_it_holds(text: str, shown: str) -> None:
    snapshot = replace(MINIMAL, credits=(Credit(text=text, name=text),))

    assert ghsa.description(snapshot).partition("### Credit\n\n- ")[2] == f"{shown} (reporter)"


@pytest.mark.clause("P30")
def test_a_workaround_that_is_known_not_to_exist_is_said() -> None:
    unsaid = ghsa.description(MINIMAL)
    none_known = ghsa.description(replace(MINIMAL, no_workaround=True))

    assert "Workaround" not in unsaid
    assert none_known.endswith("### Workaround\n\nNo workaround is known.")


@pytest.mark.parametrize("details", ["word " * 20_000, "```\n" + "x" * 80_000, "é" * 65_535])
def test_of_a_text_that_is_too_long_the_details_are_cut_and_the_fix_stays(details: str) -> None:
    text = ghsa.description(replace(RICH, details=details), repository=ROUTER)

    assert len(text) <= ghsa.LONGEST_DESCRIPTION
    assert f"*This has been shortened. All of it stands at <{RICH.page_url}>.*\n\n### Fix" in text
    assert text.count("```") % 2 == 0
    assert text.endswith("(finder)")


def test_what_was_withdrawn_says_why_before_anything_else() -> None:
    withdrawn = replace(MINIMAL, withdrawn_at=MINIMAL.modified_at, withdrawal_reason="It cannot be reached.")

    assert ghsa.description(withdrawn).startswith("### Withdrawn\n\nIt cannot be reached.\n\n### Overview")


def test_a_rehearsal_says_so_before_anything_else() -> None:
    body = ghsa.create_body(replace(RICH, is_rehearsal=True), repository=ROUTER)

    assert str(body["summary"]).startswith("[REHEARSAL] ")
    assert str(body["description"]).startswith(f"**{REHEARSAL_NOTE}**\n\n")


@settings(max_examples=50)
@given(st.text(max_size=3_000))
def test_no_title_is_too_long_or_empty(title: str) -> None:
    summary = ghsa.create_body(replace(MINIMAL, title=title), repository=ROUTER)["summary"]

    assert 0 < len(str(summary)) <= ghsa.LONGEST_SUMMARY


def test_a_product_without_ranges_is_named_all_the_same() -> None:
    product = replace(RICH.products[0], ranges=())

    assert ghsa.vulnerabilities([product]) == [{"package": {"ecosystem": "npm", "name": "@example/router"}}]


def test_a_range_without_its_end_covers_everything_since() -> None:
    product = replace(RICH.products[0], ranges=(Range(introduced="1.0.0"), Range()))

    assert [each["vulnerable_version_range"] for each in ghsa.vulnerabilities([product])] == [">= 1.0.0", ">= 0"]
