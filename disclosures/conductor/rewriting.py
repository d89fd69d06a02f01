"""What is public on GitHub is written again: an ID that came, a name that has to go without anybody's leave, or that
came late (P16, P17, P18).
"""

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from disclosures import credit_missing, credit_obstacles, credit_places, publishing
from disclosures.conductor import beginning, crediting, cve_there, on_github, taken_back, words
from disclosures.conductor.crediting import Sent
from disclosures.conductor.cve_there import CveThere, IdChange
from disclosures.conductor.outcome import Attempt, Call, Done, Outcome, Skipped
from disclosures.conductor.words import Words
from disclosures.credit_rewriting import WHY
from disclosures.enums import PlaceObstacle, RepositoryAdvisoryState, StepKind, StepState
from disclosures.formats import ghsa
from disclosures.formats.documents import Document
from disclosures.models import RepositoryAdvisory, Step
from disclosures.snapshot import Snapshot
from portal.github import AdvisoryState, GitHub, NotAccepted, NotAllowed, NotThere
from portal.github import RepositoryAdvisory as OnGitHub
from portal.policy import Clause, enforces
from reports import history
from reports.enums import EventKind
from reports.github_reports import conducting
from reports.models import Report


@enforces(Clause.P17, Clause.P18)
def sweep(*, now: datetime) -> None:
    """What is being written again already is left to its step, and what was just tried is given time."""
    _hope_where_it_is_back_in_use()
    _write_where_it_is_back_in_use(now=now)
    at_it = Step.objects.filter(kind=StepKind.REWRITE).exclude(state__in=(StepState.DONE, StepState.SKIPPED))
    waiting = credit_places.waiting(credit_places.ON_GITHUB, due=credit_obstacles.is_due(now))
    for report in waiting.exclude(pk__in=at_it.values("report_id")):
        with transaction.atomic():
            _give_up_what_is_shut(report)
            if credit_obstacles.claim(report, now=now):
                beginning.write_everywhere(report, changed=WHY, now=now)
    for report in credit_missing.on_github().exclude(pk__in=at_it.values("report_id")):
        beginning.write_everywhere(report, changed=WHY, now=now)


def _hope_where_it_is_back_in_use() -> None:
    """What was given up since its repository was archived can be written once that is undone."""
    reports = credit_obstacles.given_up_as(PlaceObstacle.ARCHIVED)
    rows = RepositoryAdvisory.objects.filter(report__in=reports, ghsa_id__isnull=False, project__archived_at=None)
    for row in rows.select_related("report", "project"):
        credit_obstacles.hope_again(row.report, row.project.repository, why=PlaceObstacle.ARCHIVED)


def _write_where_it_is_back_in_use(*, now: datetime) -> None:
    """What was passed over since its repository was archived may lack an ID, a name or newer words."""
    steps = Step.objects.filter(
        kind=StepKind.REWRITE, state=StepState.SKIPPED, project__archived_at=None, report__erased_at=None
    )
    for step in steps.select_related("report"):
        if step.problem == PlaceObstacle.ARCHIVED.label:
            rows = RepositoryAdvisory.objects.filter(advisory=step.advisory_id, project=step.project_id)
            beginning.write_again(step.report, list(rows), now=now)


def _give_up_what_is_shut(report: Report) -> None:
    """Where nothing can be written: GitHub is not asked for it again."""
    obstacles: dict[str, list[PlaceObstacle | None]] = defaultdict(list)
    for row in RepositoryAdvisory.objects.filter(report=report, ghsa_id__isnull=False).select_related("project"):
        obstacles[row.project.repository].append(_obstacle(row))
    for where, found in obstacles.items():
        if (why := found[0]) is not None and None not in found:
            credit_obstacles.give_up(report, where, why)


def _obstacle(row: RepositoryAdvisory) -> PlaceObstacle | None:
    if row.state == RepositoryAdvisoryState.CLOSED:
        return PlaceObstacle.CLOSED
    return PlaceObstacle.ARCHIVED if row.project.archived_at else None


def rewrite(attempt: Attempt) -> Call | Skipped:
    """Write to a published advisory what came later: the CVE ID, or that a name is gone.

    What cannot be changed any more is given up, and a name that has to go from there with it.
    """
    row, public = on_github.row_of(attempt.step), words.public(attempt)
    ids = cve_there.of(row.advisory)
    repository, ghsa_id, snapshot = row.project.repository, on_github.named(row), public.snapshot
    if row.state == RepositoryAdvisoryState.CLOSED:
        return _given_up(row, PlaceObstacle.CLOSED)
    if row.project.archived_at:
        return _given_up(row, PlaceObstacle.ARCHIVED)
    if row.state not in publishing.PUBLIC:
        return Skipped("It is not published there.")
    on_github.announce(row, now=attempt.now)
    words.set_out(row, public)

    def call(github: GitHub) -> Outcome:
        try:
            found = github.advisory(repository, ghsa_id)
        except NotThere:
            return _given_up(row, PlaceObstacle.GONE)
        if found.state is AdvisoryState.CLOSED:
            return _given_up(row, PlaceObstacle.CLOSED)
        try:
            sent = crediting.send(
                snapshot,
                lambda said: github.update_advisory(
                    repository, ghsa_id, _body(said, found, ids, repository=repository)
                ),
                github=github,
            )
        except (NotAccepted, NotAllowed):
            if found.state is not AdvisoryState.WITHDRAWN:
                raise
            return _given_up(row, PlaceObstacle.WITHDRAWN)
        return Done(lambda: _note_rewritten(row, sent, public, ids.change(found, sent.found), now=attempt.now))

    return call


def _given_up(row: RepositoryAdvisory, why: PlaceObstacle) -> Skipped:
    return Skipped(why.label, lambda: credit_obstacles.give_up(row.report, row.project.repository, why))


def _body(said: Snapshot, found: OnGitHub, ids: CveThere, *, repository: str) -> Document:
    return taken_back.with_mark(ids.with_id(ghsa.update_body(said, repository=repository), found), found)


def _note_rewritten(row: RepositoryAdvisory, sent: Sent, said: Words, change: IdChange, *, now: datetime) -> None:
    crediting.mark(row.report, sent.strangers, now=now)
    on_github.note_names(row, said.snapshot.credits, now=now)
    if row.written_revision != said.revision:
        words.note(row, said.revision)
        history.append(
            row.report, EventKind.ADVISORY_REWRITTEN, by=None, now=now, project=row.project_id, revision=said.revision
        )
    cve_there.note(row, change, now=now)
    conducting.wrote(row.report, sent.found, now=now)
