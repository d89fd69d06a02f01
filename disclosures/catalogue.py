"""Finding what is published: by words, filters and IDs, a page at a time. It reads what the world was told alone."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.postgres.search import SearchQuery
from django.db.models import Max, Min, Q, QuerySet
from django.http import QueryDict

from disclosures import shelf
from disclosures.models import PublishedAdvisory, PublishedFile
from disclosures.public_record import LANGUAGE
from portal import characters
from reports.enums import Severity

PAGE: Final = 25
LONGEST_SEARCH: Final = 200
SEVERITIES: Final = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)
ID: Final = re.compile(r"(?:cve|ghsa|[a-z]{2,6}-sa)-", re.IGNORECASE)
"""How the IDs begin that an advisory may be looked for by."""
YEAR: Final = re.compile(r"[12][0-9]{3}")
LISTED: Final = (
    "id", "identifier", "title", "severity", "cve_ids", "ghsa_ids", "projects", "published_at", "modified_at",
    "withdrawn_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What is looked for. What cannot be understood finds nothing, and is shown as it was asked."""

    q: str = ""
    project: str = ""
    severity: str = ""
    year: str = ""

    @classmethod
    def read(cls, asked: QueryDict) -> Self:
        return cls(
            q=_line(asked.get("q", "")),
            project=_line(asked.get("project", "")),
            severity=_line(asked.get("severity", "")),
            year=_line(asked.get("year", "")),
        )

    @property
    def are_usual(self) -> bool:
        return self == Filters()

    @property
    def query(self) -> str:
        values = {"q": self.q, "project": self.project, "severity": self.severity, "year": self.year}
        return urlencode({name: value for name, value in values.items() if value})

    def narrow(self, advisories: QuerySet[PublishedAdvisory]) -> QuerySet[PublishedAdvisory]:
        if self.q:
            by_words = _worded(self.q)
            advisories = advisories.filter(_named(self.q) | by_words if ID.match(self.q) else by_words)
        if self.project:
            advisories = advisories.filter(projects__contains=[self.project])
        if self.severity:
            advisories = advisories.filter(severity=self.severity) if self.severity in Severity else advisories.none()
        if self.year:
            advisories = _of_year(advisories, self.year)
        return advisories


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page. `back` and `onwards`: what its neighbours are asked by; empty where there is none."""

    filters: Filters
    advisories: list[PublishedAdvisory]
    back: str
    onwards: str
    is_first: bool

    @property
    def first_query(self) -> str | None:
        return None if self.is_first else self.filters.query

    @property
    def back_query(self) -> str:
        return _with(self.filters, before=self.back) if self.back else ""

    @property
    def onwards_query(self) -> str:
        return _with(self.filters, after=self.onwards) if self.onwards else ""


@dataclass(frozen=True, slots=True)
class Choices:
    projects: Sequence[str]
    severities: Sequence[str]
    years: Sequence[int]


def choices() -> Choices:
    """What may be filtered by."""
    kept = PublishedFile.objects.filter(path=shelf.PROJECTS).first()
    projects = sorted(json.loads(kept.whole)["projects"]) if kept else []
    return Choices(projects, [each.value for each in SEVERITIES], years())


def listing(filters: Filters, *, after: str = "", before: str = "") -> Listing:
    """The newest first. A page begins beyond the advisory that it was asked by, and at the top if there is none."""
    beyond = _named_exactly(after or before)
    backwards = beyond is not None and not after
    found = filters.narrow(PublishedAdvisory.objects.only(*LISTED))
    rows = list(_beyond(found, beyond, backwards=backwards)[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if backwards:
        rows.reverse()
    has_back, has_onwards = (more, bool(rows)) if backwards else (beyond is not None and bool(rows), more)
    return Listing(
        filters=filters,
        advisories=rows,
        back=rows[0].identifier if has_back else "",
        onwards=rows[-1].identifier if has_onwards else "",
        is_first=beyond is None,
    )


def published_in(year: int, advisories: QuerySet[PublishedAdvisory]) -> QuerySet[PublishedAdvisory]:
    """Years begin and end in the organisation's zone, as the days on the pages do."""
    begins, ends = (datetime(year + more, 1, 1, tzinfo=settings.POLICY.calendar.zone) for more in (0, 1))
    return advisories.filter(published_at__gte=begins, published_at__lt=ends)


def years() -> list[int]:
    """From the last to the first in which something was published."""
    zone = settings.POLICY.calendar.zone
    ends = PublishedAdvisory.objects.aggregate(first=Min("published_at"), last=Max("published_at"))
    if ends["first"] is None:
        return []
    first, last = (ends[name].astimezone(zone).year for name in ("first", "last"))
    return list(range(last, first - 1, -1))


def by_cve(cve_id: str) -> PublishedAdvisory | None:
    return PublishedAdvisory.objects.only("identifier").filter(cve_ids__contains=[cve_id.upper()]).first()


def by_ghsa(ghsa_id: str) -> PublishedAdvisory | None:
    """Its letters are small, whatever is typed; its prefix is not."""
    asked = f"GHSA{ghsa_id[4:].lower()}"
    return PublishedAdvisory.objects.only("identifier").filter(ghsa_ids__contains=[asked]).first()


def _line(text: str) -> str:
    return characters.storable(text).strip()[:LONGEST_SEARCH]


def _named(text: str) -> Q:
    return (
        Q(identifier=text.upper())
        | Q(cve_ids__contains=[text.upper()])
        | Q(ghsa_ids__contains=[f"{text[:4].upper()}{text[4:].lower()}"])
    )


def _worded(text: str) -> Q:
    return Q(words=SearchQuery(text, config=LANGUAGE, search_type="websearch"))


def _of_year(advisories: QuerySet[PublishedAdvisory], text: str) -> QuerySet[PublishedAdvisory]:
    return published_in(int(text), advisories) if YEAR.fullmatch(text) else advisories.none()


def _named_exactly(identifier: str) -> PublishedAdvisory | None:
    if not identifier:
        return None
    return PublishedAdvisory.objects.only("id", "published_at").filter(identifier=_line(identifier)).first()


def _beyond(
    found: QuerySet[PublishedAdvisory], beyond: PublishedAdvisory | None, *, backwards: bool
) -> QuerySet[PublishedAdvisory]:
    """Two comparisons on the moment: the first lets the index find its place, the second settles equal moments."""
    ordered = found.order_by("published_at", "id") if backwards else found.order_by("-published_at", "-id")
    if beyond is None:
        return ordered
    at, number = beyond.published_at, beyond.pk
    if backwards:
        return ordered.filter(Q(published_at__gt=at) | Q(id__gt=number), published_at__gte=at)
    return ordered.filter(Q(published_at__lt=at) | Q(id__lt=number), published_at__lte=at)


def _with(filters: Filters, **place: str) -> str:
    return "&".join(part for part in (filters.query, urlencode(place)) if part)
