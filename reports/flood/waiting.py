"""What waits in quarantine, with what is alike side by side: a flood is looked at once, and not report by report."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.flood import likeness
from reports.rows import Row


@dataclass(frozen=True, slots=True)
class Heap:
    """Rows that nearly say the same; or one that is like no other."""

    rows: tuple[Row, ...]

    @property
    def is_alike(self) -> bool:
        return len(self.rows) > 1

    @property
    def references(self) -> str:
        return " ".join(row.report.reference for row in self.rows)


def heaps_of(rows: Sequence[Row]) -> list[Heap]:
    """Each heap stands where its first row stood. One query."""
    clusters = likeness.clusters([row.report for row in rows])
    first = {together[0].pk: {report.pk for report in together} for together in clusters}
    later = {number for numbers in first.values() for number in numbers} - first.keys()
    return [
        Heap(tuple(one for one in rows if one.report.pk in first.get(row.report.pk, {row.report.pk})))
        for row in rows
        if row.report.pk not in later
    ]
