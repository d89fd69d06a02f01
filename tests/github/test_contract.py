"""The validator notices what departs from a description: otherwise the contract tests would prove nothing."""

import pytest

from tests.github.contract import Schema, faults, faults_in_request, needs_contracts, operation

PERSON: Schema = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string", "nullable": True, "maxLength": 3},
        "role": {"enum": ["read", "write"]},
        "page": {"type": "string", "format": "uri"},
        "since": {"type": "string", "format": "date-time"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "either": {"oneOf": [{"type": "string"}, {"type": "boolean"}]},
    },
}


def test_what_is_described_has_no_fault() -> None:
    person = {
        "id": 1, "name": None, "role": "read", "page": "https://x.example", "since": "2026-01-01T00:00:00Z",
        "tags": ["a"], "either": True,
    }  # fmt: skip

    assert list(faults(person, PERSON)) == []


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ([], "$ is no object"),
        ({}, "$ lacks id"),
        ({"id": True}, "$.id is no integer"),
        ({"id": "1"}, "$.id is no integer"),
        ({"id": 1, "name": "four"}, "$.name is longer than 3"),
        ({"id": 1, "role": "admin"}, "$.role is none of ['read', 'write']"),
        ({"id": 1, "page": "nowhere"}, "$.page is no address"),
        ({"id": 1, "since": "2026-01-01T00:00:00"}, "$.since is no moment"),
        ({"id": 1, "tags": ["a", 2]}, "$.tags[1] is no string"),
        ({"id": 1, "either": 5}, "$.either is none of what it may be"),
        ({"id": 1, "more": 5}, "$.more is not described"),
    ],
)
def test_each_departure_is_named(value: object, fault: str) -> None:
    assert list(faults(value, PERSON)) == [fault]


@needs_contracts
def test_a_request_is_held_to_its_operation() -> None:
    asked = operation("GET", "/orgs/wasmCloud/repos")

    assert asked is not None
    assert list(faults_in_request(asked, query={"per_page": "100", "sort": "created"}, body=None)) == []
    assert list(faults_in_request(asked, query={"per_page": "many", "sort": "size", "q": "x"}, body=None)) == [
        "?per_page is no integer",
        "?sort is none of ['created', 'updated', 'pushed', 'full_name']",
        "?q is not described",
    ]
    assert operation("DELETE", "/orgs/wasmCloud/repos") is None
    assert operation("GET", "/orgs/wasmCloud/repositories") is None
