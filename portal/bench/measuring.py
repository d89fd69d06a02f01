"""How long a page takes with one client, in both sizes by turns, and how many there are a second with eight clients."""

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from portal.bench.browser import Browser
from portal.bench.pages import Visit

WARM_UP = 16
"""Visits before any counts: everybody who takes turns has been there twice."""
CLIENTS = 8
ON_ONE_CONNECTION = 5
"""Rounds. A connection stays with one of the server's processes, which a busy machine may treat worse than another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Milliseconds with one client."""

    median: float
    p95: float

    @classmethod
    def of(cls, taken: Sequence[float]) -> Self:
        return cls(median=statistics.median(taken), p95=sorted(taken)[int(len(taken) * 0.95)])


def by_turns(visits: Sequence[tuple[Visit, Browser]], *, rounds: int) -> list[Timing]:
    """Time each of `visits` so often, one after the other, so that a busy moment meets all alike; in each round the
    next one begins.
    """
    for visit, browser in visits:
        for _ in range(WARM_UP):
            visit(browser)
    taken: list[list[float]] = [[] for _ in visits]
    for number in range(rounds):
        if number % ON_ONE_CONNECTION == 0:
            for _, browser in visits:
                browser.reconnect()
        for turn in range(len(visits)):
            place = (number + turn) % len(visits)
            taken[place].append(_milliseconds(*visits[place]))
    return [Timing.of(each) for each in taken]


def _milliseconds(visit: Visit, browser: Browser) -> float:
    began = time.perf_counter()
    visit(browser)
    return (time.perf_counter() - began) * 1000


def rate(visit: Visit, *, browser: Callable[[int], Browser], seconds: float, most: int | None) -> float:
    """Pages a second, over so many seconds or until each client has had its part of `most` visits. `browser` gives each
    client its own, by the client's place.
    """
    counts, failures = [0] * CLIENTS, list[Exception]()
    began = time.perf_counter()
    part = most // CLIENTS if most else None

    def work(place: int) -> None:
        own = browser(place)
        try:
            while time.perf_counter() < began + seconds and counts[place] != part:
                visit(own)
                counts[place] += 1
        except Exception as failure:  # noqa: BLE001 - raised again below, in the thread that can say so
            failures.append(failure)

    threads = [threading.Thread(target=work, args=[place]) for place in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sum(counts) / (time.perf_counter() - began)
