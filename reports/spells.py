"""Stretches of time, and what is left of them behind walls. Pure arithmetic; a stretch without an end is under way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Spell:
    """From `begins` until just before `ends`."""

    begins: datetime
    ends: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        return self.begins <= moment and (self.ends is None or moment < self.ends)

    def meets(self, other: "Spell") -> bool:
        """Whether there is a moment in both."""
        return _before(self.begins, other.ends) and _before(other.begins, self.ends)


def without(spell: Spell, walls: Iterable[Spell]) -> list[Spell]:
    """What `walls` leave of `spell`, in order."""
    left, begins = [], spell.begins
    for wall in sorted(walls, key=lambda wall: wall.begins):
        if not wall.meets(Spell(begins, spell.ends)):
            continue
        if begins < wall.begins:
            left.append(Spell(begins, wall.begins))
        if wall.ends is None:
            return left
        begins = max(begins, wall.ends)
    return [*left, Spell(begins, spell.ends)] if _before(begins, spell.ends) else left


def earlier(*moments: datetime | None) -> datetime | None:
    """The earliest of the moments that there are."""
    return min((moment for moment in moments if moment is not None), default=None)


def _before(moment: datetime, end: datetime | None) -> bool:
    return end is None or moment < end
