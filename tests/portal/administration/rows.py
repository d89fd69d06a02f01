"""The models of the administration, and the pages of their rows."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.apps import apps
from django.test import Client
from django.urls import reverse

from reports.models import NeedToKnow

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


OF_NEED_TO_KNOW = [
    f"{app}_{name}"
    for app, names in (("reports", OF_REPORTS), ("disclosures", OF_DISCLOSURES))
    for name in names
    if issubclass(apps.get_model(app, name), NeedToKnow)
]
"""Each leads to a report; what everybody is told leads to none."""


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
