"""Anchors: the end of the ledger, written down where whoever holds the database cannot reach."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Self

from portal.models import LedgerEntry

LINE: Final = re.compile(r"\s*(\d{4}-\d\d-\d\d) (\d{1,18}) ([0-9a-f]{64})\s*")
LONGEST_LINE: Final = 200


class NotAnAnchor(ValueError):
    """A line that is none of ours. The message says which."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """On this day the ledger's entry of this number had this hash."""

    day: date
    number: int
    hash: str

    @classmethod
    def of(cls, entry: LedgerEntry, *, day: date) -> Self:
        return cls(day=day, number=entry.seq, hash=entry.hash)

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.number} {self.hash}"


def read(file: Path) -> list[Anchor]:
    """Raises `NotAnAnchor`. Empty lines mean nothing."""
    return list(_read(file))


def _read(file: Path) -> Iterator[Anchor]:
    with file.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            found = LINE.fullmatch(line)
            if found is None:
                raise NotAnAnchor(f"Line {number} of {file} is no anchor: a day, a number and a hash.")
            yield Anchor(day=date.fromisoformat(found[1]), number=int(found[2]), hash=found[3])


def keep(anchor: Anchor, file: Path) -> bool:
    """Append the line, once a day; False if that day is there already."""
    if file.exists() and _last_line(file).startswith(anchor.day.isoformat()):
        return False
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    with os.fdopen(descriptor, "a", encoding="utf-8") as lines:
        lines.write(f"{anchor}\n")
        lines.flush()
        os.fsync(lines.fileno())
    return True


def _last_line(file: Path) -> str:
    with file.open("rb") as lines:
        size = lines.seek(0, os.SEEK_END)
        lines.seek(max(0, size - LONGEST_LINE))
        found = lines.read().decode("utf-8", "replace").splitlines()
    return found[-1] if found else ""
