"""Whether time tells a report that one may not read from one that never existed: many pairs, interleaved."""

import http.client
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from portal.bench.browser import Browser

NOTCH = 1.57
"""So many interquartile ranges by the root of the number: where 95 of 100 medians lie, whatever the distribution."""
WARM_UP = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Somebody asks for a page of a report: `{}` in the path stands for its reference."""

    who: str
    page: str
    path: str
    status: int = http.client.NOT_FOUND

    def ask(self, browser: Browser, reference: str) -> float:
        """How many milliseconds the answer took."""
        began = time.perf_counter()
        browser.get(self.path.format(reference), expected=self.status)
        return (time.perf_counter() - began) * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Microseconds that a forbidden report takes longer than a missing one: the middle, the middle half, the noise."""

    question: Question
    milliseconds: float
    """Of the answer itself."""
    pairs: int
    median: float
    half: tuple[float, float]

    @property
    def noise(self) -> float:
        low, high = self.half
        return float(NOTCH * (high - low) / self.pairs**0.5)

    @property
    def tells(self) -> bool:
        return abs(self.median) > self.noise


RECUSED, MAINTAINER, STRANGER = "recused member", "maintainer without a grant", "anonymous"
QUESTIONS = (
    Question(who=RECUSED, page="report", path="/reports/{}/"),
    Question(who=RECUSED, page="file", path="/reports/{}/files/1/"),
    Question(who=MAINTAINER, page="report", path="/reports/{}/"),
    Question(who=MAINTAINER, page="file", path="/reports/{}/files/1/"),
    Question(who=STRANGER, page="report", path="/reports/{}/", status=http.client.FOUND),
    Question(who=STRANGER, page="reporter's page", path="/track/{}/"),
)


def measure(
    *, forbidden: str, missing: str, browsers: Mapping[str, Callable[[], Browser]], pairs: int
) -> Iterator[Difference]:
    """One after the other, in turns which of the two comes first, so that nothing that drifts favours either."""
    for question in QUESTIONS:
        browser = browsers[question.who]()
        for _ in range(WARM_UP):
            question.ask(browser, forbidden)
            question.ask(browser, missing)
        taken = [_pair(question, browser, forbidden, missing, turned=bool(number % 2)) for number in range(pairs)]
        differences = [(there - nowhere) * 1000 for there, nowhere in taken]
        low, middle, high = statistics.quantiles(differences, n=4)
        yield Difference(
            question=question,
            milliseconds=statistics.median(there for there, _ in taken),
            pairs=pairs,
            median=middle,
            half=(low, high),
        )


def _pair(question: Question, browser: Browser, forbidden: str, missing: str, *, turned: bool) -> tuple[float, float]:
    if turned:
        nowhere = question.ask(browser, missing)
        return question.ask(browser, forbidden), nowhere
    there = question.ask(browser, forbidden)
    return there, question.ask(browser, missing)
