"""CVSS vectors with their scores."""

from dataclasses import dataclass

from cvss import CVSS3, CVSS4, CVSSError

from disclosures.snapshot import Severity, Snapshot

LONGEST_VECTOR = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    vector: str
    """In the order of the specification and without what is not defined, as schemas want it."""
    version: str
    base: float
    severity: Severity


def score(vector: str) -> Score | None:
    """None for what is no vector of CVSS 3.1 or 4.0."""
    if len(vector) > LONGEST_VECTOR:
        return None
    try:
        if vector.startswith("CVSS:3.1/"):
            three = CVSS3(vector)
            return _score(str(three.clean_vector()), "3.1", float(three.base_score), str(three.severities()[0]))
        if vector.startswith("CVSS:4.0/"):
            four = CVSS4(vector)
            return _score(str(four.clean_vector()), "4.0", float(four.base_score), str(four.severity))
    except (CVSSError, ArithmeticError, LookupError, ValueError):
        return None
    return None


def scores(snapshot: Snapshot) -> tuple[Score, ...]:
    """Of its vectors, CVSS 3.1 first."""
    rated = (score(snapshot.cvss31), score(snapshot.cvss40))
    return tuple(each for each in rated if each is not None)


def _score(vector: str, version: str, base: float, severity: str) -> Score:
    return Score(vector=vector, version=version, base=base, severity=Severity(severity.lower()))
