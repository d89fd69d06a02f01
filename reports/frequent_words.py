"""The first page of a search for words that many reports carry, without looking at all of these."""

from portal.sealed.secrets import Secret, index_of
from portal.viewer import UserViewer, current_viewer
from reports.models import Report
from reports.models.report import ReportQuerySet
from reports.questions import Question
from reports.rows import ListedRow, listed, report_of
from reports.search import looked_for

FREQUENT = 500
"""A word that more reports carry is frequent: bringing the lists of two such together costs with every report."""

WALKED = 1000
"""Reports that are looked at one after the other, in search of the first page of those with frequent words."""

CARRIES = """
    (SELECT true FROM reports_searchword AS carried WHERE carried.word = %s AND carried.report_id = walked.id)"""
IS_FREQUENT = "EXISTS (SELECT FROM reports_searchword WHERE word = %s OFFSET %s)"


def first_carrying(reports: ReportQuerySet, *, query: str, most: int) -> list[Report]:
    """The first `most` of the ordered `reports` that carry every word of `query`, if all these words are frequent and
    they stand near the beginning. Fewer say nothing: only `search.matching` knows whether there are more.

    PostgreSQL walks along the order and stops when it has them. Of two frequent words it believes that hardly a report
    carries both, and brings all of both together. Only members of the team see all that carry a word.
    """
    viewer, words = current_viewer(), [index_of(word, by=Secret.SEARCH) for word in looked_for(query)]
    if not words or not (isinstance(viewer, UserViewer) and viewer.is_member):
        return []
    walked = listed(reports, most=WALKED)
    if not walked.sql:
        return []
    wanted = [IS_FREQUENT] * len(words) + [CARRIES] * len(words)
    found: Question[ListedRow] = Question(
        f"SELECT * FROM ({walked.sql}) AS walked WHERE {' AND '.join(wanted)} LIMIT %s",  # noqa: S608 - SQL of Django's and our own
        (*walked.params, *(value for word in words for value in (word, FREQUENT)), *words, most),
    )
    return [report_of(row) for row in found.ask({})]
