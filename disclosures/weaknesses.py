"""The Common Weakness Enumeration: exact names by id, and a search for the one that fits."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

PROHIBITED: Final = "Prohibited"
"""What the catalogue says of categories too wide to be a cause, and of what has been merged into others."""

NUMBER: Final = re.compile(r"(?:cwe)?[\s_-]*0*([0-9]{1,6})", re.IGNORECASE)
WORD: Final = re.compile(r"\w+")

# Names that people use, and the catalogue does not.
NICKNAMES: Final[Mapping[str, str]] = {
    "xss": "79",
    "sqli": "89",
    "csrf": "352",
    "ssrf": "918",
    "xxe": "611",
    "rce": "94",
    "idor": "639",
    "toctou": "367",
    "redos": "1333",
    "lfi": "98",
    "rfi": "98",
    "uaf": "416",
    "ssti": "1336",
}

# The 25 most dangerous of 2024: what is meant nearly always, when several names have the words.
COMMON: Final = frozenset(
    {"79", "787", "89", "352", "22", "125", "78", "416", "862", "434", "94", "20", "77"}
    | {"287", "269", "502", "200", "863", "918", "119", "476", "798", "190", "400", "306"}
)


@dataclass(frozen=True, slots=True)
class Weakness:
    id: str
    """With its prefix: CWE-79."""
    name: str

    def __str__(self) -> str:
        return f"{self.id} {self.name}"


@dataclass(frozen=True, slots=True)
class Entry:
    weakness: Weakness
    words: str
    usable: bool
    """Whether the catalogue lets it be named as the cause of a vulnerability."""


def name_of(cwe_id: str) -> str | None:
    """The exact name in the current catalogue, as CSAF compares it; None for an id that does not exist."""
    number = cwe_id.removeprefix("CWE-")
    entry = _catalogue().get(number) if cwe_id == f"CWE-{number}" else None
    return entry.weakness.name if entry else None


def search(text: str, *, limit: int = 20) -> list[Weakness]:
    """Those whose id or name is meant, the nearest first. Every word must be the beginning of one in the name."""
    wanted = text.strip().lower()
    if not wanted:
        return []
    number = NUMBER.fullmatch(wanted)
    if number or wanted in NICKNAMES:
        return _by_number(number[1] if number else NICKNAMES[wanted], wanted)[:limit]
    words = WORD.findall(wanted)
    found = [entry for entry in _catalogue().values() if entry.usable and words and _has_all(entry, words)]
    return [entry.weakness for entry in sorted(found, key=lambda entry: _distance(entry, wanted))[:limit]]


def _by_number(number: str, wanted: str) -> list[Weakness]:
    """The very one, then those that begin with the same digits, then those whose name has the word."""
    entries = _catalogue()
    exact = [entries[number].weakness] if number in entries else []
    longer = [entry.weakness for key, entry in entries.items() if key.startswith(number) and key != number]
    named = [entry.weakness for entry in entries.values() if entry.usable and _has_all(entry, [wanted])]
    near = longer if wanted not in NICKNAMES else named
    return exact + [weakness for weakness in near if weakness not in exact]


def _has_all(entry: Entry, words: list[str]) -> bool:
    return all(f" {word}" in entry.words for word in words)


def _distance(entry: Entry, wanted: str) -> tuple[bool, bool, int, int]:
    """The common before the rare, words side by side before words apart, and a short name before a long one."""
    number = entry.weakness.id.removeprefix("CWE-")
    return number not in COMMON, wanted not in entry.words, len(entry.words), int(number)


@cache
def _catalogue() -> Mapping[str, Entry]:
    """By number, in the order of numbers: read once, and kept for as long as the process runs."""
    catalogue = json.loads(_path().read_text(encoding="utf-8"))
    return {
        number: _entry(number, row["history"][-1][1], usage=row["usage"])
        for number, row in sorted(catalogue["weaknesses"].items(), key=lambda pair: int(pair[0]))
        if row["history"][-1][1]  # none: it has left the catalogue
    }


def _entry(number: str, name: str, *, usage: str) -> Entry:
    words = " " + " ".join(WORD.findall(name.lower()))
    return Entry(Weakness(f"CWE-{number}", name), words, usable=usage != PROHIBITED)


def _path() -> Path:
    """The file within the package `csaf`, which is not imported: that would set up logging for the whole process."""
    package = find_spec("csaf")
    if package is None or package.origin is None:
        raise FileNotFoundError("The catalogue of weaknesses comes with the package csaf, which is not installed.")
    return Path(package.origin).parent / "csaf" / "v21" / "cwe" / "catalog.json"
