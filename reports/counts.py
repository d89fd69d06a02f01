"""Counts that stop at a hundred: what a person wants to know is how many or "many", and a sum over all would cost more
with every report.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import IntegerField, Model, QuerySet, Value

from reports.questions import MOMENT, Question

MOST = 99


@dataclass(frozen=True, slots=True)
class Count:
    """How many, up to one more than `most`. In words for a page by `str`."""

    number: int
    most: int = MOST

    def __str__(self) -> str:
        return str(self.number) if self.number <= self.most else f"more than {self.most}"

    def __bool__(self) -> bool:
        return self.number > 0

    @property
    def is_one(self) -> bool:
        return self.number == 1

    @property
    def short(self) -> str:
        return str(self.number) if self.number <= self.most else f"{self.most}+"


def counting(querysets: Iterable[QuerySet[Model]]) -> Question[tuple[int]]:
    """Counts all of them in one. Each is walked in its own order; if an index holds that, the walk stops early."""
    parts = [
        queryset.values_list(Value(place, output_field=IntegerField()))[: MOST + 1]
        for place, queryset in enumerate(querysets)
    ]
    return Question.of(parts[0].union(*parts[1:], all=True).order_by())


def counted[K](keys: Iterable[K], question: Question[tuple[int]], *, now: datetime) -> dict[K, Count]:
    """The answers to `counting` of as many querysets, in the order of `keys`."""
    found = Counter(place for (place,) in question.ask({MOMENT: now}))
    return {key: Count(found[place]) for place, key in enumerate(keys)}
