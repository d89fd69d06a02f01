import logging
import sys

import pytest
from django.core.exceptions import PermissionDenied

from portal.logs import DiscreetFormatter, RefusalFilter

CANARY = "Kolibri"


def fail() -> None:
    raise ValueError(f"Failing row contains ({CANARY}).")


def fail_twice() -> None:
    try:
        fail()
    except ValueError as cause:
        raise RuntimeError(f"About {CANARY}.") from cause


def test_a_logged_exception_tells_its_kind_and_place_and_none_of_its_words() -> None:
    try:
        fail_twice()
    except RuntimeError:
        record = logging.LogRecord("portal", logging.ERROR, __file__, 1, "It broke.", None, sys.exc_info())

    line = DiscreetFormatter("{levelname} {message}", style="{").format(record)

    said = [part for part in line.splitlines() if not part.startswith(" ")]
    assert said == [
        "ERROR It broke.",
        "Traceback (most recent call last):",
        "RuntimeError",
        "which followed from",
        "Traceback (most recent call last):",
        "ValueError",
    ]
    assert "test_logs.py" in line
    assert CANARY not in line


@pytest.mark.parametrize(
    ("mistake", "is_one_line"),
    [(PermissionDenied(CANARY), True), (ValueError(CANARY), False)],
    ids=["refusal", "error"],
)
def test_a_refusal_is_one_line_of_the_log(mistake: Exception, *, is_one_line: bool) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "It went wrong.", None, None)
    record.exc_info = (type(mistake), mistake, None)

    RefusalFilter().filter(record)

    lines = DiscreetFormatter("{levelname} {message}", style="{").format(record).splitlines()
    assert (lines[0], len(lines) == 1) == ("WARNING It went wrong.", is_one_line)
