"""Searching reports by whole words of reference, summary and reporter, under the same rule as every list (traps 1)."""

import re
import unicodedata

from reports.models import Report, Reporter, SearchWord
from reports.models.report import ReportQuerySet

WORD = re.compile(r"\w+")
LONGEST_WORD = 64
MOST_WORDS = 8
"""Words of one search that are looked for."""


def words_of(text: str) -> list[str]:
    """The normalised words of `text`, in order: without case, accents and compatibility forms."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter)
    )
    return [word[:LONGEST_WORD] for word in WORD.findall(plain)]


def index(report: Report) -> None:
    """Store the words by which `report` is found."""
    texts = [report.reference, report.summary, report.dependency_name]
    for reporter in Reporter.objects.filter(report=report):
        texts += [reporter.name, reporter.email]
    words = {word for text in texts for word in words_of(text)}
    SearchWord.objects.filter(report=report).exclude(word__in=words).delete()
    SearchWord.objects.bulk_create(
        [SearchWord(report=report, word=word) for word in sorted(words)], ignore_conflicts=True
    )


def matching(reports: ReportQuerySet, *, query: str) -> ReportQuerySet:
    """Those of `reports` that carry every word of `query`; all of them if it has none."""
    for word in dict.fromkeys(words_of(query)[:MOST_WORDS]):
        reports = reports.filter(pk__in=SearchWord.objects.filter(word=word).values("report_id"))
    return reports
