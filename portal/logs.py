"""Log lines say what happened and where, and nothing that a reporter trusted us with (CAP-05, SEC-02)."""

import logging
import re

SECRET_PATHS = re.compile(r"(/(?:r|staged)/)[^/\s\"'?]+")


def scrub(text: str) -> str:
    """Take reporters' keys out of `text`."""
    return SECRET_PATHS.sub(r"\1…", text)


class ScrubFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = scrub(record.getMessage())
        record.args = None
        return True
