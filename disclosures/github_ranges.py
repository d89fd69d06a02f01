"""Ranges in GitHub's syntax, both ways: ">= 1.0, < 1.4.2", "<= 1.4.1", "= 1.4.0"."""

import re
from dataclasses import dataclass
from typing import Final

from disclosures.snapshot import Range
from disclosures.versions import BEGINNING

EVERYTHING: Final = f">= {BEGINNING}"

TERM: Final = re.compile(r"\s*(?P<sign>>=|<=|<|>|=|)\s*(?P<version>[^\s,<>=|*]+)\s*")


@dataclass(frozen=True, slots=True)
class Reading:
    """A range, or why there is none."""

    span: Range | None
    trouble: str = ""


def to_github(span: Range) -> str:
    """Of a range with both ends said, the version with the fix goes into `patched_versions` alone."""
    if span.introduced and span.introduced == span.last_affected:
        return f"= {span.introduced}"
    lower = f">= {span.introduced}" if span.introduced not in ("", BEGINNING) else ""
    upper = f"<= {span.last_affected}" if span.last_affected else f"< {span.fixed_in}" if span.fixed_in else ""
    return ", ".join(filter(None, (lower, upper))) or EVERYTHING


def from_github(text: str, *, patched: str = "") -> Reading:
    """Reads what anybody may have typed there; `patched` is what GitHub keeps beside it."""
    terms = [TERM.fullmatch(term) for term in text.split(",") if term.strip() not in ("", "*")]
    signs = {found["sign"] or "=": found["version"] for found in terms if found}
    if None in terms or len(signs) < len(terms):
        return Reading(None, f"“{text.strip()}” is not a range in GitHub's syntax, such as “>= 1.0, < 1.4.2”.")
    fix = _one_version(patched)
    match signs:
        case {"=": only} if len(signs) == 1:
            return Reading(Range(introduced=only, last_affected=only, fixed_in=fix))
        case {"<": upper, **lower} if lower.keys() <= {">="}:
            return Reading(Range(introduced=_introduced(lower), fixed_in=upper))
        case {"<=": upper, **lower} if lower.keys() <= {">="}:
            return Reading(Range(introduced=_introduced(lower), last_affected=upper, fixed_in=fix))
        case _ if signs.keys() <= {">="}:
            return Reading(Range(introduced=_introduced(signs), fixed_in=fix))
    return Reading(None, f"“{text.strip()}” does not say one first and one last version: write >= and < or <=.")


def _introduced(lower: dict[str, str]) -> str:
    version = lower.get(">=", "")
    return "" if version == BEGINNING else version


def _one_version(patched: str) -> str:
    """GitHub takes any words for the patched version; only a single version is one."""
    found = TERM.fullmatch(patched)
    return found["version"] if found and found["sign"] in ("", "=", ">=") else ""
