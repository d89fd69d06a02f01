"""The names that we may send are those which GitHub describes, each of the kind that it describes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.github import NotAccepted, bodies
from portal.github.bodies import Flag, ListOf, ObjectOf, Rule, Text
from tests.github.contract import Schema, at, described, faults, listed, needs_contracts, operation
from tests.github.sandboxed import BODY

A = "/repos/wasmCloud/wash/security-advisories"


def rule_of(schema: object) -> Rule:
    """The same in our terms."""
    whole = at(schema)
    may_be_null = whole.get("nullable") is True
    match whole["type"]:
        case "string":
            longest = whole.get("maxLength")
            choices = frozenset(str(choice) for choice in listed(whole.get("enum")))
            return Text(longest if isinstance(longest, int) else None, choices, may_be_null)
        case "boolean":
            return Flag(may_be_null)
        case "array":
            return ListOf(rule_of(whole["items"]), may_be_null)
        case "object":
            required = frozenset(str(name) for name in listed(whole.get("required")))
            fields = {name: rule_of(each) for name, each in at(whole.get("properties")).items()}
            return ObjectOf(fields, required, may_be_null)
        case kind:
            raise AssertionError(kind)


def body_of(method: str, path: str) -> Schema:
    return at(operation(method, path), "requestBody", "content", "application/json", "schema")


@needs_contracts
@pytest.mark.parametrize(
    ("rule", "method", "path"),
    [(bodies.NEW_ADVISORY, "POST", A), (bodies.CHANGED_ADVISORY, "PATCH", f"{A}/GHSA-2222-2222-2222")],
)
def test_what_we_may_send_of_an_advisory_is_what_is_described(rule: ObjectOf, method: str, path: str) -> None:
    assert rule == rule_of(body_of(method, path))
    assert body_of(method, path)["additionalProperties"] is False


@needs_contracts
def test_of_a_release_we_may_send_the_notes_and_nothing_else_that_is_described() -> None:
    fields = rule_of(body_of("PATCH", "/repos/wasmCloud/wash/releases/5"))

    assert isinstance(fields, ObjectOf)
    assert bodies.CHANGED_NOTES.fields == {"body": fields.fields["body"]}


@needs_contracts
def test_credit_types_and_ecosystems_are_those_that_are_described() -> None:
    schemas = at(described(), "components", "schemas")

    assert set(listed(at(schemas, "security-advisory-credit-types")["enum"])) == bodies.CREDIT_TYPES
    assert set(listed(at(schemas, "security-advisory-ecosystems")["enum"])) == bodies.ECOSYSTEMS


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "npm", "finder", "high", "x" * 1_025]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["package", "login", "x"]), inner),
    max_leaves=4,
)
NAMES = st.sampled_from([*bodies.CHANGED_ADVISORY.fields, "start_private_fork", "cvss"])


@needs_contracts
@settings(max_examples=200)
@given(st.dictionaries(NAMES, ANYTHING, max_size=4))
def test_our_check_refuses_exactly_what_the_description_refuses(body: dict[str, object]) -> None:
    by_us = {fault.field for fault in bodies.faults(body, bodies.CHANGED_ADVISORY)}
    theirs = faults(body, body_of("PATCH", f"{A}/GHSA-2222-2222-2222"))

    assert by_us == {fault.removeprefix("$.").split(".")[0].split("[")[0].split(" ")[0] for fault in theirs}


def test_a_refusal_says_what_is_wrong_and_quotes_nothing() -> None:
    body = {"summary": "canary" * 1_000, "credits": [{"login": "canary"}], "severity": "canary", "canaries": 1}

    with pytest.raises(NotAccepted) as refused:
        bodies.check(body, bodies.CHANGED_ADVISORY)

    assert str(refused.value) == (
        "summary is longer than 1,024 characters; credits has a fault at type, which is missing; "
        "severity is none of what GitHub knows; canaries is no field that GitHub knows."
    )


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ("description", "summary", "vulnerabilities")),
        ({**BODY, "state": "published"}, ("state",)),
        ({**BODY, "severity": "high"}, ("severity",)),
        ({**BODY, "cvss": "x", "zodiac": 1}, ("cvss", "zodiac")),
        ({**BODY, "credits": [{"login": "ada", "type": "finder", "name": "Ada"}]}, ("credits",)),
        ({**BODY, "credits": [{"login": "ada", "type": "hero"}]}, ("credits",)),
        ({**BODY, "vulnerabilities": [{"package": {"ecosystem": "oci"}}]}, ("vulnerabilities",)),
        ({**BODY, "vulnerabilities": {}}, ("vulnerabilities",)),
        ({**BODY, "summary": "x" * 1_025}, ("summary",)),
        ({**BODY, "description": None}, ("description",)),
        ({**BODY, "cwe_ids": "CWE-79"}, ("cwe_ids",)),
        ({**BODY, "start_private_fork": "yes"}, ("start_private_fork",)),
    ],
)
def test_each_field_at_fault_is_named(body: dict[str, object], fields: tuple[str, ...]) -> None:
    with pytest.raises(NotAccepted) as refused:
        bodies.check(body, bodies.NEW_ADVISORY)

    assert refused.value.fields == fields
    assert str(BODY["summary"]) not in str(refused.value)
