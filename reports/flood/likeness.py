"""Which reports say nearly the same, among those that the viewer may read (AZ-05).

Found by keyed marks alone, in a number of queries that grows with nothing; whoever sees the others only by a grant is
shown no likeness, and so cannot ask by a report of their own what others have written.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection

from portal.policy import Clause, enforces
from portal.sealed.secrets import Secret, secret
from reports.flood import similarity
from reports.models import LikenessMark, Report
from reports.search import words_of

LONGEST_TEXT: Final = 40_000
"""Characters that are looked at; more than as many words."""
OF_EACH_MARK: Final = 50
"""Reports that are looked at for one mark, the newest first: in a flood of thousands these are as good as all."""
MOST: Final = 25
"""Reports that are shown as alike."""


def index(report: Report) -> None:
    """Store the marks by which `report` is found to be like another."""
    words = words_of(f"{report.summary} {report.description}"[:LONGEST_TEXT])
    marks = similarity.marks_of(words, key=secret(Secret.LIKENESS))
    LikenessMark.objects.bulk_create([LikenessMark(report=report, mark=mark) for mark in marks], ignore_conflicts=True)


NEAR: Final = """
    SELECT other.report_id, count(*) AS shared
      FROM reports_likenessmark own,
           LATERAL (SELECT report_id FROM reports_likenessmark
                     WHERE mark = own.mark AND report_id <> own.report_id
                     ORDER BY report_id DESC LIMIT %(of_each)s) other
     WHERE own.report_id = %(report)s
     GROUP BY other.report_id HAVING count(*) >= %(enough)s
     ORDER BY shared DESC, other.report_id DESC LIMIT %(most_alike)s"""
"""The reports like one, the likest first. Row-level security holds for each row that it looks at."""


def arguments(report: Report) -> dict[str, int]:
    return {"report": report.pk, "of_each": OF_EACH_MARK, "enough": similarity.ENOUGH, "most_alike": MOST}


@dataclass(frozen=True, slots=True)
class Alike:
    """`percent`: of its marks that are those of the report beside which it is shown."""

    report: Report
    percent: int


@enforces(Clause.P8)
def near(report: Report, *, but: Iterable[Report] = ()) -> list[Alike]:
    """Those most like `report`, except `but`, the likest first. For members and who coordinates; two queries."""
    with connection.cursor() as cursor:
        cursor.execute(NEAR, arguments(report))
        shared: dict[int, int] = dict(cursor.fetchall())
    for other in but:
        shared.pop(other.pk, None)
    found = Report.objects.filter(pk__in=shared).select_related("coordinator")
    ranked = sorted(found, key=lambda other: (-shared[other.pk], -other.pk))
    return [Alike(other, round(100 * shared[other.pk] / similarity.BANDS)) for other in ranked]


def clusters(reports: Sequence[Report]) -> list[list[Report]]:
    """Which of `reports` are alike, in the order in which they stand; one query."""
    marks: dict[int, set[bytes]] = defaultdict(set)
    for number, mark in LikenessMark.objects.filter(report__in=reports).values_list("report_id", "mark"):
        marks[number].add(bytes(mark))
    by_id = {report.pk: report for report in reports}
    found = similarity.clusters({number: frozenset(marks[number]) for number in by_id if number in marks})
    return [[by_id[number] for number in together] for together in found]
