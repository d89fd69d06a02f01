"""The models of the administration, and the pages of their rows."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.test import Client
from django.urls import reverse

MOST_ROWS = 3
CANARY = "canary8213"
OF_REPORTS = [
    *("affectedproject", "clock", "grant", "inboundmail", "notification", "recusal", "report", "reporter"),
    "publicfigures",
    "reportevent",
]
OF_DISCLOSURES = [
    "advisory",
    "affectedproduct",
    "affectedrange",
    "approval",
    "comment",
    "conduct",
    "credit",
    "creditanswer",
    "creditplace",
    "cverequest",
    "leakwaiver",
    "publishedadvisory",
    "publishedfile",
    "publishedrevision",
    "publicstatistics",
    "reference",
    "release",
    "repositoryadvisory",
    "revision",
    "ruleexception",
    "step",
    "withdrawal",
]
OF_PEOPLE = [
    "absence",
    "accountevent",
    "appeal",
    "departure",
    "dutyweek",
    "evidence",
    "maintainership",
    "project",
    "securityteammembership",
    "syncrun",
    "termsacceptance",
    "user",
]


OF_NEED_TO_KNOW = (
    *(f"reports_{name}" for name in OF_REPORTS),
    *(f"disclosures_{name}" for name in OF_DISCLOSURES if not name.startswith("published")),
)
"""Each leads to a report; what is published leads to none."""


class Page(NamedTuple):
    status: int
    text: str


def look(client: Client, url: str) -> Page:
    answer = client.get(url)
    return Page(answer.status_code, answer.content.decode())


def pages_of(client: Client, models: Iterable[str]) -> Iterator[tuple[str, Page]]:
    """Every list, search, row and history of these models that the links lead to; of each, a few rows."""
    for model in models:
        url = reverse(f"admin:{model}_changelist")
        listed = look(client, url)
        yield url, listed
        yield f"{url}?q=x", look(client, f"{url}?q=x")
        for link in sorted({*re.findall(rf'href="({url}\d+/change/)', listed.text)})[:MOST_ROWS]:
            yield link, look(client, link)
            yield f"{link}history/", look(client, link.replace("change/", "history/"))
