from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosures import cve_ids

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("CVE-2026-1234", "CVE-2026-1234"),
        ("  cve-2026-123456 ", "CVE-2026-123456"),
        ("CVE\u20112026\u20130001", "CVE-2026-0001"),
        ("CVE-1999-0001", "CVE-1999-0001"),
        ("CVE-2027-10000", "CVE-2027-10000"),
    ],
)
def test_an_id_is_read_however_it_is_typed(typed: str, meant: str) -> None:
    assert cve_ids.read(typed, today=TODAY) == meant


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "An ID looks like CVE-2026-12345: the year, then at least four digits."),
        ("CVE-2026-123", "An ID looks like CVE-2026-12345: the year, then at least four digits."),
        ("GHSA-2026-1234-1234", "An ID looks like CVE-2026-12345: the year, then at least four digits."),
        ("CVE-2026-1234 and more", "An ID looks like CVE-2026-12345: the year, then at least four digits."),
        ("CVE-\uff12\uff10\uff12\uff16-1234", "An ID looks like CVE-2026-12345: the year, then at least four digits."),
        ("CVE-2026-1234567890123", "An ID looks like CVE-2026-12345: the year, then at least four digits."),
        ("CVE-1998-1234", "No ID is of the year 1998."),
        ("CVE-2028-1234", "No ID is of the year 2028."),
        ("CVE-2026-01234", "Only numbers of four digits begin with a zero."),
    ],
)
def test_what_is_no_id_is_refused_with_the_reason(typed: str, said: str) -> None:
    with pytest.raises(cve_ids.NoCveId) as mistake:
        cve_ids.read(typed, today=TODAY)

    assert str(mistake.value) == said


@given(st.text())
def test_whatever_is_typed_becomes_an_id_or_a_sentence(typed: str) -> None:
    try:
        told = cve_ids.read(typed, today=TODAY)
    except cve_ids.NoCveId as mistake:
        told = str(mistake)

    assert told.startswith("CVE-") or told.endswith(".")
