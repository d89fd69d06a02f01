"""What GitHub publishes about its interface, and what in a request or an answer departs from it.

Understands as much of OpenAPI 3.0 as that description uses. The description itself is no part of the project.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from django.conf import settings

type Schema = Mapping[str, object]

CONTRACTS: Final = Path(os.environ.get("CONTRACTS_DIR", settings.BASE_DIR.parent / "shared" / "contracts"))
needs_contracts: Final = pytest.mark.skipif(
    not CONTRACTS.exists(), reason="what GitHub publishes is not at hand: set CONTRACTS_DIR"
)

KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
IN_PATH: Final = re.compile(r"\\\{(\w+)\\\}")


@cache
def _document(name: str) -> Schema:
    document = json.loads((CONTRACTS / name).read_text())
    assert isinstance(document, dict)
    return document


def described() -> Schema:
    return _document("github-subset.bundled.json")


def webhooks() -> dict[str, Schema]:
    """The schemas of the payloads, by event and action: `repository-archived`."""
    document = _document("github-webhooks.json")
    return {name: at(document, name, "schema") for name in document}


def edition() -> str:
    return str(at(described(), "info")["x-edition"])


def at(value: object, *names: str) -> Schema:
    """The object that stands under `names`, references followed."""
    found = _followed(value)
    for name in names:
        found = _followed(found[name])
    return found


def _followed(value: object) -> Schema:
    assert isinstance(value, Mapping)
    reference = value.get("$ref")
    return at(described(), *reference.removeprefix("#/").split("/")) if isinstance(reference, str) else value


def listed(value: object) -> Sequence[object]:
    assert value is None or isinstance(value, list)
    return value or []


def example(name: str) -> object:
    return at(described(), "components", "examples", name)["value"]


# --- Values -------------------------------------------------------------------------------------------------


def faults(value: object, schema: Schema, *, where: str = "$") -> Iterator[str]:
    """Each departure of `value` from `schema`, as a sentence."""
    schema = at(schema)
    choices = [at(choice) for choice in (*listed(schema.get("oneOf")), *listed(schema.get("anyOf")))]
    if value is None and (schema.get("nullable") or any(choice.get("nullable") for choice in choices)):
        return
    for part in listed(schema.get("allOf")):
        yield from faults(value, at(part), where=where)
    if choices and all(any(True for _ in faults(value, choice, where=where)) for choice in choices):
        yield f"{where} is none of what it may be"
    kind = schema.get("type")
    if isinstance(kind, str) and (not isinstance(value, KINDS[kind]) or (kind != "boolean" and value is True)):
        yield f"{where} is no {kind}"
        return
    if "enum" in schema and value not in listed(schema["enum"]):
        yield f"{where} is none of {schema['enum']}"
    if isinstance(value, str):
        yield from _faults_in_text(value, schema, where=where)
    elif isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            yield from faults(item, at(schema["items"]), where=f"{where}[{number}]")
    elif isinstance(value, dict):
        yield from _faults_in_object(value, schema, where=where)


def _faults_in_text(value: str, schema: Schema, *, where: str) -> Iterator[str]:
    longest = schema.get("maxLength")
    if isinstance(longest, int) and len(value) > longest:
        yield f"{where} is longer than {longest}"
    if schema.get("format") == "date-time" and datetime.fromisoformat(value).tzinfo is None:
        yield f"{where} is no moment"
    if schema.get("format") == "uri" and not urlsplit(value).scheme:
        yield f"{where} is no address"


def _faults_in_object(value: Mapping[str, object], schema: Schema, *, where: str) -> Iterator[str]:
    properties = at(schema.get("properties", {}))
    more = schema.get("additionalProperties", True)
    yield from (f"{where} lacks {name}" for name in listed(schema.get("required")) if name not in value)
    for name, item in value.items():
        if name in properties:
            yield from faults(item, at(properties[name]), where=f"{where}.{name}")
        elif more is False:
            yield f"{where}.{name} is not described"
        elif isinstance(more, Mapping):
            yield from faults(item, at(more), where=f"{where}.{name}")


# --- Requests and answers -----------------------------------------------------------------------------------


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    paths = at(described(), "paths")
    return [(path, re.compile(IN_PATH.sub(r"(?P<\1>[^/]+)", re.escape(path)))) for path in paths]


def operation(method: str, path: str) -> Schema | None:
    """What is described of that path, variable parts filled in."""
    for template, pattern in _patterns():
        if pattern.fullmatch(path):
            methods = at(described(), "paths", template)
            return at(methods[method.lower()]) if method.lower() in methods else None
    return None


def faults_in_request(described_as: Schema, *, query: Mapping[str, str], body: object) -> Iterator[str]:
    """We send nothing that the description does not name."""
    parameters = [at(parameter) for parameter in listed(described_as.get("parameters"))]
    known = {str(parameter["name"]): at(parameter["schema"]) for parameter in parameters if parameter["in"] == "query"}
    for name, text in query.items():
        if name not in known:
            yield f"?{name} is not described"
        else:
            value = int(text) if known[name].get("type") == "integer" and text.isdecimal() else text
            yield from faults(value, known[name], where=f"?{name}")
    if body is not None:
        content = at(described_as, "requestBody", "content", "application/json", "schema")
        yield from faults(body, content, where="body")


def faults_in_answer(described_as: Schema, *, status: int, body: object) -> Iterator[str]:
    responses = at(described_as, "responses")
    if str(status) not in responses:
        yield f"{status} is not described"
    elif "content" in at(responses[str(status)]):
        yield from faults(body, at(responses[str(status)], "content", "application/json", "schema"))
