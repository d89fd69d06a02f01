"""Who is thanked, year by year, from what is public now: whoever does not agree any more is gone at once (P17, P18)."""

from collections.abc import Sequence
from dataclasses import dataclass

from disclosures import catalogue
from disclosures.models import PublishedAdvisory
from portal.policy import Clause, enforces


@dataclass(frozen=True, slots=True)
class Thanks:
    """`years`: all in which something was published; `people` of the one that is shown."""

    years: Sequence[int]
    year: int | None
    people: Sequence[str]


@enforces(Clause.P18)
def thanks(asked: str) -> Thanks:
    """Each once a year, in the order of the alphabet: of the newest year, unless another one is asked for."""
    years = catalogue.years()
    year = next((number for number in years if str(number) == asked), years[0] if years else None)
    if year is None:
        return Thanks((), None, ())
    found = catalogue.published_in(year, PublishedAdvisory.objects.exclude(thanked=[])).order_by()
    people = {text for texts in found.values_list("thanked", flat=True) for text in texts}
    return Thanks(years, year, sorted(people, key=lambda text: (text.casefold(), text)))
