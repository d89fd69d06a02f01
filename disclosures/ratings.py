"""How grave it is, by the vectors of an advisory."""

from collections.abc import Sequence
from typing import Final

from disclosures.draft import Draft
from reports import cvss_ratings
from reports.enums import Severity
from reports.guards import Refused

GRAVEST_LAST: Final[Sequence[str]] = list(Severity)


def severity_of(draft: Draft) -> str:
    """The graver of what its vectors say; empty while neither says anything."""
    rated = [word for vector in (draft.cvss31, draft.cvss40) if (word := rating(vector))]
    return max(rated, key=GRAVEST_LAST.index, default="")


def rating(vector: str) -> str:
    """Empty for no vector, and for what is none."""
    try:
        return cvss_ratings.rate(vector).severity.value
    except Refused:
        return ""
