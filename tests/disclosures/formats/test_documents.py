"""Every document that can come out of an advisory is what the others' programs take, whatever people wrote into it."""

import json
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from cvelib.cve_api import CveRecord
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.protocols import Validator

from disclosures.formats import csaf, csaf_distribution, cve, documents, ghsa, osv
from disclosures.formats.csaf_distribution import Provider
from disclosures.formats.documents import Document
from disclosures.snapshot import Snapshot
from tests.disclosures.advisories import MINIMAL, ORGANISATION, RICH, SNAPSHOTS
from tests.github.contract import CONTRACTS, needs_contracts

SNAPSHOT_FILES: Final = Path(__file__).parent / "snapshots"
CSAF: Final = Provider(organisation=RICH.organisation, base_url="https://security.example.org/.well-known/csaf")
FORMATS: Final[dict[str, Callable[[Snapshot], Document]]] = {
    "ghsa": lambda snapshot: ghsa.create_body(snapshot, repository="example-org/router"),
    "osv": osv.record,
    "cve": lambda snapshot: cve.record(snapshot) or cve.container(snapshot),
    "csaf": lambda snapshot: csaf.document(snapshot, self_url=CSAF.address(csaf_distribution.listed(snapshot))),
}

type Findings = Callable[[Document], list[str]]


@cache
def osv_schema() -> Validator:
    return Draft202012Validator(json.loads((CONTRACTS / "osv-schema-1.7.5.json").read_text()))


@cache
def cve_schema(path: str) -> Validator:
    """The schema that `cvelib` validates with, read once instead of for each record."""
    return Draft7Validator(json.loads(Path(path).read_text()))


@pytest.fixture(scope="module")
def findings_of_csaf() -> Iterator[Findings]:
    """What `csaf validate --spec-version v20` finds. Its import sets up logging, which is put back."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    from csaf.csaf.v20._validator import validate  # noqa: PLC0415

    def findings(document: Document) -> list[str]:
        results = validate(json.loads(documents.to_bytes(document))).results
        return [f"{result.id}: {error.message}" for result in results for error in result.errors]

    yield findings
    root.handlers[:], root.level = handlers, level


def complaints(validator: Validator, document: Document) -> list[str]:
    """About the document as it arrives at the other side."""
    return [error.message for error in validator.iter_errors(json.loads(documents.to_bytes(document)))]


@needs_contracts
@pytest.mark.clause("P29", "P30")
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(snapshot=SNAPSHOTS)
def test_every_document_of_an_advisory_is_what_its_readers_take(snapshot: Snapshot, findings_of_csaf: Findings) -> None:
    record = cve.record(snapshot)

    found = {
        "OSV": complaints(osv_schema(), osv.record(snapshot)),
        "CVE container": complaints(cve_schema(CveRecord.Schemas.CNA_PUBLISHED), cve.container(snapshot)),
        "CVE record": complaints(cve_schema(CveRecord.Schemas.V5_SCHEMA), record) if record else [],
        "CSAF": findings_of_csaf(csaf.document(snapshot)),
    }

    assert found == {reader: [] for reader in found}
    assert (record is None) == (not snapshot.cve_id or snapshot.cve_assigner is None)


@pytest.mark.clause("P15", "P30")
@settings(max_examples=100)
@given(snapshot=SNAPSHOTS)
def test_no_document_says_that_we_gave_out_what_somebody_else_gave_out(snapshot: Snapshot) -> None:
    theirs = replace(snapshot, organisation=ORGANISATION, cve_id="CVE-2026-12345")
    ours = ORGANISATION.cna
    assert ours is not None

    told = [
        documents.to_bytes(document).decode()
        for assigner in (None, cve.GITHUB)
        for named in [replace(theirs, cve_assigner=assigner)]
        for document in (cve.record(named) or {}, csaf.document(named), osv.record(named))
    ]

    assert [text for text in told if ours.org_id in text or f'"{ours.short_name}"' in text] == []
    assert ours.org_id in documents.to_bytes(cve.record(replace(theirs, cve_assigner=ours)) or {}).decode()


def test_cvelib_itself_takes_a_record() -> None:
    CveRecord.validate(cve.container(RICH))
    CveRecord.validate(cve.container(MINIMAL))
    CveRecord.validate(cve.record(RICH) or {}, CveRecord.Schemas.V5_SCHEMA)
    CveRecord.validate(cve.rejected(RICH, reason="Found to be no vulnerability."), CveRecord.Schemas.CNA_REJECTED)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(SNAPSHOTS)
def test_the_same_advisory_has_the_same_bytes_without_anything_that_turns_text_around(snapshot: Snapshot) -> None:
    for build in FORMATS.values():
        once, again = documents.to_bytes(build(snapshot)), documents.to_bytes(build(snapshot))

        assert once == again
        assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(once.decode())
        assert once.endswith(b"}\n")


@pytest.mark.parametrize("advisory", [RICH, MINIMAL], ids=["rich", "minimal"])
@pytest.mark.parametrize("kind", FORMATS)
def test_a_document_looks_as_it_did_when_it_was_last_read(kind: str, advisory: Snapshot) -> None:
    """To accept a change: `PORTAL_WRITE_SNAPSHOTS=1`, then read the difference."""
    name = "rich" if advisory is RICH else "minimal"
    file = SNAPSHOT_FILES / f"{name}.{kind}.json"
    content = documents.to_bytes(FORMATS[kind](advisory))

    if os.environ.get("PORTAL_WRITE_SNAPSHOTS"):
        file.write_bytes(content)

    assert content == file.read_bytes()
