"""Tables that a spreadsheet opens without computing anything in them."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - their wide forms too
"""How something begins that a spreadsheet takes for a formula, or for the beginning of another cell."""


def cell(value: object) -> str:
    """Text that stays text: an apostrophe stands before what could be a formula."""
    text = str(value)
    return f"'{text}" if text.lstrip(" \u00a0\ufeff").startswith(FORMULAS) else text


def table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow(heading)
    writer.writerows([cell(value) for value in row] for row in rows)
    return written.getvalue()
