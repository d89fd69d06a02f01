"""Counts that stop at a hundred: what a person wants to know is how many or "many", and a sum over all would cost more
with every report.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import IntegerField, Model, QuerySet, Value

MOST = 99


@dataclass(frozen=True, slots=True)
class Count:
    """How many, up to a hundred. In words for a page by `str`."""

    number: int

    def __str__(self) -> str:
        return str(self.number) if self.number <= MOST else f"more than {MOST}"

    def __bool__(self) -> bool:
        return self.number > 0

    @property
    def is_one(self) -> bool:
        return self.number == 1

    @property
    def short(self) -> str:
        return str(self.number) if self.number <= MOST else f"{MOST}+"


def counted[K](querysets: Mapping[K, QuerySet[Model]]) -> dict[K, Count]:
    """All of them in one query. Each is walked in its own order; if an index holds that, the walk stops early."""
    keys = list(querysets)
    parts = [
        querysets[key].values_list(Value(place, output_field=IntegerField()))[: MOST + 1]
        for place, key in enumerate(keys)
    ]
    if not parts:
        return {}
    found = Counter(place for (place,) in parts[0].union(*parts[1:], all=True).order_by())
    return {key: Count(found[place]) for place, key in enumerate(keys)}
