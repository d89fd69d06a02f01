import json
from dataclasses import replace
from datetime import timedelta

import pytest

from disclosures.ecosystems import Ecosystem
from disclosures.formats import csaf, csaf_distribution, csaf_products, csaf_tracking, documents
from disclosures.formats.csaf_distribution import Key, Listed, Provider
from disclosures.snapshot import Range, Revision, Severity, Snapshot
from tests.disclosures.advisories import MINIMAL, ORGANISATION, PUBLISHED, RICH

PROVIDER = Provider(
    organisation=ORGANISATION,
    base_url="https://security.example.org/.well-known/csaf/",
    keys=(Key(fingerprint="A" * 40, url="https://security.example.org/key.asc"),),
)
OLD = Listed(identifier="WSC-SA-2222-2222", title="Old", released_at=PUBLISHED, updated_at=PUBLISHED)
LATER = Listed(
    identifier="WSC-SA-7K3M-9QXD",
    title="Changed “later”",
    released_at=PUBLISHED - timedelta(days=400),
    updated_at=PUBLISHED + timedelta(days=1),
)


@pytest.mark.parametrize(
    ("ecosystem", "span", "vers"),
    [
        (Ecosystem.NPM, Range(introduced="1.0.0", fixed_in="1.4.2"), "vers:npm/>=1.0.0|<1.4.2"),
        (Ecosystem.PIP, Range(last_affected="1!2.0+x"), "vers:pypi/<=1%212.0+x"),
        (Ecosystem.GO, Range(introduced="0"), "vers:golang/*"),
        (Ecosystem.OCI, Range(introduced="1.0", last_affected="1.0"), "vers:oci/1.0"),
    ],
)
def test_a_range_is_written_in_the_notation_of_all_ecosystems(ecosystem: Ecosystem, span: Range, vers: str) -> None:
    assert csaf_products.vers(replace(RICH.products[0], ecosystem=ecosystem), span) == vers


def test_what_is_affected_and_what_is_fixed_are_told_apart() -> None:
    assert csaf_products.status(csaf_products.named(RICH.products)) == {
        "known_affected": ["P1-affected-1", "P1-affected-2", "P2-affected-1", "P3-affected-1", "P3-affected-2"],
        "fixed": ["P1-fixed-1", "P1-fixed-2", "P2-fixed-1"],
    }


def test_a_document_that_names_no_version_is_no_advisory_yet() -> None:
    unsure = replace(RICH, products=tuple(replace(product, ranges=()) for product in RICH.products))

    assert [category(snapshot) for snapshot in (RICH, MINIMAL, unsure)] == [csaf.ADVISORY, csaf.BASE, csaf.BASE]


def category(snapshot: Snapshot) -> object:
    meta = csaf.document(snapshot)["document"]
    assert isinstance(meta, dict)
    return meta["category"]


def test_the_history_counts_from_one_and_never_goes_back_in_time() -> None:
    revisions = (
        Revision(number=7, at=PUBLISHED, changed="Later number, earlier day."),
        Revision(number=2, at=PUBLISHED + timedelta(days=1), changed="First published."),
    )

    tracking = csaf_tracking.tracking(replace(RICH, revisions=revisions))

    assert tracking["version"] == "2"
    assert tracking["revision_history"] == [
        {"number": "1", "date": "2026-11-25T15:00:00Z", "summary": "First published.", "legacy_version": "2"},
        {"number": "2", "date": "2026-11-25T15:00:00Z", "summary": "Later number, earlier day.", "legacy_version": "7"},
    ]


def test_what_is_not_published_is_a_draft() -> None:
    assert [csaf_tracking.tracking(snapshot)["status"] for snapshot in (RICH, MINIMAL)] == ["final", "draft"]


@pytest.mark.clause("P30")
def test_fix_and_workaround_are_remedies_for_every_affected_version() -> None:
    vulnerabilities = csaf.document(RICH)["vulnerabilities"]
    assert isinstance(vulnerabilities, list)

    remedies = [(remedy["category"], len(remedy["product_ids"])) for remedy in vulnerabilities[0]["remediations"]]

    assert remedies == [("vendor_fix", 5), ("workaround", 5)]


def test_without_a_fix_the_document_does_not_promise_one() -> None:
    product = replace(RICH.products[0], ranges=(Range(),))
    vulnerabilities = csaf.document(replace(RICH, products=(product,), fix="", workaround=""))["vulnerabilities"]
    assert isinstance(vulnerabilities, list)

    assert vulnerabilities[0]["remediations"] == [
        {"category": "none_available", "details": csaf.NO_FIX, "product_ids": ["P1-affected-1"]}
    ]


def test_a_rehearsal_and_a_withdrawal_stand_in_the_notes_of_the_document() -> None:
    snapshot = replace(
        RICH, is_rehearsal=True, withdrawn_at=PUBLISHED, withdrawal_reason="Not real.", severity=Severity.LOW
    )
    meta = csaf.document(snapshot)["document"]
    assert isinstance(meta, dict)

    assert meta["title"].startswith("[REHEARSAL] ")
    assert [note["text"] for note in meta["notes"]][:2] == [
        documents.REHEARSAL_NOTE,
        "Withdrawn on 2026-11-24. Not real.",
    ]
    assert meta["aggregate_severity"] == {"text": "Low"}


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("WSC-SA-7K3M-9QXD", "wsc-sa-7k3m-9qxd.json"),
        ("RHSA-2019:1862", "rhsa-2019_1862.json"),
        ("2022_#01-A", "2022_01-a.json"),
    ],
)
def test_a_file_is_named_as_the_standard_derives_it(identifier: str, name: str) -> None:
    assert csaf_distribution.file_name(identifier) == name


def test_the_lists_of_documents_are_in_the_order_that_readers_expect() -> None:
    assert csaf_distribution.index([LATER, OLD]) == "2025/wsc-sa-7k3m-9qxd.json\n2026/wsc-sa-2222-2222.json\n"
    assert csaf_distribution.changes([OLD, LATER]) == (
        '"2025/wsc-sa-7k3m-9qxd.json","2026-11-25T15:00:00Z"\n"2026/wsc-sa-2222-2222.json","2026-11-24T15:00:00Z"\n'
    )


def test_the_feed_names_each_document_with_its_hashes_and_signature() -> None:
    feed = csaf_distribution.rolie_feed(PROVIDER, [OLD, LATER], updated_at=PUBLISHED)["feed"]
    assert isinstance(feed, dict)
    address = "https://security.example.org/.well-known/csaf/white/2025/wsc-sa-7k3m-9qxd.json"

    assert feed["updated"] == "2026-11-25T15:00:00Z"
    assert [entry["id"] for entry in feed["entry"]] == ["WSC-SA-7K3M-9QXD", "WSC-SA-2222-2222"]
    assert feed["entry"][0] == {
        "id": "WSC-SA-7K3M-9QXD",
        "title": "Changed “later”",
        "link": [
            {"rel": "self", "href": address},
            {"rel": "hash", "href": f"{address}.sha256"},
            {"rel": "hash", "href": f"{address}.sha512"},
            {"rel": "signature", "href": f"{address}.asc"},
        ],
        "published": "2025-10-20T15:00:00Z",
        "updated": "2026-11-25T15:00:00Z",
        "content": {"type": "application/json", "src": address},
        "format": {"schema": csaf_distribution.SCHEMA, "version": "2.0"},
    }


def test_without_a_key_nothing_claims_to_be_signed() -> None:
    provider = replace(PROVIDER, keys=())
    feed = csaf_distribution.rolie_feed(provider, [OLD], updated_at=PUBLISHED)
    metadata = csaf_distribution.provider_metadata(provider, updated_at=PUBLISHED)

    assert "signature" not in json.dumps(feed)
    assert metadata["role"] == "csaf_provider"
    assert "public_openpgp_keys" not in metadata


def test_an_empty_feed_is_a_feed_all_the_same() -> None:
    feed = csaf_distribution.rolie_feed(PROVIDER, [], updated_at=PUBLISHED)["feed"]

    assert isinstance(feed, dict)
    assert (feed["entry"], feed["updated"]) == ([], "2026-11-24T15:00:00Z")


def test_the_metadata_lead_to_the_feed_and_the_folder() -> None:
    metadata = csaf_distribution.provider_metadata(PROVIDER, updated_at=PUBLISHED)

    assert metadata["role"] == "csaf_trusted_provider"
    assert metadata["canonical_url"] == "https://security.example.org/.well-known/csaf/provider-metadata.json"
    assert metadata["distributions"] == [
        {"directory_url": "https://security.example.org/.well-known/csaf/white/"},
        {"rolie": {"feeds": [{"summary": "All advisories", "tlp_label": "WHITE", "url": PROVIDER.feed_url}]}},
    ]


def test_a_hash_stands_beside_the_name_of_its_file() -> None:
    line = csaf_distribution.hash_file(b"{}\n", name="x.json", algorithm="sha256")

    assert line == "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356  x.json\n"


def test_a_published_snapshot_is_listed_by_the_year_of_its_release() -> None:
    assert csaf_distribution.listed(RICH) == Listed(
        identifier="WSC-SA-7K3M-9QXD",
        title=RICH.title,
        released_at=PUBLISHED,
        updated_at=RICH.modified_at,
    )
