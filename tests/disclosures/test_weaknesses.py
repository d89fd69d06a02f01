import subprocess
import sys
import time

import pytest

from disclosures import weaknesses


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("79", "CWE-79"),
        ("cwe-022", "CWE-22"),
        ("CWE 787", "CWE-787"),
        ("xss", "CWE-79"),
        ("SSRF", "CWE-918"),
        ("path traversal", "CWE-22"),
        ("sql injection", "CWE-89"),
        ("out of bounds write", "CWE-787"),
        ("traver path", "CWE-22"),
    ],
)
def test_the_weakness_that_is_meant_comes_first(text: str, first: str) -> None:
    assert weaknesses.search(text)[0].id == first


def test_a_number_finds_those_that_begin_with_it_too() -> None:
    assert [weakness.id for weakness in weaknesses.search("133", limit=3)] == ["CWE-1330", "CWE-1331", "CWE-1332"]


@pytest.mark.parametrize("text", ["", "  ", "zzz", "'; --", "9" * 50, "\x00"])
def test_what_nothing_is_called_finds_nothing(text: str) -> None:
    assert weaknesses.search(text) == []


def test_no_more_are_found_than_were_asked_for() -> None:
    assert len(weaknesses.search("improper", limit=7)) == 7


def test_a_weakness_that_may_not_be_named_is_found_by_its_number_alone() -> None:
    assert [weakness.id for weakness in weaknesses.search("1000")] == []
    assert "CWE-71" not in [weakness.id for weakness in weaknesses.search("DS_Store", limit=100)]


@pytest.mark.parametrize(
    ("cwe_id", "name"),
    [
        ("CWE-22", "Improper Limitation of a Pathname to a Restricted Directory ('Path Traversal')"),
        ("22", None),
        ("cwe-22", None),
        ("CWE-0", None),
        ("CWE-999999", None),
        ("", None),
    ],
)
def test_a_name_is_that_of_the_catalogue(cwe_id: str, name: str | None) -> None:
    assert weaknesses.name_of(cwe_id) == name


def test_a_search_is_quick_enough_for_every_key_that_is_pressed() -> None:
    weaknesses.search("warm up")

    started = time.process_time()
    for text in ("improper", "7", "buffer", "in", "e"):
        weaknesses.search(text)

    assert (time.process_time() - started) / 5 < 0.02


def test_the_catalogue_is_read_without_importing_its_package() -> None:
    program = "import sys; from disclosures import weaknesses; weaknesses.search('79'); sys.exit('csaf' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603


def test_a_weakness_is_shown_with_its_id() -> None:
    assert str(weaknesses.search("1333")[0]) == "CWE-1333 Inefficient Regular Expression Complexity"
