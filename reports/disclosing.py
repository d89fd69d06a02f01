"""How far the disclosure of a report is: what its guards ask, and another floor knows.

Advisories, releases and CVE IDs stand a floor above the reports, which must not know them. That floor says once, when
the portal starts, how it is asked (`learn`); the answer comes with the report's other facts, in the same query.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """Projects by their names. Archived ones are left out: nothing is released there."""

    without_advisory: Sequence[str] = ()
    """No approved advisory says what is affected there."""
    unreleased: Sequence[str] = ()
    unpublished: Sequence[str] = ()
    """Repositories without the advisory."""
    is_published: bool = False
    """Our own page, of each advisory."""
    may_go_early: bool = False
    """Two people agreed to publish before the release."""
    without_cve: int = 0
    """Advisories that lack the CVE ID, or one of the places that should name it."""
    unrejected: int = 0
    """Withdrawn advisories whose CVE ID still stands, or may come."""
    unlinked: Sequence[str] = ()
    """Release notes that do not link to the advisory."""
    unanswered: int = 0
    """People who have not said how they want to be credited."""

    @classmethod
    def read(cls, found: Mapping[str, object]) -> "Disclosure":
        """From what the statement answers."""
        return cls(
            without_advisory=cast("list[str]", found.get("without_advisory", [])),
            unreleased=cast("list[str]", found.get("unreleased", [])),
            unpublished=cast("list[str]", found.get("unpublished", [])),
            is_published=bool(found.get("is_published")),
            may_go_early=bool(found.get("may_go_early")),
            without_cve=cast("int", found.get("without_cve", 0)),
            unrejected=cast("int", found.get("unrejected", 0)),
            unlinked=cast("list[str]", found.get("unlinked", [])),
            unanswered=cast("int", found.get("unanswered", 0)),
        )


UNKNOWN: Final = Disclosure()
"""Where nobody asks."""

_KNOWS_NOTHING: Final = "'{}'::json"
_source: list[str] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPage:
    """Of an advisory that everybody may read."""

    address: str
    is_withdrawn: bool


type Pages = Callable[[int], Sequence[PublicPage]]
"""By the number of a report."""

_pages: list[Pages] = []


def learn_pages(pages: Pages) -> None:
    """Ask `pages` from now on."""
    _pages[:] = [pages]


def public_pages(report: int) -> Sequence[PublicPage]:
    return _pages[0](report) if _pages else ()


def learn(statement: str) -> None:
    """Ask by `statement` from now on: an SQL value, JSON with the names of `Disclosure`; `%(report)s` and `%(now)s`."""
    _source[:] = [statement]


def statement() -> str:
    return _source[0] if _source else _KNOWS_NOTHING
