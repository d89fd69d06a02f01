import pytest

from disclosures.scores import Score, score, scores
from disclosures.snapshot import Severity
from tests.disclosures.advisories import MINIMAL, RICH


@pytest.mark.parametrize(
    ("vector", "base", "severity"),
    [
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, Severity.CRITICAL),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0, Severity.NONE),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3, Severity.CRITICAL),
        ("CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", 1.0, Severity.LOW),
    ],
)
def test_a_vector_has_its_score(vector: str, base: float, severity: Severity) -> None:
    assert score(vector) == Score(vector=vector, version=vector[5:8], base=base, severity=severity)


def test_a_vector_is_put_into_the_order_of_the_specification() -> None:
    rated = score("CVSS:3.1/S:C/C:L/I:L/A:N/AV:N/AC:L/PR:N/UI:R/E:X")

    assert rated is not None
    assert rated.vector == "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N"


@pytest.mark.parametrize(
    "vector",
    ["", "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/", "CVSS:4.0/AV:N", "CVSS:3.1/" + "AV:N/" * 99],
)
def test_what_is_no_vector_has_none(vector: str) -> None:
    assert score(vector) is None


def test_an_advisory_has_the_scores_of_its_vectors() -> None:
    assert [rated.version for rated in scores(RICH)] == ["3.1", "4.0"]
    assert scores(MINIMAL) == ()
