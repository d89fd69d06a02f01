"""CVE IDs as people type them."""

import re
from datetime import date
from typing import Final

FIRST_YEAR: Final = 1999
"""Of the first IDs that were given out."""

_FORM: Final = re.compile(r"CVE-([0-9]{4})-([0-9]{4,12})")
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
"""What word processors make of the hyphen."""


class NoCveId(ValueError):
    """The message is for whoever typed it."""


def read(text: str, *, today: date) -> str:
    """The ID in capitals, or `NoCveId`. IDs of the coming year are reserved before it begins."""
    found = _FORM.fullmatch(text.strip().translate(_DASHES).upper())
    if found is None:
        raise NoCveId("An ID looks like CVE-2026-12345: the year, then at least four digits.")
    year, number = found.groups()
    if not FIRST_YEAR <= int(year) <= today.year + 1:
        raise NoCveId(f"No ID is of the year {year}.")
    if number.startswith("0") and len(number) > len("0001"):
        raise NoCveId("Only numbers of four digits begin with a zero.")
    return found.group()
