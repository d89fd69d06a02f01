"""Lists of findings, as scanners and their users send them, read into values. Pure, bounded, and never trusted.

Read are SARIF 2.1.0, JSON that is a list of objects, tables with a header (CSV), and texts with headings, numbers or
bullets. What a list says is what its sender claims.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from portal import characters
from reports.enums import Severity

MOST_BYTES: Final = 5_000_000
MOST: Final = 500
"""Findings of one list."""
MOST_READ: Final = 50_000
"""Entries that are counted, and lines of a text that are looked at."""
LONGEST_TITLE: Final = 300
LONGEST_PLACE: Final = 500
LONGEST_DETAIL: Final = 20_000
FEWEST: Final = 2
"""Entries that make a text a list."""


class NoListError(Exception):
    """It cannot be shown as findings. The message is for the person who tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    title: str
    place: str = ""
    detail: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """`left_out`: how many more there are."""

    found: Sequence[Claim]
    left_out: int = 0


def claims_in(content: bytes) -> Claims:
    """What a file lists. Raises `NoListError`."""
    if len(content) > MOST_BYTES:
        raise NoListError(f"It is larger than {MOST_BYTES // 1_000_000} MB.")
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    text = content.decode(encoding, errors="replace")
    if text.lstrip()[:1] in {"{", "["}:
        return _counted(_of_json(_parsed(text)))
    if _columns_of(_cells(_header_of(text.lstrip()))):
        return _counted(_of_table(text.lstrip()))
    return claims_in_text(text)


def claims_in_text(text: str) -> Claims:
    """What a text lists by headings, by numbers or by bullets, whichever comes first in this order."""
    lines = [line.rstrip("\r\n") for line in islice(io.StringIO(text), MOST_READ)]
    for mark in MARKS:
        begins = [number for number, line in enumerate(lines) if mark.match(line)]
        if len(begins) >= FEWEST:
            return _counted(_of_lines(lines, begins, mark))
    raise NoListError("There is no list in it: neither a scanner's format nor several headings, numbers or bullets.")


def _counted(claims: Iterable[Claim]) -> Claims:
    entries = iter(claims)
    found = list(dict.fromkeys(islice(entries, MOST)))
    if not found:
        raise NoListError("It lists nothing.")
    return Claims(found, left_out=sum(1 for _ in islice(entries, MOST_READ)))


def _claim(*, title: object, place: object = "", detail: object = "", severity: Severity | None = None) -> Claim:
    says = _line(title, longest=LONGEST_TITLE) or _line(detail, longest=LONGEST_TITLE) or "A finding without a name"
    return Claim(
        title=says,
        place=_line(place, longest=LONGEST_PLACE),
        detail=characters.storable(_said(detail))[:LONGEST_DETAIL].strip(),
        severity=severity,
    )


def _line(value: object, *, longest: int) -> str:
    plain = " ".join(characters.storable(_said(value)[: 4 * longest]).split())
    return characters.CONTROLS.sub("", characters.DIRECTION_CONTROLS.sub("", plain))[:longest]


def _said(value: object) -> str:
    """Numbers are said too; anything else that is no text says nothing."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


# --- How bad it is said to be -------------------------------------------------------------------------------

SEVERITIES: Final[Mapping[str, Severity]] = {
    "critical": Severity.CRITICAL, "blocker": Severity.CRITICAL, "high": Severity.HIGH, "error": Severity.HIGH,
    "severe": Severity.HIGH, "important": Severity.HIGH, "major": Severity.HIGH, "medium": Severity.MEDIUM,
    "moderate": Severity.MEDIUM, "warning": Severity.MEDIUM, "low": Severity.LOW, "minor": Severity.LOW,
    "note": Severity.LOW, "info": Severity.NONE, "informational": Severity.NONE, "none": Severity.NONE,
}  # fmt: skip
STEPS: Final = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (0.1, Severity.LOW))
NUMBER: Final = re.compile(r"(?:10(?:\.0{1,3})?|\d(?:\.\d{1,3})?)")


def _severity(value: object) -> Severity | None:
    """By its word, or by a score from 0 to 10."""
    said = _line(value, longest=30).casefold()
    if NUMBER.fullmatch(said):
        return next((severity for least, severity in STEPS if float(said) >= least), Severity.NONE)
    return SEVERITIES.get(said)


# --- JSON, and SARIF in it ----------------------------------------------------------------------------------

type Json = Mapping[str, object]

NAMES: Final[Mapping[str, Sequence[str]]] = {
    "title": ("title", "name", "summary", "vulnerability", "finding", "issue", "rule", "ruleid", "check", "pluginname"),
    "place": (
        "location", "place", "component", "file", "path", "url", "uri", "host", "target", "package", "asset",
        "endpoint",
    ),
    "detail": ("description", "detail", "details", "message", "evidence", "synopsis", "text", "info"),
    "severity": ("severity", "risk", "level", "priority", "cvss", "cvssscore", "score"),
}  # fmt: skip
"""What the columns of tables and the keys of objects are called, without case and separators."""


def _parsed(text: str) -> object:
    try:
        parsed: object = json.loads(text)
    except (ValueError, RecursionError):
        raise NoListError("It begins like JSON, and is none that can be read.") from None
    return parsed


def _of_json(told: object) -> Iterator[Claim]:
    if isinstance(told, Mapping) and isinstance(told.get("runs"), list):
        for run in _objects(told["runs"]):
            yield from _of_run(run)
        return
    for entry in _entries(told):
        keys = {_plain(name): value for name, value in entry.items()}
        yield _named({kind: next((keys[name] for name in names if name in keys), "") for kind, names in NAMES.items()})


def _entries(told: object) -> Iterator[Json]:
    """The list itself, or the longest list of objects that stands directly in the object."""
    if isinstance(told, Mapping):
        lists = [value for value in told.values() if isinstance(value, list)]
        told = max(lists, key=len, default=[])
    yield from _objects(told)


def _objects(value: object) -> Iterator[Json]:
    yield from (each for each in (value if isinstance(value, list) else []) if isinstance(each, Mapping))


def _inside(value: object, *names: str) -> object:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _of_run(run: Json) -> Iterator[Claim]:
    rules = {_said(rule.get("id")): rule for rule in _objects(_inside(run, "tool", "driver", "rules"))}
    for result in _objects(run.get("results")):
        if result.get("kind", "fail") in {"pass", "notApplicable"} or result.get("suppressions"):
            continue
        rule_id = _said(result.get("ruleId") or _inside(result, "rule", "id"))
        rule = rules.get(rule_id, {})
        score = _inside(result, "properties", "security-severity") or _inside(rule, "properties", "security-severity")
        level = result.get("level") or _inside(rule, "defaultConfiguration", "level") or "warning"
        yield _claim(
            title=_said(_inside(rule, "shortDescription", "text")) or _said(rule.get("name")) or rule_id,
            place=_place_of(result),
            detail=_inside(result, "message", "text") or _inside(result, "message", "markdown"),
            severity=_severity(score) if score else _severity(level),
        )


def _place_of(result: Json) -> str:
    first: Json = next(_objects(result.get("locations")), {})
    physical = first.get("physicalLocation")
    uri = _said(_inside(physical, "artifactLocation", "uri"))
    line = _inside(physical, "region", "startLine")
    return f"{uri}:{line}" if uri and isinstance(line, int) else uri


# --- Tables -------------------------------------------------------------------------------------------------

LONGEST_HEADER: Final = 4_000
DELIMITERS: Final = (",", ";", "\t", "|")


def _header_of(text: str) -> str:
    return text[:LONGEST_HEADER].partition("\n")[0]


def _cells(line: str) -> list[str]:
    """None at all of what is no line of a table."""
    try:
        return next(csv.reader([line.rstrip("\r")], delimiter=_delimiter(line)), [])
    except csv.Error:
        return []


def _delimiter(line: str) -> str:
    return max(DELIMITERS, key=line.count)


def _columns_of(header: Sequence[str]) -> dict[str, int]:
    """Which column holds what; nothing at all unless one of them names the finding."""
    places = {_plain(cell): number for number, cell in reversed(list(enumerate(header)))}
    found = {kind: [places[name] for name in names if name in places] for kind, names in NAMES.items()}
    columns = {kind: numbers[0] for kind, numbers in found.items() if numbers}
    return columns if columns.keys() & {"title", "detail"} else {}


def _of_table(text: str) -> Iterator[Claim]:
    header = _header_of(text)
    columns = _columns_of(_cells(header))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(header))
    try:
        next(rows, None)
        for row in rows:
            if any(cell.strip() for cell in row):
                yield _named({kind: row[column] for kind, column in columns.items() if column < len(row)})
    except csv.Error:
        raise NoListError("It begins like a table, and one of its cells cannot be read.") from None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.casefold()[:100])


def _named(said: Mapping[str, object]) -> Claim:
    return _claim(
        title=said.get("title", ""),
        place=said.get("place", ""),
        detail=said.get("detail", ""),
        severity=_severity(said.get("severity", "")),
    )


# --- Texts --------------------------------------------------------------------------------------------------

MARKS: Final = (
    re.compile(r" {0,3}#{1,6}[ \t]+(?=\S)"),
    re.compile(r" {0,3}\d{1,3}[.)][ \t]+(?=\S)"),
    re.compile(r" {0,3}[-*•][ \t]+(?=\S)"),
)


def _of_lines(lines: Sequence[str], begins: Sequence[int], mark: re.Pattern[str]) -> Iterator[Claim]:
    for begin, end in zip(begins, [*begins[1:], len(lines)], strict=True):
        yield _claim(title=mark.sub("", lines[begin], count=1), detail="\n".join(lines[begin + 1 : end]))
