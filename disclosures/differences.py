"""What has changed between two drafts, line by line, and within a changed line word by word. Pure, and bounded."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import Final

from disclosures.draft import Draft
from disclosures.versions import described

MOST_LINES: Final = 2_000
MOST_WORDS: Final = 300
AROUND: Final = 2
"""Lines that stay as they are and are shown around a change."""
WORD: Final = re.compile(r"\s+|\w+|[^\w\s]")


class Change(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a line. `is_changed`: what differs from the line it replaces, or is replaced by."""

    text: str
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """`pieces` together are its text; of a stretch that is left out they say how long it is."""

    change: Change
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed in one field."""

    label: str
    lines: Sequence[Line]


def between(old: Draft, new: Draft, *, projects: Mapping[int, str]) -> list[Difference]:
    """The fields that differ. `projects`: the names by their ids."""
    before, after = told(old, projects=projects), told(new, projects=projects)
    return [
        Difference(label, list(lines_between(before[label], after[label])))
        for label in before
        if before[label] != after[label]
    ]


def told(draft: Draft, *, projects: Mapping[int, str]) -> dict[str, str]:
    """Everything that a draft says, by the names of the fields, as text."""
    return {
        "Title": draft.title,
        "Overview": draft.overview,
        "Details": draft.details,
        "Fix": draft.fix,
        "Workaround": "No workaround is known." if draft.no_workaround and not draft.workaround else draft.workaround,
        "Release": "There is no release yet." if draft.mitigation_only else "",
        "Affected packages": "\n".join(_packages(draft, projects)),
        "CVSS": "\n".join(filter(None, (draft.cvss31, draft.cvss40))),
        "Weaknesses": "\n".join(draft.cwe_ids),
        "References": "\n".join(f"{reference.kind.value.lower()}: {reference.url}" for reference in draft.references),
    }


def _packages(draft: Draft, projects: Mapping[int, str]) -> Iterator[str]:
    for product in draft.products:
        where = f"{projects.get(product.project, 'a project')}, {product.ecosystem.label}: {product.package}"
        for span in product.ranges:
            fixed = f", fixed in {span.fixed_in}" if span.fixed_in else ""
            yield f"{where}, {described(span)}{fixed}"
        if not product.ranges:
            yield where


def lines_between(old: str, new: str) -> Iterator[Line]:
    """What is longer than anybody reads is told as gone and new as a whole."""
    before, after = old.splitlines(), new.splitlines()
    if len(before) + len(after) > MOST_LINES:
        yield from (_whole(Change.GONE, line) for line in before[:MOST_LINES])
        yield from (_whole(Change.NEW, line) for line in after[:MOST_LINES])
        return
    for step, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if step == "equal":
            yield from _unchanged(before[first:last], begins=first == 0, ends=last == len(before))
        else:
            yield from _replaced(before[first:last], after[start:end])


def _whole(change: Change, text: str) -> Line:
    return Line(change, [Piece(text)])


def _unchanged(lines: Sequence[str], *, begins: bool, ends: bool) -> Iterator[Line]:
    """Only as many as show where one is."""
    head = 0 if begins else AROUND
    tail = 0 if ends else AROUND
    left_out = len(lines) - head - tail
    if left_out <= 1:
        yield from (_whole(Change.SAME, line) for line in lines)
        return
    yield from (_whole(Change.SAME, line) for line in lines[:head])
    yield _whole(Change.SKIPPED, f"{left_out} lines unchanged")
    yield from (_whole(Change.SAME, line) for line in lines[len(lines) - tail :])


def _replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    pairs = [_pieces(old or "", new or "") for old, new in zip_longest(before, after)]
    yield from (Line(Change.GONE, pair[0]) for pair, _ in zip(pairs, before, strict=False))
    yield from (Line(Change.NEW, pair[1]) for pair, _ in zip(pairs, after, strict=False))


def _pieces(old: str, new: str) -> tuple[Sequence[Piece], Sequence[Piece]]:
    before, after = WORD.findall(old), WORD.findall(new)
    if not before or not after or len(before) + len(after) > MOST_WORDS:
        return [Piece(old)], [Piece(new)]
    gone, added = [], []
    for step, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        changed = step != "equal"
        gone.append(Piece("".join(before[first:last]), changed))
        added.append(Piece("".join(after[start:end]), changed))
    return [piece for piece in gone if piece.text], [piece for piece in added if piece.text]
