"""What a value of the policy file may be.

Each reader returns the value as the portal uses it, or raises `ValueError` with the end of a sentence that
begins with the key: "must be …, not …".
"""

import re
import reprlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from types import MappingProxyType
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from portal.policy.business_days import HolidayRegion, Weekday, is_known_region

MAX_TEXT = 200
_shown = reprlib.Repr(maxstring=60, maxother=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    label: str
    url: str


def _must_be(what: str, value: object) -> ValueError:
    return ValueError(f"must be {what}, not {_shown.repr(value)}")


def text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > MAX_TEXT:
        raise _must_be(f"a line of text of up to {MAX_TEXT} characters", value)
    return value.strip()


def truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise _must_be("true or false", value)
    return value


def whole_number(low: int, high: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise _must_be(f"a whole number from {low} to {high}", value)
        return value

    return read


def list_of[T](item: Callable[[object], T]) -> Callable[[object], tuple[T, ...]]:
    def read(value: object) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise _must_be("a list", value)
        return tuple(item(part) for part in value)

    return read


def ascending(numbers: Callable[[object], tuple[int, ...]]) -> Callable[[object], tuple[int, ...]]:
    def read(value: object) -> tuple[int, ...]:
        found = numbers(value)
        if any(later <= earlier for earlier, later in pairwise(found)):
            raise _must_be("a list of ascending numbers", value)
        return found

    return read


def matching(pattern: str, *, what: str) -> Callable[[object], str]:
    compiled = re.compile(pattern, re.ASCII)

    def read(value: object) -> str:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise _must_be(what, value)
        return value

    return read


mail_address = matching(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}",
    what="an e-mail address",
)
reference_prefix = matching(r"[A-Z]{2,6}", what="two to six capital letters")
github_organisation = matching(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}", what="the name of a GitHub organisation")


github_name = matching(r"[A-Za-z0-9._-]{1,100}", what="a name as GitHub has them")


def some_names(value: object) -> frozenset[str]:
    """At least one, in any order. GitHub tells names apart by more than the case of their letters."""
    found = frozenset(name.lower() for name in list_of(github_name)(value))
    if not found:
        raise ValueError("must have at least one name")
    return found


def names_by_name(value: object) -> Mapping[str, frozenset[str]]:
    """A table from names to at least one name each."""
    if not isinstance(value, Mapping):
        raise _must_be("a table of names, each with a list of names", value)
    return MappingProxyType({github_name(name).lower(): some_names(names) for name, names in value.items()})


def some_sentences(value: object) -> tuple[str, ...]:
    found = list_of(text)(value)
    if not found:
        raise ValueError("must have at least one sentence")
    return found


def web_address(value: object) -> str:
    what = "a web address beginning with https:// or http://"
    if not isinstance(value, str) or re.search(r"[\s\x00-\x1f\x7f<>\"\\]", value):
        raise _must_be(what, value)
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or "@" in parts.netloc:
        raise _must_be(what, value)
    return value


def zone(value: object) -> ZoneInfo:
    if not isinstance(value, str) or value not in available_timezones():
        raise _must_be('the name of a time zone like "Europe/Berlin"', value)
    return ZoneInfo(value)


def clock_time(value: object) -> time:
    """The end of a day: midnight would be its beginning."""
    if not isinstance(value, str) or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value) or value == "00:00":
        raise _must_be('a time of day from "00:01" to "23:59"', value)
    return time.fromisoformat(value)


def weekday(value: object) -> Weekday:
    if not isinstance(value, str) or value.upper() not in Weekday.__members__:
        raise _must_be('a day of the week like "Friday"', value)
    return Weekday[value.upper()]


def some_weekdays(value: object) -> frozenset[Weekday]:
    """Any number of weekdays but all seven."""
    found = frozenset(list_of(weekday)(value))
    if found >= set(Weekday):
        raise ValueError("must leave at least one day of the week")
    return found


def day(value: object) -> date:
    """A TOML date, or the same as a string."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise _must_be("a date like 2026-12-24", value) from None


def days(value: object) -> frozenset[date]:
    return frozenset(list_of(day)(value))


def region(value: object) -> HolidayRegion:
    what = 'a country with known holidays like "US", or a subdivision like "DE-BY"'
    if not isinstance(value, str):
        raise _must_be(what, value)
    country, _, subdivision = value.partition("-")
    found = HolidayRegion(country=country, subdivision=subdivision or None)
    if str(found) != value or not is_known_region(found):
        raise _must_be(what, value)
    return found


def link(value: object) -> Link:
    if not isinstance(value, Mapping) or set(value) != {"label", "url"}:
        raise _must_be("a table with the keys label and url", value)
    try:
        label = text(value["label"])
    except ValueError as mistake:
        raise ValueError(f"label {mistake}") from None
    try:
        url = web_address(value["url"])
    except ValueError as mistake:
        raise ValueError(f"url {mistake}") from None
    return Link(label=label, url=url)


def links(value: object) -> tuple[Link, ...]:
    """One link as a table, or at least one in a list of tables."""
    found = list_of(link)([value] if isinstance(value, Mapping) else value)
    if not found:
        raise ValueError("must have at least one link")
    return found
