"""Who is thanked, year by year, from what is public now: whoever does not agree any more is gone at once (P17, P18)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from disclosures import catalogue, shelf
from disclosures.models import PublishedFile
from portal.policy import Clause, enforces

PAGE: Final = 100
"""People on a page."""


@dataclass(frozen=True, slots=True)
class Thanks:
    """`years`: all in which something was published; `people` of the one that is shown, and of its page."""

    years: Sequence[int]
    year: int | None
    people: Sequence[str]
    page: int
    pages: int

    @property
    def onwards(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None

    @property
    def back(self) -> int | None:
        return self.page - 1 if self.page > 1 else None


@enforces(Clause.P18)
def thanks(asked: str, *, page: str = "") -> Thanks:
    """Each once a year, in the order of the alphabet: of the newest year, unless another one is asked for.

    The list is made with what is published, so that no page waits for a year of advisories.
    """
    years = catalogue.years()
    year = next((number for number in years if str(number) == asked), years[0] if years else None)
    if year is None:
        return Thanks((), None, (), 1, 1)
    kept = PublishedFile.objects.filter(path=shelf.thanks_of(year)).first()
    people = json.loads(kept.whole)["thanked"] if kept else []
    pages = max(1, -(-len(people) // PAGE))
    number = int(page) if page.isascii() and page.isdecimal() and 1 <= int(page[:9]) <= pages else 1
    return Thanks(years, year, people[PAGE * (number - 1) : PAGE * number], number, pages)
