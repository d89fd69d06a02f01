"""Whether time tells a report that one may not read from one that never existed: many pairs, interleaved."""

import http.client
import random
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

from portal.bench.browser import Browser

CONFIDENCE = 0.98
"""So many roots of the number of pairs, to either side of the middle one in rank, hold the true median 95 times of 100,
whatever the distribution.
"""
WARM_UP = 20
TURNS = random.Random(20)  # noqa: S311 - nobody gains by guessing it, and every run should draw the same  # nosec B311


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Somebody asks for a page of a report: `{}` in the path stands for its reference."""

    who: str
    page: str
    path: str
    status: int = http.client.NOT_FOUND

    def __str__(self) -> str:
        return f"{self.who}, {self.page}"

    def ask(self, browser: Browser, reference: str) -> float:
        """How many milliseconds the answer took."""
        began = time.perf_counter()
        browser.get(self.path.format(reference), expected=self.status)
        return (time.perf_counter() - began) * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Microseconds that a forbidden report takes longer than a missing one: the median, between which two the true one
    lies (95 of 100), and the middle half of all.
    """

    question: Question
    milliseconds: float
    """Of the answer itself."""
    pairs: int
    median: float
    interval: tuple[float, float]
    half: tuple[float, float]

    @property
    def tells(self) -> bool:
        low, high = self.interval
        return not low <= 0 <= high


RECUSED, MAINTAINER, STRANGER = "recused member", "maintainer without a grant", "anonymous"
QUESTIONS = (
    Question(who=RECUSED, page="report", path="/reports/{}/"),
    Question(who=RECUSED, page="file", path="/reports/{}/files/1/"),
    Question(who=MAINTAINER, page="report", path="/reports/{}/"),
    Question(who=MAINTAINER, page="file", path="/reports/{}/files/1/"),
    Question(who=STRANGER, page="report", path="/reports/{}/", status=http.client.FOUND),
    Question(who=STRANGER, page="reporter's page", path="/track/{}/"),
)


def measure(*, forbidden: str, missing: str, browsers: Mapping[str, Browser], pairs: int) -> Iterator[Difference]:
    """One after the other, drawn anew each time which of the two comes first: nothing that drifts favours either, nor
    does what the server does every so many requests, which regular turns could meet in step.
    """
    for question in QUESTIONS:
        browser = browsers[question.who]
        for _ in range(WARM_UP):
            question.ask(browser, forbidden)
            question.ask(browser, missing)
        taken = [_pair(question, browser, forbidden, missing, turned=TURNS.choice((True, False))) for _ in range(pairs)]
        differences = sorted((there - nowhere) * 1000 for there, nowhere in taken)
        low, middle, high = statistics.quantiles(differences, n=4)
        yield Difference(
            question=question,
            milliseconds=statistics.median(there for there, _ in taken),
            pairs=pairs,
            median=middle,
            interval=_interval(differences),
            half=(low, high),
        )


def _interval(ranked: Sequence[float]) -> tuple[float, float]:
    reach = ceil(CONFIDENCE * len(ranked) ** 0.5)
    middle = (len(ranked) - 1) / 2
    return ranked[max(0, floor(middle - reach))], ranked[min(len(ranked) - 1, ceil(middle + reach))]


def _pair(question: Question, browser: Browser, forbidden: str, missing: str, *, turned: bool) -> tuple[float, float]:
    if turned:
        nowhere = question.ask(browser, missing)
        return question.ask(browser, forbidden), nowhere
    there = question.ask(browser, forbidden)
    return there, question.ask(browser, missing)
