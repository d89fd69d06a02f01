import logging
import sys

from portal.logs import DiscreetFormatter

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
