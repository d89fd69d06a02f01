import json
from dataclasses import replace
from datetime import timedelta

import pytest

from disclosures.ecosystems import Ecosystem
from disclosures.formats import osv
from disclosures.formats.documents import REHEARSAL_NOTE
from disclosures.snapshot import Product, Range, Reference, ReferenceKind
from tests.disclosures.advisories import MINIMAL, PUBLISHED, RICH
from tests.github.contract import CONTRACTS, needs_contracts

COMMIT = "0123456789" * 4
IMAGE = Product(
    project="Router",
    repository="example-org/router",
    repository_url="https://github.com/example-org/router",
    ecosystem=Ecosystem.OCI,
    package="ghcr.io/example-org/router",
    ranges=(Range(introduced="1.0", fixed_in="1.4"),),
)


@needs_contracts
def test_every_ecosystem_is_spelled_as_osv_knows_it() -> None:
    known = json.loads((CONTRACTS / "osv-ecosystems.json").read_text())

    assert [ecosystem for ecosystem in Ecosystem if ecosystem.osv and ecosystem.osv not in known] == []
    assert [ecosystem for ecosystem in Ecosystem if ecosystem.osv is None] == [Ecosystem.OCI, Ecosystem.OTHER]


def test_a_record_is_named_by_its_first_ghsa_id_and_known_by_the_others() -> None:
    record = osv.record(RICH)

    assert record["id"] == "GHSA-2222-3333-4444"
    assert record["aliases"] == ["GHSA-5555-6666-7777", "CVE-2026-12345"]


def test_before_github_gives_an_id_the_record_has_ours_as_that_of_a_stranger() -> None:
    assert osv.record(MINIMAL)["id"] == "x_WSC-SA-2222-2222"


@pytest.mark.parametrize(
    ("span", "events"),
    [
        (Range(), [{"introduced": "0"}]),
        (Range(introduced="1.0.0"), [{"introduced": "1.0.0"}]),
        (Range(fixed_in="1.4.2"), [{"introduced": "0"}, {"fixed": "1.4.2"}]),
        (Range(introduced="1.0.0", last_affected="1.4.1"), [{"introduced": "1.0.0"}, {"last_affected": "1.4.1"}]),
        (Range(last_affected="1.4.1", fixed_in="1.4.2"), [{"introduced": "0"}, {"last_affected": "1.4.1"}]),
    ],
)
def test_a_range_becomes_its_events(span: Range, events: list[dict[str, str]]) -> None:
    product = replace(RICH.products[0], ranges=(span,))

    assert osv.affected(product)["ranges"] == [{"type": "SEMVER", "events": events}]


def test_a_version_that_is_not_strictly_semantic_is_left_to_its_ecosystem() -> None:
    product = replace(RICH.products[0], ranges=(Range(introduced="v1", fixed_in="1.4.2"),))

    assert osv.affected(product)["ranges"] == [
        {"type": "ECOSYSTEM", "events": [{"introduced": "v1"}, {"fixed": "1.4.2"}]}
    ]


def test_the_range_of_an_image_ends_at_the_commit_that_fixed_it() -> None:
    fix = Reference(url=f"{IMAGE.repository_url}/commit/{COMMIT}", kind=ReferenceKind.FIX)
    elsewhere = Reference(url=f"https://github.com/example-org/other/commit/{COMMIT}", kind=ReferenceKind.FIX)

    assert osv.affected(IMAGE, references=[elsewhere, fix]) == {
        "ranges": [
            {"type": "GIT", "repo": IMAGE.repository_url, "events": [{"introduced": "0"}, {"fixed": COMMIT}]},
        ],
        "versions": ["1.0"],
        "database_specific": {
            "package": "ghcr.io/example-org/router",
            "purl": "pkg:oci/router?repository_url=ghcr.io/example-org/router",
            "version_ranges": [[{"introduced": "1.0"}, {"fixed": "1.4"}]],
        },
    }


def test_without_that_commit_nobody_is_alarmed_for_ever() -> None:
    assert "ranges" not in osv.affected(IMAGE)


def test_an_image_without_a_fix_is_affected_from_the_beginning_on() -> None:
    unfixed = replace(IMAGE, ranges=(Range(introduced="1.0"),))

    assert osv.affected(unfixed)["ranges"] == [
        {"type": "GIT", "repo": IMAGE.repository_url, "events": [{"introduced": "0"}]},
    ]


def test_a_swift_package_is_named_by_its_address() -> None:
    product = replace(IMAGE, ecosystem=Ecosystem.SWIFT, package="github.com/example-org/router")

    assert osv.package_name(product) == "https://github.com/example-org/router"


def test_a_withdrawn_record_says_when_and_why() -> None:
    record = osv.record(
        replace(RICH, withdrawn_at=PUBLISHED + timedelta(days=30), withdrawal_reason="It cannot be reached.")
    )

    assert record["withdrawn"] == "2026-12-24T15:00:00Z"
    assert str(record["details"]).startswith("## Withdrawn\n\nIt cannot be reached.\n\n")


def test_a_rehearsal_is_marked_for_people_and_for_programs() -> None:
    record = osv.record(replace(RICH, is_rehearsal=True))

    assert str(record["summary"]).startswith("[REHEARSAL] ")
    assert str(record["details"]).startswith(f"**{REHEARSAL_NOTE}**")
    ours = record["database_specific"]
    assert isinstance(ours, dict)
    assert ours["rehearsal"] is True
