"""What may stand in the bodies that we send. GitHub's description knows these names and no other.

A contract test holds this table against that description. A fault names a field and never quotes what stands in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from portal.github.errors import NotAccepted

type Rule = Text | Flag | ListOf | ObjectOf


@dataclass(frozen=True, slots=True)
class Text:
    longest: int | None = None
    choices: frozenset[str] = frozenset()
    may_be_null: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    may_be_null: bool = False


@dataclass(frozen=True, slots=True)
class ListOf:
    item: Rule
    may_be_null: bool = False


@dataclass(frozen=True, slots=True)
class ObjectOf:
    fields: Mapping[str, Rule]
    required: frozenset[str] = frozenset()
    may_be_null: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    field: str
    """The outermost one at fault."""
    what: str
    """As the end of a sentence that begins with the field."""


ECOSYSTEMS: Final = frozenset(
    {
        "rubygems", "npm", "pip", "maven", "nuget", "composer", "go", "rust", "erlang", "actions", "pub", "other",
        "swift",
    }
)  # fmt: skip
CREDIT_TYPES: Final = frozenset(
    {
        "analyst", "finder", "reporter", "coordinator", "remediation_developer", "remediation_reviewer",
        "remediation_verifier", "tool", "sponsor", "other",
    }
)  # fmt: skip
SEVERITIES: Final = frozenset({"critical", "high", "medium", "low"})
STATES: Final = frozenset({"published", "closed", "draft"})
LONGEST_SUMMARY: Final = 1_024
LONGEST_DESCRIPTION: Final = 65_535

PACKAGE: Final = ObjectOf(
    {"ecosystem": Text(choices=ECOSYSTEMS), "name": Text(may_be_null=True)}, required=frozenset({"ecosystem"})
)
VULNERABILITY: Final = ObjectOf(
    {
        "package": PACKAGE,
        "vulnerable_version_range": Text(may_be_null=True),
        "patched_versions": Text(may_be_null=True),
        "vulnerable_functions": ListOf(Text(), may_be_null=True),
    },
    required=frozenset({"package"}),
)
CREDIT: Final = ObjectOf({"login": Text(), "type": Text(choices=CREDIT_TYPES)}, required=frozenset({"login", "type"}))
_ALWAYS: Final[Mapping[str, Rule]] = {
    "summary": Text(longest=LONGEST_SUMMARY),
    "description": Text(longest=LONGEST_DESCRIPTION),
    "cve_id": Text(may_be_null=True),
    "vulnerabilities": ListOf(VULNERABILITY),
    "cwe_ids": ListOf(Text(), may_be_null=True),
    "credits": ListOf(CREDIT, may_be_null=True),
    "severity": Text(choices=SEVERITIES, may_be_null=True),
    "cvss_vector_string": Text(may_be_null=True),
}
NEW_ADVISORY: Final = ObjectOf(
    {**_ALWAYS, "start_private_fork": Flag()}, required=frozenset({"summary", "description", "vulnerabilities"})
)
CHANGED_ADVISORY: Final = ObjectOf(
    {
        **_ALWAYS,
        "state": Text(choices=STATES),
        "collaborating_users": ListOf(Text(), may_be_null=True),
        "collaborating_teams": ListOf(Text(), may_be_null=True),
    }
)
LONGEST_TITLE: Final = 256
NEW_ISSUE: Final = ObjectOf(
    {"title": Text(longest=LONGEST_TITLE), "body": Text(longest=LONGEST_DESCRIPTION)},
    required=frozenset({"title", "body"}),
)
"""The description knows more, such as labels and who is assigned, and sets no length; GitHub's own form takes these."""
CHANGED_NOTES: Final = ObjectOf({"body": Text()}, required=frozenset({"body"}))
"""The description knows more: with `draft` or `prerelease` in it, writing notes would publish."""

NEW_COMMENT: Final = ObjectOf({"body": Text(longest=LONGEST_DESCRIPTION)}, required=frozenset({"body"}))


def check(body: Mapping[str, object], rule: ObjectOf) -> None:
    """Raises `NotAccepted` before anything is sent."""
    found = [*faults(body, rule), *_severity_twice(body)]
    if found:
        names = tuple(dict.fromkeys(fault.field for fault in found))
        raise NotAccepted("; ".join(f"{fault.field} {fault.what}" for fault in found) + ".", fields=names)


def faults(body: Mapping[str, object], rule: ObjectOf) -> Iterator[Fault]:
    yield from (Fault(name, "is missing") for name in sorted(rule.required - body.keys()))
    for name, value in body.items():
        if name in rule.fields:
            for what in dict.fromkeys(_wrong_with(value, rule.fields[name])):
                yield Fault(name, what)
        else:
            yield Fault(name, "is no field that GitHub knows")


def _severity_twice(body: Mapping[str, object]) -> Iterator[Fault]:
    if body.get("severity") is not None and body.get("cvss_vector_string") is not None:
        yield Fault("severity", "and cvss_vector_string exclude each other")


def _wrong_with(value: object, rule: Rule) -> Iterator[str]:
    if value is None:
        if not rule.may_be_null:
            yield "may not be null"
        return
    match rule:
        case Text():
            yield from _wrong_with_text(value, rule)
        case Flag() if not isinstance(value, bool):
            yield "is neither true nor false"
        case ListOf(item=item):
            if isinstance(value, list | tuple):
                for each in value:
                    yield from _wrong_with(each, item)
            else:
                yield "is no list"
        case ObjectOf():
            if isinstance(value, Mapping):
                yield from (f"has a fault at {fault.field}, which {fault.what}" for fault in faults(value, rule))
            else:
                yield "is no object"


def _wrong_with_text(value: object, rule: Text) -> Iterator[str]:
    if not isinstance(value, str):
        yield "is no text"
    elif rule.longest is not None and len(value) > rule.longest:
        yield f"is longer than {rule.longest:,} characters"
    elif rule.choices and value not in rule.choices:
        yield "is none of what GitHub knows"
