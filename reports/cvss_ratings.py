"""What CVSS vectors of 3.1 and 4.0 amount to: a score and a word, those of the graver where there are both."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cvss import CVSS3, CVSS4, CVSSError

from reports.cvss_metrics import Version
from reports.enums import Severity
from reports.guards import Refused

LONGEST: Final = 300
GRAVEST_LAST: Final = tuple(Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    score: Decimal
    severity: Severity

    def __str__(self) -> str:
        return f"{self.severity.label}, {self.score}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A vector of each version, or of one, or of neither. `rating` is that of the graver."""

    cvss31: str = ""
    cvss40: str = ""
    rating: Rating | None = None

    @property
    def vectors(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.cvss31, self.cvss40)))


def rate(vector: str) -> Rating:
    """`Refused` says what is wrong with it."""
    if len(vector) > LONGEST:
        raise Refused("That is too long for a CVSS vector.")
    try:
        if vector.startswith(f"{Version.FOUR}/"):
            four = CVSS4(vector)
            return Rating(score=Decimal(str(four.base_score)), severity=Severity(four.severity.lower()))
        if vector.startswith(f"{Version.THREE}/"):
            three = CVSS3(vector)
            return Rating(score=Decimal(str(three.base_score)), severity=Severity(three.severities()[0].lower()))
    except (CVSSError, ArithmeticError, LookupError) as error:
        raise Refused(f"The CVSS vector is not right: {error}.") from None
    raise Refused("A CVSS vector begins with CVSS:3.1/ or CVSS:4.0/.")


def assessment(vectors: Iterable[str]) -> Assessment:
    """Of one vector of each version at most; those that are empty count for nothing."""
    known: dict[str, str] = {}
    ratings: list[Rating] = []
    for vector in filter(None, vectors):
        ratings.append(rate(vector))
        version = vector.partition("/")[0]
        if version in known:
            raise Refused(f"There is one vector of {version} at most.")
        known[version] = vector
    gravest = max(ratings, key=lambda each: (GRAVEST_LAST.index(each.severity), each.score), default=None)
    return Assessment(cvss31=known.get(Version.THREE, ""), cvss40=known.get(Version.FOUR, ""), rating=gravest)


def trouble_with(version: Version, vector: str) -> str:
    """What is wrong with it as one of `version`, in a sentence; empty for a vector that is one, and for none."""
    if not vector:
        return ""
    if not vector.startswith(f"{version}/"):
        return f"This vector begins with {version}/."
    try:
        rate(vector)
    except Refused as refusal:
        return str(refusal)
    return ""


def in_words(vector: str) -> str:
    """Such as "high, 7.5"; empty for what is no vector."""
    try:
        return str(rate(vector))
    except Refused:
        return ""
