"""Steps on an advisory in one repository: drafted, shared, published, seen, and rewritten (P29, P31)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.conf import settings

from disclosures import exceptions, publishing
from disclosures.conductor import crediting, cve_there, order, same_day, sharing, unknown, words
from disclosures.conductor.crediting import Sent
from disclosures.conductor.cve_there import CveThere, IdChange
from disclosures.conductor.outcome import Attempt, Call, Done, NotYet, Outcome, Skipped
from disclosures.conductor.words import Words
from disclosures.credit_places import Place, note_printed
from disclosures.enums import (
    CreditPlaceKind,
    ReleaseState,
    RepositoryAdvisoryState,
    StepKind,
    StepState,
)
from disclosures.formats import ghsa
from disclosures.models import Release, RepositoryAdvisory, Step
from disclosures.snapshot import Credit, Snapshot
from portal.github import AdvisoryState, GitHub
from portal.github import RepositoryAdvisory as OnGitHub
from portal.policy import Clause, enforces
from reports import history, notices
from reports.enums import EventKind, NoticeKind
from reports.github_reports import conducting
from reports.guards import Refused
from reports.models import GitHubReport, Report

ENDED_THERE = "On GitHub it is {state}: open it there again, or name another advisory."
ENDED = (AdvisoryState.CLOSED, AdvisoryState.WITHDRAWN)
TAKES_EFFECT = timedelta(minutes=3)
"""After which nothing comes any more of what was sent."""
CLOCKS_DIFFER = timedelta(minutes=1)
"""GitHub's and ours, at most."""


def draft(attempt: Attempt) -> Call:
    """Look for it by our own address in its text, and make it only if it is nowhere.

    What was reported there in private is the one to go on with: no second one is made beside it.
    """
    row, approved = row_of(attempt.step), words.approved(attempt)
    reported, snapshot, ids = _reported(row), crediting.unnamed(approved.snapshot), cve_there.of(row.advisory)
    words.set_out(row, approved)
    if reported is not None:
        conducting.begin(reported, now=attempt.now)
    repository, ghsa_id = row.project.repository, row.ghsa_id or (reported.ghsa_id if reported else None)

    def call(github: GitHub) -> Outcome:
        there = () if ghsa_id else github.advisories(repository)
        found = github.advisory(repository, ghsa_id) if ghsa_id else _ours(there, snapshot)
        if found is not None and reported is not None and found.state in ENDED:
            raise Refused(ENDED_THERE.format(state=found.state.value))
        if found is None:
            found = github.create_advisory(repository, ghsa.create_body(snapshot, repository=repository))
        elif found.state in (AdvisoryState.DRAFT, AdvisoryState.TRIAGE):
            body = ids.with_id(ghsa.update_body(snapshot, repository=repository), found)
            if reported is not None:
                del body["credits"]  # whom GitHub names there already, it goes on naming
            accepting = ghsa.state_body(ghsa.State.DRAFT) if found.state is AdvisoryState.TRIAGE else {}
            found = github.update_advisory(repository, found.ghsa_id, {**body, **accepting})
        return Done(lambda: _keep_draft(attempt, row, found, approved, there))

    return call


def _keep_draft(
    attempt: Attempt, row: RepositoryAdvisory, found: OnGitHub, said: Words, there: Sequence[OnGitHub]
) -> None:
    """What was published there already, or is closed, was left as it is. `there`: what else stands there."""
    was_written = found.state is AdvisoryState.DRAFT
    if was_written:
        row.written_revision = said.revision
    _note(attempt, row, found, EventKind.ADVISORY_PUSHED if was_written else None)
    if not row.report.is_rehearsal:
        unknown.notice(row.project, there, now=attempt.now)


def collaborators(attempt: Attempt) -> Call | Skipped:
    """Whoever is on the patch team now, and nobody else; `sharing` has it done again when that changes."""
    row = row_of(attempt.step)
    team = sharing.let_in(row.report)
    repository, ghsa_id = row.project.repository, named(row)
    if row.state != RepositoryAdvisoryState.DRAFT:
        return Skipped("It is no draft any more.")
    if _reported(row) is not None:
        return Skipped("It was reported there: the patch team is kept beside whoever reported it, day by day.")

    def call(github: GitHub) -> Outcome:
        github.update_advisory(repository, ghsa_id, {"collaborating_users": sorted(team.values())})
        return Done(lambda: sharing.keep(row, team))

    return call


def fork(attempt: Attempt) -> Call | Skipped:
    row = row_of(attempt.step)
    repository, ghsa_id = row.project.repository, named(row)
    if row.state != RepositoryAdvisoryState.DRAFT:
        return Skipped("It is no draft any more.")

    def call(github: GitHub) -> Outcome:
        name = github.advisory(repository, ghsa_id).private_fork
        if not name:
            github.create_private_fork(repository, ghsa_id)
            name = github.advisory(repository, ghsa_id).private_fork
        return Done(lambda: _keep_fork(row, name)) if name else NotYet("GitHub is still making it.")

    return call


@enforces(Clause.P12, Clause.P29, Clause.P31)
def publish(attempt: Attempt) -> Call:
    """First it is looked at: what is published there already, by whomever, is taken over, whatever day it is by now."""
    row, approved = row_of(attempt.step), words.approved(attempt)
    another_day, snapshot = _another_day(attempt, row), approved.snapshot
    announce(row, now=attempt.now)
    words.set_out(row, approved)
    ids = cve_there.of(row.advisory)
    was_noted = row.state == RepositoryAdvisoryState.PUBLISHED and row.published_at is not None
    repository, ghsa_id, step = row.project.repository, named(row), attempt.step

    def call(github: GitHub) -> Outcome:
        found = github.advisory(repository, ghsa_id)
        if found.state in ENDED:
            raise Refused(ENDED_THERE.format(state=found.state.value))
        if found.state is AdvisoryState.PUBLISHED and was_noted:
            return Done()
        if found.state is AdvisoryState.PUBLISHED:
            by_hand = not published_by_us(step, found)
            people = () if by_hand else snapshot.credits  # drafts name nobody
            return Done(lambda: note_published(attempt, row, found, people=people, by_hand=by_hand))
        if another_day:
            raise Refused(another_day)
        sent = crediting.send(snapshot, lambda said: _published(github, row, said, found, ids), github=github)
        if sent.found.state is not AdvisoryState.PUBLISHED:
            raise Refused("GitHub took it and did not publish it.")
        return Done(lambda: _keep_published(attempt, row, sent, approved, ids.change(found, sent.found)))

    return call


def published_by_us(step: Step, found: OnGitHub) -> bool:
    """Whether it was published when we had set out to: an answer may be lost, and be missed for days."""
    began, at = step.set_out_at, found.published_at
    return began is not None and (at is None or began - CLOCKS_DIFFER <= at <= began + TAKES_EFFECT)


def _published(github: GitHub, row: RepositoryAdvisory, said: Snapshot, found: OnGitHub, ids: CveThere) -> OnGitHub:
    repository = row.project.repository
    body = ids.with_id(ghsa.update_body(said, repository=repository), found)
    body |= ghsa.state_body(ghsa.State.PUBLISHED)
    return github.update_advisory(repository, named(row), body)


def _keep_published(attempt: Attempt, row: RepositoryAdvisory, sent: Sent, said: Words, change: IdChange) -> None:
    crediting.mark(row.report, sent.strangers, now=attempt.now)
    row.written_revision = said.revision
    note_published(attempt, row, sent.found, people=said.snapshot.credits, by_hand=False)
    cve_there.note(row, change, now=attempt.now)


def note_published(
    attempt: Attempt, row: RepositoryAdvisory, found: OnGitHub, *, people: Sequence[Credit], by_hand: bool
) -> None:
    """Whether it was the day of the release is judged by when GitHub says that it was published (trap of midnight)."""
    at, report, now = found.published_at or attempt.now, row.report, attempt.now
    row.was_by_hand, row.published_at = by_hand, at
    if row.written_revision is None:
        row.written_revision = words.NOT_OURS
    _note(attempt, row, found, EventKind.PUBLISHED_BY_HAND if by_hand else EventKind.ADVISORY_PUBLISHED)
    same_day.judge(report, row.project_id, now=now)
    if by_hand:
        notices.tell_team(report, NoticeKind.BY_HAND, fact=f"by-hand:{row.pk}", now=now)
    note_names(row, people, now=now)
    if _has_page(row):
        publishing.publish(row.advisory, changed=f"Also published in {row.project.repository}.", now=now)


def note_names(row: RepositoryAdvisory, people: Sequence[Credit], *, now: datetime) -> None:
    """So that they are found again if somebody does not want to be named any more (P17)."""
    note_printed(row.report, [Place(kind=CreditPlaceKind.GITHUB, where=row.project.repository)], people=people, now=now)


def _has_page(row: RepositoryAdvisory) -> bool:
    done = Step.objects.filter(report=row.report, kind=StepKind.PAGE, advisory=row.advisory, state=StepState.DONE)
    return done.exists()


def _another_day(attempt: Attempt, row: RepositoryAdvisory) -> str:
    """Why it may not be published today; empty if it may (P31)."""
    released_on, today = _day_of_release(row.report, row.project_id), settings.POLICY.calendar.day_of(attempt.now)
    return order.speaks_against(today, released_on=released_on, agreed=exceptions.agreed(row.report))


def _day_of_release(report: Report, project_id: int) -> date | None:
    seen = Release.objects.filter(report=report, project=project_id, state=ReleaseState.PUBLISHED).first()
    return settings.POLICY.calendar.day_of(seen.published_at) if seen and seen.published_at else None


def row_of(step: Step) -> RepositoryAdvisory:
    if step.advisory is None or step.project is None:
        raise Refused("It is about no repository.")
    row, _ = RepositoryAdvisory.objects.get_or_create(report=step.report, advisory=step.advisory, project=step.project)
    row.report, row.advisory, row.project = step.report, step.advisory, step.project
    return row


def _reported(row: RepositoryAdvisory) -> GitHubReport | None:
    """The private report there that this advisory goes on with; one that another advisory has is not free."""
    reported = conducting.reported_in(row.report, row.project)
    if reported is None or row.ghsa_id not in {None, "", reported.ghsa_id}:
        return None
    taken = RepositoryAdvisory.objects.filter(ghsa_id=reported.ghsa_id).exclude(pk=row.pk)
    return None if taken.exists() else reported


def announce(row: RepositoryAdvisory, *, now: datetime) -> None:
    """That what changes there from now on is ours."""
    if reported := _reported(row):
        conducting.begin(reported, now=now)


def named(row: RepositoryAdvisory) -> str:
    if not row.ghsa_id:
        raise Refused("There is no draft on GitHub yet.")
    return row.ghsa_id


def _ours(found: Sequence[OnGitHub], snapshot: Snapshot) -> OnGitHub | None:
    """The one that leads to our page: we made it before, and never learnt its name. A closed one does not count."""
    return next((one for one in found if snapshot.page_url in one.description and one.state not in ENDED), None)


def _note(attempt: Attempt, row: RepositoryAdvisory, found: OnGitHub, event: EventKind | None) -> None:
    row.ghsa_id, row.html_url, row.state = found.ghsa_id, found.html_url, found.state.value
    row.checked_at, row.fork = attempt.now, found.private_fork or row.fork
    row.save(
        update_fields=[
            "ghsa_id", "html_url", "state", "checked_at", "fork", "published_at", "was_by_hand", "written_revision",
        ]
    )  # fmt: skip
    if event is not None:
        by = None if event is EventKind.PUBLISHED_BY_HAND else attempt.conduct.started_by
        history.append(row.report, event, by=by, now=attempt.now, project=row.project_id, ghsa=found.ghsa_id)
    conducting.wrote(row.report, found, now=attempt.now)


def _keep_fork(row: RepositoryAdvisory, name: str) -> None:
    row.fork = name
    row.save(update_fields=["fork"])
