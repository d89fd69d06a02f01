"""Log lines say what happened and where, and nothing that a reporter trusted us with (CAP-05, SEC-02)."""

import logging
import re
import traceback
from types import TracebackType

from django.core.exceptions import PermissionDenied

SECRET_PATHS = re.compile(r"(/(?:r|staged)/)[^/\s\"'?]+")
LONGEST_CHAIN = 10
"""Exceptions that followed from each other; a chain may be a ring."""

type ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def scrub(text: str) -> str:
    """Take reporters' keys out of `text`."""
    return SECRET_PATHS.sub(r"\1…", text)


class ScrubFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = scrub(record.getMessage())
        record.args = None
        return True


class RefusalFilter(logging.Filter):
    """A refusal is one line: there is nothing to mend at its place, which strangers could fill the log with."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
            record.exc_info = None
        return True


class DiscreetFormatter(logging.Formatter):
    """Of an exception it tells kind and place, and never its words: a database error quotes the row."""

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 - the name is Python's
        told: list[str] = []
        mistake = ei[1]
        while mistake is not None and len(told) < LONGEST_CHAIN:
            frames = "".join(traceback.format_list(traceback.extract_tb(mistake.__traceback__)))
            told.append(f"Traceback (most recent call last):\n{frames}{type(mistake).__qualname__}")
            mistake = mistake.__cause__ or (None if mistake.__suppress_context__ else mistake.__context__)
        return "\nwhich followed from\n".join(told)
