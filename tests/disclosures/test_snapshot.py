import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosures import layout
from disclosures.ecosystems import Ecosystem
from disclosures.snapshot import Product, Snapshot, from_json, to_json
from tests.disclosures.advisories import MINIMAL, RICH

MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]))


@settings(max_examples=100)
@given(st.sampled_from([RICH, MINIMAL]), st.text(), MOMENTS)
def test_a_snapshot_survives_being_written_and_read(advisory: Snapshot, text: str, at: datetime) -> None:
    snapshot = replace(advisory, title=text, modified_at=at, withdrawn_at=at)

    written = to_json(snapshot)

    assert from_json(written) == snapshot
    assert to_json(from_json(written)) == written


def test_equal_snapshots_have_equal_bytes_whatever_zone_they_were_made_in() -> None:
    elsewhere = replace(RICH, modified_at=RICH.modified_at.astimezone(timezone(timedelta(hours=-8))))

    assert to_json(elsewhere) == to_json(RICH)


def test_a_moment_without_a_zone_is_not_written() -> None:
    with pytest.raises(ValueError, match="zone"):
        to_json(replace(MINIMAL, modified_at=datetime(2026, 11, 25)))  # noqa: DTZ001


@pytest.mark.parametrize(
    "change",
    [
        {"title": None},
        {"title": 1},
        {"revision": True},
        {"modified_at": "yesterday"},
        {"modified_at": "2026-11-25T00:00:00"},
        {"severity": "dreadful"},
        {"products": {}},
        {"products": ["router"]},
        {"unknown": ""},
    ],
)
def test_what_is_no_snapshot_is_not_taken_for_one(change: dict[str, object]) -> None:
    envelope = json.loads(to_json(MINIMAL))
    envelope["value"].update(change)

    with pytest.raises(layout.Unreadable):
        from_json(json.dumps(envelope))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"layout": 1}', '{"layout": 1, "value": {"title": ""}}', "\ud800"])
def test_neither_is_any_other_text(text: str) -> None:
    with pytest.raises(layout.Unreadable):
        from_json(text)


def test_a_snapshot_of_another_layout_is_not_guessed_at() -> None:
    envelope = json.loads(to_json(RICH)) | {"layout": 2}

    with pytest.raises(layout.Unreadable, match="another layout"):
        from_json(json.dumps(envelope))


def test_a_field_that_came_later_has_its_default() -> None:
    envelope = json.loads(to_json(MINIMAL))
    del envelope["value"]["withdrawal_reason"]

    assert from_json(json.dumps(envelope)) == MINIMAL


@pytest.mark.parametrize(
    ("ecosystem", "package", "purl"),
    [
        (Ecosystem.RUBYGEMS, "router", "pkg:gem/router"),
        (Ecosystem.NPM, "@example/router", "pkg:npm/%40example/router"),
        (Ecosystem.PIP, "Example_Router", "pkg:pypi/example-router"),
        (Ecosystem.MAVEN, "org.example:router", "pkg:maven/org.example/router"),
        (Ecosystem.NUGET, "Example.Router", "pkg:nuget/Example.Router"),
        (Ecosystem.COMPOSER, "example/router", "pkg:composer/example/router"),
        (Ecosystem.GO, "example.org/router/v2", "pkg:golang/example.org/router/v2"),
        (Ecosystem.RUST, "router", "pkg:cargo/router"),
        (Ecosystem.ERLANG, "router", "pkg:hex/router"),
        (Ecosystem.ACTIONS, "example-org/setup", "pkg:github/example-org/setup"),
        (Ecosystem.PUB, "router", "pkg:pub/router"),
        (Ecosystem.SWIFT, "https://github.com/example/router.git", "pkg:swift/github.com/example/router"),
        (Ecosystem.OCI, "ghcr.io/example/router", "pkg:oci/router?repository_url=ghcr.io/example/router"),
        (Ecosystem.OTHER, "router", "pkg:generic/router"),
        (Ecosystem.NPM, "", ""),
        (Ecosystem.NPM, "///", ""),
    ],
)
def test_the_package_url_follows_the_ecosystem(ecosystem: Ecosystem, package: str, purl: str) -> None:
    product = Product(project="", repository="", repository_url="", ecosystem=ecosystem, package=package)

    assert product.purl == purl


def test_the_repositories_of_an_advisory_stand_in_the_order_of_its_products() -> None:
    assert RICH.repositories == ("example-org/router", "example-org/images")
    assert [product.package for product in RICH.products_in("example-org/router")] == [
        "@example/router",
        "Example_Router",
    ]
    advisory = RICH.ghsa_in("example-org/images")
    assert advisory is not None
    assert advisory.ghsa_id == "GHSA-5555-6666-7777"
    assert RICH.ghsa_in("example-org/other") is None
