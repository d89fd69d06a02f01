"""Which versions are affected: checked, tested and translated. Bad input gets a sentence, never an exception."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, NamedTuple

from univers.nuget import InvalidNuGetVersion
from univers.versions import Version

from disclosures.ecosystems import Ecosystem
from disclosures.snapshot import Range

LONGEST_VERSION: Final = 100
BEGINNING: Final = "0"
"""Everybody's word for "before any version"."""

# Commas, spaces and comparators separate versions in what others read, so that none may stand within one.
WRITTEN: Final = re.compile(r"(?![vV]+$)[0-9A-Za-z][0-9A-Za-z._:+!~@/-]*")
SEMANTIC: Final = re.compile(
    r"[vV]?(?P<numbers>[0-9]{1,18}(?:\.[0-9]{1,18}){0,2})(?P<before>-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?"
)


@dataclass(frozen=True, slots=True)
class Match:
    affected: bool
    why: str


def trouble_with(ecosystem: Ecosystem, version: str) -> str:
    """What is wrong with a version, as a sentence; nothing if it can be ordered among the others."""
    if len(version) > LONGEST_VERSION:
        return f"A version has at most {LONGEST_VERSION} characters."
    if _parsed(ecosystem, version) is None:
        return f"“{version}” is not a version of {ecosystem.label}." if version else "There is no version here."
    return ""


def check(ecosystem: Ecosystem, span: Range) -> list[str]:
    """Everything that is wrong with one range."""
    ends = (span.introduced, span.last_affected, span.fixed_in)
    bad = [trouble_with(ecosystem, end) for end in dict.fromkeys(ends) if end and not _is_beginning(end)]
    if troubles := [sentence for sentence in bad if sentence]:
        return troubles
    return [
        sentence
        for sentence in (
            _order(ecosystem, span.introduced, span.fixed_in, "The version with the fix", strictly=True),
            _order(ecosystem, span.introduced, span.last_affected, "The last affected version", strictly=False),
            _order(ecosystem, span.last_affected, span.fixed_in, "The version with the fix", strictly=True),
        )
        if sentence
    ]


def check_all(ecosystem: Ecosystem, ranges: Sequence[Range]) -> list[str]:
    """Everything that is wrong with the ranges of one product, overlaps included."""
    troubles = [sentence for span in ranges for sentence in check(ecosystem, span)]
    if troubles:
        return troubles
    return [
        f"“{described(one)}” and “{described(other)}” overlap: say each version once."
        for one, other in combinations(ranges, 2)
        if _overlap(ecosystem, one, other)
    ]


def matches(ecosystem: Ecosystem, ranges: Sequence[Range], version: str) -> Match:
    """Whether a version is affected, and why, for the people who wrote the ranges."""
    asked = _parsed(ecosystem, version.strip())
    if asked is None:
        return Match(affected=False, why=trouble_with(ecosystem, version.strip()))
    for span in ranges:
        if troubles := check(ecosystem, span):
            return Match(affected=False, why=f"This cannot be told yet. {troubles[0]}")
        if _holds(ecosystem, span, asked):
            return Match(affected=True, why=f"{version.strip()} is affected: {described(span)}.")
    return Match(affected=False, why=_why_not(ecosystem, ranges, asked, version.strip()))


def described(span: Range) -> str:
    """A range in words, such as "from 1.0 up to, but without, 1.4.2"."""
    if span.introduced and span.introduced == span.last_affected:
        return f"only {span.introduced}"
    begins = "" if _is_beginning(span.introduced) else f"from {span.introduced} on"
    if span.last_affected:
        return f"{begins.removesuffix(' on')} up to and with {span.last_affected}".strip()
    if span.fixed_in:
        return f"{begins.removesuffix(' on')} up to, but without, {span.fixed_in}".strip()
    return begins or "every version"


class Bounds(NamedTuple):
    lower: Version | None
    upper: Version | None
    with_upper: bool


def _bounds(ecosystem: Ecosystem, span: Range) -> Bounds:
    lower = None if _is_beginning(span.introduced) else _parsed(ecosystem, span.introduced)
    upper = _parsed(ecosystem, span.last_affected or span.fixed_in)
    return Bounds(lower, upper, bool(span.last_affected))


def _holds(ecosystem: Ecosystem, span: Range, asked: Version) -> bool:
    lower, upper, with_upper = _bounds(ecosystem, span)
    if lower is not None and asked < lower:
        return False
    return upper is None or asked < upper or (with_upper and not upper < asked)


def _overlap(ecosystem: Ecosystem, one: Range, other: Range) -> bool:
    return _begins_within(ecosystem, one, other) or _begins_within(ecosystem, other, one)


def _begins_within(ecosystem: Ecosystem, one: Range, other: Range) -> bool:
    lower = _bounds(ecosystem, one).lower
    if lower is None:
        return _bounds(ecosystem, other).lower is None
    return _holds(ecosystem, other, lower)


def _why_not(ecosystem: Ecosystem, ranges: Sequence[Range], asked: Version, version: str) -> str:
    if not ranges:
        return f"{version} is not affected: no version is, as no range is given."
    bounds = [_bounds(ecosystem, span) for span in ranges]
    if all(lower is not None and asked < lower for lower, _, _ in bounds):
        return f"{version} is not affected: it is older than everything that is."
    fixes = [span.fixed_in for span in ranges if span.fixed_in]
    for fix in fixes:
        fixed = _parsed(ecosystem, fix)
        if fixed is not None and not asked < fixed and not fixed < asked:
            return f"{version} is not affected: it has the fix."
    return f"{version} is not affected: it lies outside {'; '.join(described(span) for span in ranges)}."


def _order(ecosystem: Ecosystem, early: str, late: str, what: str, *, strictly: bool) -> str:
    if _is_beginning(early) or not late:
        return ""
    before, after = _parsed(ecosystem, early), _parsed(ecosystem, late)
    if before is None or after is None or before < after or (not strictly and not after < before):
        return ""
    return f"{what}, {late}, comes before {early}." if after < before else f"{what}, {late}, is itself affected."


def _is_beginning(version: str) -> bool:
    return version in ("", BEGINNING)


def _parsed(ecosystem: Ecosystem, version: str) -> Version | None:
    """None for what is no version there. Of a semantic version nothing after the plus counts."""
    if not WRITTEN.fullmatch(version) or len(version) > LONGEST_VERSION:
        return None
    if ecosystem.is_semantic:
        semantic = SEMANTIC.fullmatch(version)
        if semantic is None:
            return None
        version = semantic["numbers"] + (semantic["before"] or "")
    try:
        return ecosystem.version_class(version)
    except (ValueError, InvalidNuGetVersion):
        return None
