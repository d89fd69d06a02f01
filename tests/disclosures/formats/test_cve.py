from dataclasses import replace

import pytest

from disclosures.formats import cve
from disclosures.formats.documents import REHEARSAL_NOTE, stamp
from disclosures.snapshot import Range
from tests.disclosures.advisories import MINIMAL, RICH


def test_without_an_id_there_is_a_container_but_no_record() -> None:
    assert cve.record(MINIMAL) is None
    assert cve.container(MINIMAL)["affected"] == [
        {"vendor": "Example Web Stack", "product": "WSC-SA-2222-2222", "defaultStatus": "unknown"}
    ]


def test_whoever_gave_out_the_id_is_its_assigner_and_speaks_in_its_record() -> None:
    record = cve.record(replace(RICH, cve_assigner=cve.GITHUB)) or {}
    metadata, containers = record["cveMetadata"], record["containers"]

    assert isinstance(metadata, dict)
    assert isinstance(containers, dict)
    assert (metadata["assignerShortName"], metadata["assignerOrgId"]) == ("GitHub_M", cve.GITHUB.org_id)
    assert containers["cna"]["providerMetadata"]["shortName"] == "GitHub_M"


def test_of_an_id_that_nobody_knows_the_giver_of_there_is_no_record() -> None:
    assert cve.record(replace(RICH, cve_assigner=None)) is None


@pytest.mark.parametrize(
    ("span", "version"),
    [
        (Range(), {"version": "0", "status": "affected", "versionType": "semver", "lessThan": "*"}),
        (
            Range(introduced="1.0", fixed_in="1.4"),
            {"version": "1.0", "status": "affected", "versionType": "semver", "lessThan": "1.4"},
        ),
        (
            Range(last_affected="1.3", fixed_in="1.4"),
            {"version": "0", "status": "affected", "versionType": "semver", "lessThanOrEqual": "1.3"},
        ),
        (Range(introduced="1.3", last_affected="1.3"), {"version": "1.3", "status": "affected"}),
    ],
)
def test_a_range_becomes_a_version(span: Range, version: dict[str, str]) -> None:
    product = replace(RICH.products[0], ranges=(span, span))

    assert cve.affected(RICH, product)["versions"] == [version]


def test_a_long_overview_is_cut_to_what_a_record_takes() -> None:
    container = cve.container(replace(RICH, overview="word " * 2_000))
    descriptions = container["descriptions"]

    assert isinstance(descriptions, list)
    assert len(descriptions[0]["value"]) <= cve.LONGEST_TEXT
    assert descriptions[0]["value"].endswith("word…")


def test_the_organisation_is_referred_to_where_nothing_else_is() -> None:
    assert cve.container(MINIMAL)["references"] == [{"url": "https://security.example.org"}]


def test_a_rehearsal_is_marked_for_people_and_for_programs() -> None:
    container = cve.container(replace(RICH, is_rehearsal=True))

    assert str(container["title"]).startswith("[REHEARSAL] ")
    assert cve.description(replace(RICH, is_rehearsal=True)).startswith(REHEARSAL_NOTE)
    assert container["x_rehearsal"] is True


def test_a_withdrawn_advisory_says_so_in_its_description() -> None:
    withdrawn = replace(RICH, withdrawn_at=RICH.modified_at, withdrawal_reason="It cannot be reached.")

    assert cve.description(withdrawn).startswith("Withdrawn: It cannot be reached.\n\n")


@pytest.mark.clause("P16")
def test_the_record_of_an_id_that_went_with_its_advisory_says_that_it_is_rejected_and_why() -> None:
    at = RICH.modified_at
    rejected = replace(RICH, withdrawn_at=at, withdrawal_reason="It cannot be reached.", cve_rejected_at=at)

    record = cve.record(rejected) or {}

    assert record["cveMetadata"] == {
        "cveId": RICH.cve_id,
        "assignerOrgId": "b2b5ea8e-9fb6-4b6b-9d4d-0a1f5b6f9c3e",
        "assignerShortName": "example",
        "state": "REJECTED",
        "dateUpdated": stamp(at),
        "dateRejected": stamp(at),
    }
    assert record["containers"] == {"cna": cve.rejected(RICH, reason="It cannot be reached.")}
