"""What a draft is held against: its projects, its authors, what it must not give away, and what was let pass of that.

Nobody reads here what they may not see: the system looks, also at duplicates behind a wall, and of what it finds only
that is ever shown which stands in a draft anyway. In SQL, so that a page learns it all by one question.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import connection

from disclosures.completeness import Affected
from disclosures.leaks import MOST_COMPARED, Confidences
from disclosures.models import Advisory, Credit, LeakWaiver
from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports.models import Message, NeedToKnow, ProjectFix, Report, Reporter


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """`finding`: its key. `before_a_change`: somebody who had agreed to be named has changed their mind since."""

    finding: str
    reason: str
    by: str
    before_a_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """`authors`: the ids of those who wrote what has not been published yet."""

    projects: Sequence[Affected]
    authors: frozenset[int]
    confidences: Confidences
    waived: Mapping[str, Waived]


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    report: int
    sealed: Sequence[bytes]
    plain: Sequence[str]


NO_ADVISORY: Final = 0

type _Rows = Mapping[str, Sequence[_Row]]

SURROUNDINGS: Final = """
WITH concerned AS (SELECT id FROM reports_report WHERE id = %(report)s OR duplicate_of_id = %(report)s),
changed AS (
  SELECT max(credit.answered_at) AS at FROM disclosures_credit credit
   WHERE credit.report_id IN (SELECT id FROM concerned)
     AND EXISTS (SELECT FROM disclosures_creditanswer given
                  WHERE given.credit_id = credit.id AND given.answer = 'named' AND given.at < credit.answered_at))
SELECT 'project' AS kind, project.id, 0::bigint, '{}'::bytea[],
       ARRAY[project.name, CASE WHEN project.archived_at IS NULL THEN 'active' ELSE '' END,
             CASE WHEN EXISTS (SELECT FROM disclosures_affectedproduct product
                                 JOIN disclosures_advisory other ON other.id = product.advisory_id
                                WHERE product.report_id = %(report)s AND product.project_id = project.id
                                  AND other.id <> %(advisory)s AND other.withdrawn_at IS NULL)
                  THEN 'elsewhere' ELSE '' END]::text[]
  FROM reports_affectedproject named JOIN teams_project project ON project.id = named.project_id
 WHERE named.report_id = %(report)s
UNION ALL
SELECT DISTINCT 'author', revision.written_by_id, 0::bigint, '{}'::bytea[], '{}'::text[]
  FROM disclosures_revision revision
 WHERE revision.advisory_id = %(advisory)s AND revision.written_by_id IS NOT NULL
   AND revision.number > coalesce((SELECT max(number) FROM disclosures_revision
                                    WHERE advisory_id = %(advisory)s AND published_at IS NOT NULL), 0)
UNION ALL
SELECT 'report', id, id, ARRAY[data_key], ARRAY[data_key_by, reference]::text[]
  FROM reports_report WHERE duplicate_of_id = %(report)s
UNION ALL
SELECT 'reporter', id, report_id, ARRAY[name, email, credit_name], '{}'::text[]
  FROM reports_reporter WHERE report_id IN (SELECT id FROM concerned)
UNION ALL
SELECT 'credit', id, report_id, ARRAY[known_as, name, handle],
       ARRAY[CASE WHEN user_id IS NULL THEN '' ELSE 'ours' END]::text[]
  FROM disclosures_credit WHERE report_id IN (SELECT id FROM concerned)
UNION ALL
SELECT 'person', person.id, 0::bigint, '{}'::bytea[], ARRAY[person.name, person.github_login]::text[]
  FROM teams_user person
 WHERE person.id IN (SELECT user_id FROM reports_grant WHERE report_id = %(report)s)
    OR person.id = (SELECT coordinator_id FROM reports_report WHERE id = %(report)s)
UNION ALL
SELECT 'fix', id, report_id, ARRAY[fork_url], '{}'::text[] FROM reports_projectfix WHERE report_id = %(report)s
UNION ALL
SELECT 'message', id, report_id, ARRAY[body], '{}'::text[]
  FROM reports_message WHERE report_id IN (SELECT id FROM concerned)
UNION ALL
SELECT 'waiver', waiver.id, waiver.report_id, ARRAY[waiver.reason],
       ARRAY[waiver.finding, coalesce(nullif(person.name, ''), '@' || person.github_login),
             CASE WHEN waiver.waived_at <= (SELECT at FROM changed) THEN 'before' ELSE '' END]::text[]
  FROM disclosures_leakwaiver waiver JOIN teams_user person ON person.id = waiver.waived_by_id
 WHERE waiver.advisory_id = %(advisory)s
ORDER BY 1, 2 DESC
"""


@enforces(Clause.P8, Clause.P17)
def surroundings_of(advisory: Advisory) -> Surroundings:
    """Reporters of duplicates are as secret as the report's own."""
    report = advisory.report
    with acting_as(SYSTEM):
        rows = _rows(report, advisory=advisory.pk)
    reports = _known(report, rows)
    return Surroundings(
        projects=sorted(
            (
                Affected(
                    id=row.id,
                    name=row.plain[0],
                    is_active=bool(row.plain[1]),
                    is_told_elsewhere=bool(row.plain[2]),
                )
                for row in rows.get("project", ())
            ),
            key=lambda project: project.name,
        ),
        authors=frozenset(row.id for row in rows.get("author", ())),
        confidences=_confidences(rows, reports, conversation=list(_conversation(rows, reports))),
        waived=_waived(rows, reports),
    )


@enforces(Clause.P8, Clause.P17)
def confidences_of(report: Report, *, conversation: Sequence[str]) -> Confidences:
    """What words about `report` must not give away, where no advisory is. `conversation` must not be repeated."""
    with acting_as(SYSTEM):
        rows = _rows(report, advisory=NO_ADVISORY)
    return _confidences(rows, _known(report, rows), conversation=conversation)


def _confidences(rows: _Rows, reports: Mapping[int, Report], *, conversation: Sequence[str]) -> Confidences:
    organisation = settings.POLICY.organisation
    return Confidences(
        identities=list(_identities(rows, reports)),
        people=[word for row in rows.get("person", ()) for word in row.plain],
        internal=[*settings.POLICY.advisories.internal_names, *_forks(rows, reports)],
        conversation=conversation,
        addresses=[organisation.security_address],
        reference_prefix=organisation.reference_prefix,
    )


def _known(report: Report, rows: _Rows) -> dict[int, Report]:
    return {report.pk: report} | {row.id: _duplicate(row) for row in rows.get("report", ())}


def _rows(report: Report, *, advisory: int) -> _Rows:
    found: defaultdict[str, list[_Row]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(SURROUNDINGS, {"report": report.pk, "advisory": advisory})
        for kind, number, owner, sealed, plain in cursor.fetchall():
            found[kind].append(_Row(number, owner, [bytes(each) for each in sealed], plain))
    return found


def _duplicate(row: _Row) -> Report:
    """As much of it as opens what it sealed. An erased one opens nothing."""
    return Report.from_db("default", ["id", "data_key", "data_key_by", "reference"], [row.id, *row.sealed, *row.plain])


def _opening[M: NeedToKnow](model: type[M], row: _Row, reports: Mapping[int, Report], *names: str) -> M:
    """The row as its model reads it. `names`: of the columns that were asked for, in the model's order."""
    found = model.from_db("default", ["id", *names], [row.id, *row.sealed])
    setattr(found, "report", reports[row.report])  # noqa: B010 - each of these models has one, and says so itself
    return found


def _identities(rows: _Rows, reports: Mapping[int, Report]) -> Iterator[str]:
    for row in rows.get("reporter", ()):
        reporter = _opening(Reporter, row, reports, "name", "email", "credit_name")
        yield from (reporter.name, reporter.email, reporter.credit_name)
    for row in rows.get("credit", ()):
        if not row.plain[0]:
            credit = _opening(Credit, row, reports, "known_as", "name", "handle")
            yield from (credit.known_as, credit.name, credit.handle)


def _forks(rows: _Rows, reports: Mapping[int, Report]) -> Iterator[str]:
    """The last part of a private fork's address: it carries the number of the advisory on GitHub."""
    for row in rows.get("fix", ()):
        fix = _opening(ProjectFix, row, reports, "fork_url")
        yield fix.fork_url.rstrip("/").rpartition("/")[2]


def _conversation(rows: _Rows, reports: Mapping[int, Report]) -> Iterator[str]:
    """What was reported, then what was written since, the newest first; no more is opened than is compared."""
    report, *_ = reports.values()
    yield from (report.description, report.reproduction, report.impact, report.exploit_evidence, report.summary)
    left = MOST_COMPARED
    for row in rows.get("message", ()):
        if left <= 0:
            return
        message = _opening(Message, row, reports, "body")
        left -= len(message.body)
        yield message.body


def _waived(rows: _Rows, reports: Mapping[int, Report]) -> Mapping[str, Waived]:
    return {
        row.plain[0]: Waived(
            finding=row.plain[0],
            reason=_opening(LeakWaiver, row, reports, "reason").reason,
            by=row.plain[1],
            before_a_change=bool(row.plain[2]),
        )
        for row in rows.get("waiver", ())
    }
