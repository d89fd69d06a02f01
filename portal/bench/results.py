"""The figures as a table, with what was aimed at, for the terminal and for `docs/performance.md`."""

import os
import platform
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from portal.bench.databases import ROOT
from portal.bench.measuring import Timing
from portal.bench.pages import Page
from portal.bench.telling_apart import Difference

DOCUMENT = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures: written by `make bench ARGS=--write` -->", "<!-- end of figures -->"

MOST_QUERIES = 12
MOST_GROWTH = 1.2
SWEEP_MILLISECONDS = 200
WEB_MEGABYTES = 220
DEMO_MEGABYTES = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A page in both sizes, and the null page beside them. `queries` is None where nothing is counted; `rate`: pages a
    second with eight clients and 100,000 reports.
    """

    page: Page
    queries: int | None
    small: Timing
    large: Timing
    rate: float
    null: Timing

    @property
    def times_null(self) -> float:
        return self.large.median / self.null.median

    @property
    def growth(self) -> float:
        return self.large.median / self.small.median

    @property
    def misses(self) -> list[str]:
        missed = []
        if self.queries is not None and self.queries > MOST_QUERIES:
            missed.append(f"more than {MOST_QUERIES} queries")
        if self.page.times_null is not None and self.times_null > self.page.times_null:
            missed.append(f"more than {self.page.times_null:g} times the null page")
        if self.page.times_null is not None and self.growth > MOST_GROWTH:
            missed.append(f"grows by more than {MOST_GROWTH}")
        return missed

    @property
    def cells(self) -> tuple[str, ...]:
        goal = self.page.times_null
        return (
            self.page.name,
            "-" if self.queries is None else str(self.queries),
            f"{self.small.median:.1f}",
            f"{self.large.median:.1f}",
            f"{self.large.p95:.1f}",
            f"{self.rate:.0f}",
            f"{self.times_null:.1f}" + (f" (≤ {goal:g})" if goal else ""),
            f"{self.growth:.2f}",
            "; ".join(self.misses) or "kept",
            self.page.limited_by,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """`sweep`: milliseconds with 100 clocks due among 100,000 open ones; the rest megabytes."""

    rows: Sequence[Row]
    differences: Sequence[Difference]
    sweep: float
    web: float
    demo: float
    minutes: float
    """That all of it took, filling included."""
    load: tuple[float, float]
    """Processes that ran or waited to, in the minute before it began and in its last quarter of an hour."""

    @property
    def totals(self) -> tuple[tuple[str, str, str, str], ...]:
        return (
            ("sweep, 100 due among 100,000 open clocks", f"{self.sweep:.0f} ms", f"≤ {SWEEP_MILLISECONDS} ms",
             "writing 100 events and their notices"),
            ("two web processes after all of this", f"{self.web:.0f} MB", f"≤ {WEB_MEGABYTES} MB",
             "Python, Django and what is loaded with them"),
            ("all of the demo", f"{self.demo:.0f} MB", f"≤ {DEMO_MEGABYTES} MB",
             "the worker's processes, which share less than the web server's"),
        )  # fmt: skip


HEADER = (
    "page", "queries", "median ms, 1,000", "median ms, 100,000", "p95 ms", "per second, 8 clients",
    "times the null page", "100,000 : 1,000", "goal", "limited by",
)  # fmt: skip


def markdown(whole: Whole) -> str:
    return "\n".join(_lines(whole))


def _lines(whole: Whole) -> Iterator[str]:
    before, meanwhile = whole.load
    yield (
        f"Measured on {datetime.now(tz=UTC):%-d %B %Y} in {whole.minutes:.0f} minutes: {os.cpu_count()} cores, "
        f"Python {platform.python_version()}; load {before:.1f} before, {meanwhile:.1f} at the end."
    )
    yield ""
    yield _line(HEADER)
    yield _line(["---"] * len(HEADER))
    for row in whole.rows:
        yield _line(row.cells)
    yield ""
    yield _line(("what", "measured", "goal", "limited by"))
    yield _line(["---"] * 4)
    for total in whole.totals:
        yield _line(total)
    yield ""
    yield _line(APART)
    yield _line(["---"] * len(APART))
    for difference in whole.differences:
        yield _line(_apart(difference))


APART = (
    "who asks", "for a", "ms", "pairs", "a forbidden one takes longer by µs (median)", "95 % interval of the median",
    "half of all pairs lie within", "verdict",
)  # fmt: skip


def _apart(difference: Difference) -> tuple[str, ...]:
    low, high = difference.interval
    first, last = difference.half
    return (
        difference.question.who,
        difference.question.page,
        f"{difference.milliseconds:.1f}",
        str(difference.pairs),
        f"{difference.median:+.0f}",
        f"{low:+.0f} to {high:+.0f}",
        f"{first:+.0f} to {last:+.0f}",
        "tells them apart" if difference.tells else "tells nothing",
    )


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def write(whole: Whole, *, document: Path = DOCUMENT) -> None:
    """Put the tables between their two marks; what people wrote around them stays."""
    text = document.read_text(encoding="utf-8")
    between = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    document.write_text(between.sub(lambda _: f"{BEGIN}\n{markdown(whole)}\n{END}", text), encoding="utf-8")
