"""Searching reports by whole words of reference, summary and reporter, under the same rule as every list (traps 1).

The database knows keyed hashes of the words, and no word.
"""

import re
import unicodedata
from collections.abc import Iterable

from django.db.models import QuerySet

from portal.policy import Clause, enforces
from portal.sealed.secrets import Secret, index_of
from portal.viewer import UserViewer, current_viewer
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
    hidden = _hidden(report, report.reporters.all())
    SearchWord.objects.filter(report=report).exclude(word__in=hidden).delete()
    _store(report, hidden)


def index_first(report: Report, reporter: Reporter) -> None:
    """`index` for a report that was just made by `reporter`: there is nothing else to look for."""
    _store(report, _hidden(report, [reporter]))


def _hidden(report: Report, reporters: Iterable[Reporter]) -> set[bytes]:
    texts = _own_texts(report)
    for reporter in reporters:
        texts += [reporter.name, reporter.email]
    return {index_of(word, by=Secret.SEARCH) for text in texts for word in words_of(text)}


def _store(report: Report, hidden: set[bytes]) -> None:
    """In the order of the hashes, which says nothing of the order of the words."""
    SearchWord.objects.bulk_create(
        [SearchWord(report=report, word=word) for word in sorted(hidden)], ignore_conflicts=True
    )


def matching(reports: ReportQuerySet, *, query: str) -> ReportQuerySet:
    """Those of `reports` that carry every word of `query`; all of them if it has none."""
    for word in looked_for(query):
        reports = reports.filter(pk__in=carrying(word))
    return reports


def looked_for(query: str) -> list[str]:
    """The words of `query`, each once."""
    return list(dict.fromkeys(words_of(query)[:MOST_WORDS]))


@enforces(Clause.P8)
def carrying(word: str) -> QuerySet[Report, int] | QuerySet[SearchWord, int]:
    """The ids of the reports that carry `word`; by the reporter's name or address only for who may know the reporter.

    Somebody with a grant sees a handful of reports, so their own words are looked through one by one.
    """
    viewer = current_viewer()
    if isinstance(viewer, UserViewer) and not viewer.is_member:
        visible = Report.objects.only("reference", "data_key", "data_key_by", "summary", "dependency_name", "erased_at")
        return Report.objects.filter(
            pk__in=[report.pk for report in visible if word in {*words_of(" ".join(_own_texts(report)))}]
        ).values_list("pk", flat=True)
    return SearchWord.objects.filter(word=index_of(word, by=Secret.SEARCH)).values_list("report_id", flat=True)


def _own_texts(report: Report) -> list[str]:
    if report.erased_at is not None:
        return [report.reference]
    return [report.reference, report.summary, report.dependency_name]
