"""How long a page takes with one client, and how many there are a second with eight."""

import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from portal.bench.browser import Browser
from portal.bench.pages import Visit

WARM_UP = 20
CLIENTS = 8

type NewBrowser = Callable[[], Browser]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Milliseconds with one client; pages a second with eight."""

    median: float
    p95: float
    rate: float


def measure(visit: Visit, *, browser: NewBrowser, rounds: int, seconds: float) -> Timing:
    one = browser()
    for _ in range(WARM_UP):
        visit(one)
    taken = sorted(_milliseconds(visit, one) for _ in range(rounds))
    return Timing(
        median=statistics.median(taken),
        p95=taken[int(len(taken) * 0.95)],
        rate=_rate(visit, browser=browser, seconds=seconds),
    )


def _milliseconds(visit: Visit, browser: Browser) -> float:
    began = time.perf_counter()
    visit(browser)
    return (time.perf_counter() - began) * 1000


def _rate(visit: Visit, *, browser: NewBrowser, seconds: float) -> float:
    counts, failures = [0] * CLIENTS, list[Exception]()
    end = time.perf_counter() + seconds

    def work(place: int) -> None:
        own = browser()
        try:
            while time.perf_counter() < end:
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
    return sum(counts) / seconds
